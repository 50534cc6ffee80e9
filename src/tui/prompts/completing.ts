// SPDX-License-Identifier: MIT
// What Tab makes of a line: as much as all candidates share, then one after the other.
import type { Completion } from "../../expression/completion.js";
import { TextInput } from "../text-input.js";

/** Candidates being gone through. */
export interface Round {
  /** The line before the first of them was put in. */
  readonly base: TextInput;
  readonly completion: Completion;
  /** The one that stands in the line now. */
  readonly chosen: number;
}

export interface Completed {
  readonly input: TextInput;
  readonly round: Round | null;
}

/** Behind these a word goes on. */
const OPEN_END = /[(=]$/;

function replaced({ text, cursor }: TextInput, from: number, word: string): TextInput {
  const start = text.slice(0, from) + word;
  return new TextInput(start + text.slice(cursor), start.length);
}

function ended(candidate: string): string {
  return OPEN_END.test(candidate) ? candidate : `${candidate} `;
}

function shared(candidates: readonly string[]): string {
  return candidates.reduce((common, each) => {
    let length = 0;
    while (length < common.length && common[length] === each[length]) length++;
    return common.slice(0, length);
  });
}

function inRound(base: TextInput, completion: Completion, chosen: number): Completed {
  const word = completion.candidates[chosen] ?? "";
  const input = replaced(base, completion.from, ended(word));
  return { input, round: { base, completion, chosen } };
}

/** `step`: 1 for Tab, -1 for the way back; `round`: what the key before left. */
export function complete(
  input: TextInput,
  round: Round | null,
  completion: Completion,
  step: 1 | -1,
): Completed {
  if (round) {
    const { length } = round.completion.candidates;
    return inRound(round.base, round.completion, (round.chosen + step + length) % length);
  }
  const { candidates, from } = completion;
  const [only] = candidates;
  if (only === undefined) return { input, round: null };
  if (candidates.length === 1) return { input: replaced(input, from, ended(only)), round: null };
  const common = shared(candidates);
  const word = input.text.slice(from, input.cursor);
  if (common.length >= word.length && common !== word && common !== "") {
    return { input: replaced(input, from, common), round: null };
  }
  return inRound(input, completion, step > 0 ? 0 : candidates.length - 1);
}
