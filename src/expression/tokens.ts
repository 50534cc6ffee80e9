// SPDX-License-Identifier: MIT
// The text of an expression cut into words, numbers and signs.

import { Problem, quoted } from "./problem.js";

export const OPERATORS = ["==", "!=", "<=", ">=", "<", ">"] as const;
export type Operator = (typeof OPERATORS)[number];

export type Sign = Operator | "&&" | "||" | "!" | "(" | ")";

/** `at`: offset in the text. */
export type Token =
  | { readonly kind: "sign"; readonly sign: Sign; readonly at: number }
  | { readonly kind: "number"; readonly value: bigint; readonly at: number }
  /** `negative`: a minus stands before it, as in -EINVAL. */
  | {
      readonly kind: "word";
      readonly word: string;
      readonly negative: boolean;
      readonly at: number;
    }
  | { readonly kind: "end"; readonly at: number };

const MOST = 4096;
const SPACE = /[ \t\r\n]*/y;
const SIGN = /==|!=|<=|>=|&&|\|\||[<>!()]/y;
const WORD = /(-?)([A-Za-z_][A-Za-z0-9_]*)/y;
const NUMBER = /-?[0-9][A-Za-z0-9_.]*/y;
const NUMERAL = /^(-?)(0x[0-9a-f]+|[0-9]+)$/i;
const LEAST_NUMBER = -(2n ** 63n);
const LARGEST_NUMBER = 2n ** 64n - 1n;

const INSTEAD: Readonly<Record<string, string>> = {
  "=": "equality is written ==",
  "&": "and is written &&",
  "|": "or is written ||",
  "-": "a number or an errno name must follow the minus at once",
  '"': "names and numbers stand without quotes",
  "'": "names and numbers stand without quotes",
};

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function numberOf(numeral: string, at: number): bigint {
  const [, minus, digits] = NUMERAL.exec(numeral) ?? [];
  if (digits === undefined) {
    throw new Problem(
      at,
      `${quoted(numeral)} is not a number`,
      "give a whole number, decimal or hex, e.g. 4096 or 0x1000",
    );
  }
  const value = minus ? -BigInt(digits) : BigInt(digits);
  if (value >= LEAST_NUMBER && value <= LARGEST_NUMBER) return value;
  throw new Problem(at, `${quoted(numeral)} is wider than 64 bits`, "give at most 64 bits");
}

function tokenAt(text: string, at: number): { token: Token; end: number } {
  const number = matchAt(NUMBER, text, at)?.[0];
  if (number !== undefined) {
    const value = numberOf(number, at);
    return { token: { kind: "number", value, at }, end: at + number.length };
  }
  const [found, minus, word] = matchAt(WORD, text, at) ?? [];
  if (found !== undefined && word !== undefined) {
    const token: Token = { kind: "word", word, negative: minus === "-", at };
    return { token, end: at + found.length };
  }
  const sign = matchAt(SIGN, text, at)?.[0];
  if (sign !== undefined) {
    return { token: { kind: "sign", sign: sign as Sign, at }, end: at + sign.length };
  }
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
  const instead = INSTEAD[character];
  throw new Problem(
    at,
    `${quoted(character)} has no meaning here${instead ? `: ${instead}` : ""}`,
    "operators: == != < <= > >= && || ! ( )",
  );
}

/** The last token is the end. Throws Problem. */
export function tokenize(text: string): Token[] {
  if (text.length > MOST) {
    throw new Problem(MOST, `longer than ${MOST} characters`, "give a shorter expression");
  }
  const tokens: Token[] = [];
  let at = matchAt(SPACE, text, 0)?.[0].length ?? 0;
  while (at < text.length) {
    const { token, end } = tokenAt(text, at);
    tokens.push(token);
    at = end + (matchAt(SPACE, text, end)?.[0].length ?? 0);
  }
  tokens.push({ kind: "end", at: text.length });
  return tokens;
}
