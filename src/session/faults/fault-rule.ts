// SPDX-License-Identifier: MIT
// RULE, what --fault and `fault add` take: EXPR : ACTION [every N] [chance P [seed S]].

import { compile, type Expression } from "../../expression/compile.js";
import { Problem, quoted, toExpressionError } from "../../expression/problem.js";
import type { FaultAction } from "../../target/faults.js";
import { parseAction, REMEDY, type Word, Words, wholeNumber } from "./fault-action.js";

/** When a rule that matches acts. */
export interface Frequency {
  /** Every so many matches: 1 = each. */
  readonly every: number;
  /** Of those, 0..1. */
  readonly chance: number;
  /** u32, of this rule's own random numbers. */
  readonly seed: number;
}

export interface FaultRule extends Frequency {
  /** One line. */
  readonly text: string;
  readonly expression: Expression;
  readonly action: FaultAction;
}

const ALWAYS: Frequency = { every: 1, chance: 1, seed: 1 };
const CHANCE = /^([0-9]+(?:\.[0-9]+)?|\.[0-9]+)(%?)$/;

function chanceOf(words: Words): number {
  const word = words.need("a chance");
  const [, number, percent] = CHANCE.exec(word.text) ?? [];
  const chance = number === undefined ? Number.NaN : Number(number) / (percent ? 100 : 1);
  if (chance <= 1) return chance;
  const problem = `${quoted(word.text)} is not a chance`;
  throw new Problem(word.at, problem, "give 0 to 1 or a percentage, e.g. 0.1 or 10%");
}

const CLAUSES: ReadonlyMap<string, (words: Words) => number> = new Map([
  ["every", (words) => wholeNumber(words, "a number of matches", 1)],
  ["chance", chanceOf],
  ["seed", (words) => wholeNumber(words, "a seed", 0)],
]);

function frequencyOf(words: Words): Frequency {
  const given = new Map<string, number>();
  let seed: Word | null = null;
  for (let word = words.take(); word; word = words.take()) {
    const read = CLAUSES.get(word.text);
    if (!read) {
      const expected = "expected every, chance, seed or the end";
      throw new Problem(word.at, `${expected}, found ${quoted(word.text)}`, REMEDY);
    }
    if (given.has(word.text)) {
      throw new Problem(word.at, `${word.text} is given twice`, `give ${word.text} once`);
    }
    if (word.text === "seed") seed = word;
    given.set(word.text, read(words));
  }
  if (seed && !given.has("chance")) {
    throw new Problem(seed.at, "seed without chance", "add chance P, or leave seed out");
  }
  return { ...ALWAYS, ...Object.fromEntries(given) };
}

/** Where the expression ends: none has a colon. */
function colonOf(text: string): number {
  const colon = text.indexOf(":");
  if (colon >= 0) return colon;
  const example = "e.g. opcode == READ_10 : sense 3/11/00";
  throw new Problem(text.length, "expected : and an action, found the end", example);
}

const oneLine = (text: string): string => text.trim().replace(/[ \t\r\n]+/g, " ");

/**
 * Columns count in the whole text. `what`: the option or form it came from. Errors: ExpressionError,
 * kind `usage`.
 */
export function parseFaultRule(text: string, what = "fault rule"): FaultRule {
  try {
    const colon = colonOf(text);
    // the expression leads: its columns are those of the whole text
    const expression = compile(text.slice(0, colon), { what });
    const words = new Words(text, colon + 1);
    const action = parseAction(words);
    return { text: oneLine(text), expression, action, ...frequencyOf(words) };
  } catch (error) {
    throw error instanceof Problem ? toExpressionError(error, text, what) : error;
  }
}

/** Several of one option: from the second on an error says which. */
export function parseFaultRules(texts: readonly string[], option: string): FaultRule[] {
  return texts.map((text, i) =>
    parseFaultRule(text, texts.length === 1 ? option : `${option} (number ${i + 1})`),
  );
}
