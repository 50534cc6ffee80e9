// SPDX-License-Identifier: MIT
// What is wrong with an expression, and where: the one error this folder throws.

import { TgtctlError } from "../errors.js";
import { FIELDS } from "./fields.js";

const FIELDS_REMEDY = `fields: ${FIELDS.join(" ")}`;
const MOST_SHOWN = 32;

/** Thrown inside; `at` is an offset in the text. Becomes an ExpressionError at the border. */
export class Problem extends Error {
  constructor(
    readonly at: number,
    readonly text: string,
    /** What to do instead; the list of fields where nothing better is known. */
    readonly remedy: string = FIELDS_REMEDY,
  ) {
    super(text);
  }
}

/** Kind `usage`. `column` counts characters from 1; `problem` is the message without the column. */
export class ExpressionError extends TgtctlError {
  constructor(
    readonly column: number,
    readonly problem: string,
    remedy: string,
    what: string,
  ) {
    super("usage", `${what}: column ${column}: ${problem}`, remedy);
  }
}

/** `what`: the option or form the text came from. */
export function toExpressionError(problem: Problem, text: string, what: string): ExpressionError {
  const column = Array.from(text.slice(0, problem.at)).length + 1;
  return new ExpressionError(column, problem.text, problem.remedy, what);
}

/** Part of the user's text, fit for one line of a message whatever is in it. */
export function quoted(text: string): string {
  const cut = text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}...` : text;
  return cut.replace(/[^\x20-\x7e]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
  });
}
