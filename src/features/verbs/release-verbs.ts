// SPDX-License-Identifier: MIT
// What is held, let go one by one, edited, or never: what is asked, and the answer in words.
import type { HeldView, SentList } from "../../session/engine/verbs.js";
import { parseFieldValues } from "../field-values.js";
import { heldName, holdText, requestText, sentText } from "../held-text.js";
import { parseHeldName } from "./held-name.js";
import type { OwnerVerb } from "./owner-verb.js";
import { wholeNumber } from "./whole-number.js";

/** The next so many; more is a slip of the finger. */
const MOST_STEPS = 100_000;

/** Errors: `usage`. */
export function step(count: string): OwnerVerb<SentList> {
  const params = { count: wholeNumber("step", count, [1, MOST_STEPS]) };
  return { method: "step", params, schema: "sent", text: sentLines };
}

export interface Release {
  /** As held-name.ts reads it. */
  readonly name: string;
  /** FIELD=VALUE */
  readonly set: readonly string[];
  /** K/ASC/ASCQ */
  readonly sense?: string | undefined;
  /** Of what was shown (HeldView): another one stays; null or absent: whatever is held by that name. */
  readonly id?: number | null;
}

const only = (id: number | null): object => (id === null ? {} : { id });

/** Errors: `usage`. */
export function release({
  name: text,
  set: texts,
  sense,
  id = null,
}: Release): OwnerVerb<SentList> {
  const name = parseHeldName(text);
  const set = parseFieldValues(texts, name.mid === undefined ? "CMD_RSP" : "TSK_MGMT_RSP");
  return {
    method: "release",
    params: { ...name, ...only(id), set, ...(sense !== undefined && { sense }) },
    schema: "sent",
    text: sentLines,
  };
}

/** Errors: `usage`. */
export function drop(name: string, id: number | null = null): OwnerVerb<HeldView> {
  return {
    method: "drop",
    params: { ...parseHeldName(name), ...only(id) },
    schema: "dropped",
    text: (view) => [`${heldName(view)} ${requestText(view)}: dropped, never to be answered`],
  };
}

function sentLines(list: SentList): string[] {
  const nothing = list.sent.length === 0 ? ["nothing is held yet"] : [];
  return [...list.sent.map(sentText), ...nothing, holdText(list)];
}
