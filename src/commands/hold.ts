// SPDX-License-Identifier: MIT
// `tgtctl hold`, `held` and `continue`: stop answering, look at what is held, go on.
import type { Argv, CommandModule } from "yargs";
import {
  answerText,
  heldFor,
  heldName,
  holdText,
  requestText,
  sentText,
} from "../features/held-text.js";
import type { HeldList, SentList } from "../session/engine/verbs.js";
import type { HoldState } from "../session/hold/engine-control.js";
import { examples } from "./examples.js";
import { askOwner, type VerbArguments } from "./owner-verb.js";
import { table } from "./text-layout.js";

interface HoldArguments extends VerbArguments {
  state?: "on" | "off";
  tmf: boolean;
}

/** More than these are counted, not listed, unless asked for with --json. */
const MOST_LINES = 20;

export const holdCommand: CommandModule<object, HoldArguments> = {
  command: "hold [state]",
  builder: (parser: Argv) =>
    parser
      .positional("state", { choices: ["on", "off"] as const, default: "on" })
      .option("tmf", {
        type: "boolean",
        default: false,
        describe: "task management too, which is answered otherwise",
      })
      .epilogue(
        examples(
          ["$0 hold", "answers are prepared, and kept back"],
          ["$0 hold off", "same as tgtctl continue"],
        ),
      ) as never,
  handler: (args) =>
    askOwner<HoldState | SentList>(args, {
      method: "hold",
      params: { on: args.state !== "off", tmf: args.tmf },
      schema: "hold",
      text: (state) => ("sent" in state ? wentText(state) : [holdText(state)]),
    }),
};

export const continueCommand: CommandModule<object, VerbArguments> = {
  command: "continue",
  builder: (parser: Argv) =>
    parser.epilogue(
      examples(["$0 continue", "everything held goes out, in order; breakpoints stay"]),
    ) as never,
  handler: (args) =>
    askOwner<SentList>(args, { method: "continue", schema: "sent", text: wentText }),
};

export const heldCommand: CommandModule<object, VerbArguments> = {
  command: "held",
  builder: (parser: Argv) =>
    parser.epilogue(
      examples(
        ["$0 held", "what waits, in the order in which step lets it go"],
        ["$0 held --json | jq -r '.items[].cid'", "for a script"],
      ),
    ) as never,
  handler: (args) => askOwner<HeldList>(args, { method: "held", schema: "held", text: heldLines }),
};

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
