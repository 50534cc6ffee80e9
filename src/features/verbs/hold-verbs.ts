// SPDX-License-Identifier: MIT
// Holding the target, looking at what is held, and going on: what is asked, and the answer in words.
import type { HeldList, SentList } from "../../session/engine/verbs.js";
import type { HoldState } from "../../session/hold/engine-control.js";
import { answerText, heldFor, heldName, holdText, requestText, sentText } from "../held-text.js";
import { table } from "../text-layout.js";
import type { OwnerVerb } from "./owner-verb.js";

/** More than these are counted, not listed, unless asked for as JSON. */
const MOST_LINES = 20;

/** `tmf`: task management functions wait, too. */
export function hold(on: boolean, tmf: boolean): OwnerVerb<HoldState | SentList> {
  return {
    method: "hold",
    params: { on, tmf },
    schema: "hold",
    text: (state) => ("sent" in state ? wentText(state) : [holdText(state)]),
  };
}

export function goOn(): OwnerVerb<SentList> {
  return { method: "continue", params: {}, schema: "sent", text: wentText };
}

export function held(): OwnerVerb<HeldList> {
  return { method: "held", params: {}, schema: "held", text: heldLines };
}

function wentText(list: SentList): string[] {
  const { count, sent } = list;
  const went = count > MOST_LINES ? [`${count} answers went out`] : sent.map(sentText);
  return [...went, holdText(list)]; // what went out may have met a breakpoint
}

function heldLines(list: HeldList): string[] {
  if (list.items.length === 0) return [holdText(list)];
  const rows = list.items
    .slice(0, MOST_LINES)
    .map((item) => [
      heldName(item),
      item.lun === null ? "-" : String(item.lun),
      heldFor(item),
      `${requestText(item)}: ${answerText(item)}`,
    ]);
  const columns = [
    { title: "HOST:CID", align: "left" },
    { title: "LUN", align: "right" },
    { title: "HELD", align: "right" },
    { title: "COMMAND: ANSWER THAT WAITS", align: "left" },
  ] as const;
  const more = list.held - rows.length;
  return [
    holdText(list),
    ...table(columns, rows).trimEnd().split("\n"),
    ...(more > 0 ? [`... and ${more} more`] : []),
  ];
}
