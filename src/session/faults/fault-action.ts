// SPDX-License-Identifier: MIT
// The ACTION of a fault rule: `sense 3/11/00`, `status BUSY`, `delay 500`, `drop`, `duplicate`, `short 512`.

import { Problem, quoted } from "../../expression/problem.js";
import { constantName } from "../../scsi/constant-name.js";
import { listStatuses } from "../../scsi/status.js";
import type { FaultAction } from "../../target/faults.js";

/** A word of the rule; `at` is its offset in the whole text. */
export interface Word {
  readonly text: string;
  readonly at: number;
}

/** Takes words off the front of what is left of a rule. */
export class Words {
  readonly #words: readonly Word[];
  readonly #end: number;
  #next = 0;

  /** What follows `from` in `text`. */
  constructor(text: string, from: number) {
    this.#words = Array.from(text.slice(from).matchAll(/[^ \t\r\n]+/g), (match) => ({
      text: match[0],
      at: from + match.index,
    }));
    this.#end = text.length;
  }

  /** The next word, null at the end. */
  take(): Word | null {
    return this.#words[this.#next++] ?? null;
  }

  /** The next word, which is `what`. */
  need(what: string): Word {
    const word = this.take();
    if (word) return word;
    throw new Problem(this.#end, `expected ${what}, found the end`, REMEDY);
  }
}

export const REMEDY =
  "actions: sense K/ASC/ASCQ, status NAME, delay MS, drop, duplicate, short BYTES; " +
  "after it: every N, chance P seed S";

const LARGEST_DELAY_MS = 3_600_000;
const LARGEST_U32 = 0xffff_ffff;
const SENSE = /^([0-9a-f])\/([0-9a-f]{1,2})\/([0-9a-f]{1,2})$/i;
const NUMERAL = /^(0x[0-9a-f]+|[0-9]+)$/i;

function wrong({ text, at }: Word, complaint: string, remedy: string): Problem {
  return new Problem(at, `${quoted(text)} ${complaint}`, remedy);
}

/** A whole number, decimal or hex, within the limits. */
export function wholeNumber(words: Words, what: string, least: number, most = LARGEST_U32): number {
  const word = words.need(what);
  const value = NUMERAL.test(word.text) ? Number(word.text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw wrong(word, `is not ${what}`, `give a whole number from ${least} to ${most}`);
}

function senseOf(words: Words): FaultAction {
  const word = words.need("K/ASC/ASCQ");
  const [, key, asc, ascq] = SENSE.exec(word.text) ?? [];
  if (key === undefined || asc === undefined || ascq === undefined) {
    throw wrong(
      word,
      "is not sense key/ASC/ASCQ",
      "give them in hex as T10 writes them, e.g. 3/11/00",
    );
  }
  const hex = (digits: string): number => Number.parseInt(digits, 16);
  return { kind: "sense", key: hex(key), asc: hex(asc), ascq: hex(ascq) };
}

function statusOf(words: Words): FaultAction {
  const word = words.need("a SAM status");
  const number = NUMERAL.test(word.text) ? Number(word.text) : null;
  const found = listStatuses().find(
    ({ name, value }) => value === number || constantName(name) === word.text,
  );
  if (found) return { kind: "status", status: found.value };
  const names = listStatuses().map(({ name }) => constantName(name));
  throw wrong(word, "is no SAM status", `statuses: ${names.join(" ")}, or their numbers`);
}

const ACTIONS: ReadonlyMap<string, (words: Words) => FaultAction> = new Map([
  ["sense", senseOf],
  ["status", statusOf],
  [
    "delay",
    (words) => ({ kind: "delay", ms: wholeNumber(words, "milliseconds", 1, LARGEST_DELAY_MS) }),
  ],
  ["drop", () => ({ kind: "drop" })],
  ["duplicate", () => ({ kind: "duplicate" })],
  ["short", (words) => ({ kind: "short", bytes: wholeNumber(words, "a number of bytes", 0) })],
]);

/** Throws Problem. */
export function parseAction(words: Words): FaultAction {
  const word = words.need("an action");
  const action = ACTIONS.get(word.text);
  if (!action) throw wrong(word, "is not an action", REMEDY);
  return action(words);
}
