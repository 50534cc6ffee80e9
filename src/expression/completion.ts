// SPDX-License-Identifier: MIT
// What can stand at a place of an expression: for completion while one is being typed.

import type { Dialect } from "../abi/dialect.js";
import { SEED_X86_64 } from "../abi/seed.js";
import { FIELDS, type Field, isField } from "./fields.js";
import { namesFor } from "./names.js";
import { Problem } from "./problem.js";
import { OPERATORS, type Operator, type Token, tokenize } from "./tokens.js";

export interface Completion {
  /** Offset of the word being typed: a candidate stands in place of it, up to the cursor. */
  readonly from: number;
  /** `field`, `value of opcode`; "" where nothing can stand there. */
  readonly what: string;
  /** Those that begin with the word, in letters of any case. */
  readonly candidates: readonly string[];
}

type Place =
  | { readonly kind: "left" | "negated" | "joint" | "nowhere" }
  | { readonly kind: "operator" | "right"; readonly left: Field | null };

const WORD = /-?[A-Za-z0-9_]*$/;
const SIGNS = /(?:&&?|\|\|?|[=!<>]=?)$/;

/** The word that ends at the end of `text`, or the sign. */
function lastWord(text: string): string {
  const word = WORD.exec(text)?.[0] ?? "";
  return word === "" ? (SIGNS.exec(text)?.[0] ?? "") : word;
}

function isOperator(sign: string): sign is Operator {
  return (OPERATORS as readonly string[]).includes(sign);
}

const NOWHERE: Place = { kind: "nowhere" };

/** Where one is behind `token`, having been at `place`. */
function step(place: Place, token: Token): Place {
  if (token.kind === "end") return place;
  if (token.kind !== "sign") {
    if (place.kind === "right") return { kind: "joint" };
    if (place.kind !== "left") return NOWHERE;
    return { kind: "operator", left: fieldOf(token) };
  }
  const { sign } = token;
  switch (place.kind) {
    case "left":
      return sign === "(" ? place : sign === "!" ? { kind: "negated" } : NOWHERE;
    case "negated":
      return sign === "(" ? { kind: "left" } : sign === "!" ? place : NOWHERE;
    case "operator":
      return isOperator(sign) ? { kind: "right", left: place.left } : NOWHERE;
    case "joint":
      return sign === ")" ? place : sign === "&&" || sign === "||" ? { kind: "left" } : NOWHERE;
    default:
      return NOWHERE;
  }
}

function fieldOf(token: Token): Field | null {
  return token.kind === "word" && isField(token.word) ? token.word : null;
}

/** Null: something in it has no meaning at all. */
function tokensOf(text: string): readonly Token[] | null {
  try {
    return tokenize(text);
  } catch (error) {
    if (error instanceof Problem) return null;
    throw error;
  }
}

interface Choice {
  readonly what: string;
  readonly words: readonly string[];
}

function rightOf(left: Field | null, word: string, dialect: Dialect): Choice {
  if (left === null) return { what: "field", words: FIELDS };
  const names = [...namesFor(left, dialect)];
  if (word.startsWith("-")) {
    const negative = names.filter(([, { value }]) => value < 0).map(([name]) => `-${name}`);
    return { what: `value of ${left}`, words: negative };
  }
  if (names.length === 0 && word === "") return { what: "a number, or a field", words: [] };
  const shown = names.map(([name]) => name);
  // fields are rarely meant: only once a letter of one is there
  return { what: `value of ${left}`, words: word === "" ? shown : [...shown, ...FIELDS] };
}

function choiceAt(place: Place, word: string, open: number, dialect: Dialect): Choice {
  switch (place.kind) {
    case "left":
      return { what: "field", words: [...FIELDS, "(", "!("] };
    case "negated":
      return { what: "(", words: ["("] };
    case "operator":
      return { what: "operator", words: OPERATORS };
    case "right":
      return rightOf(place.left, word, dialect);
    case "joint":
      return {
        what: open > 0 ? "&& || )" : "&& ||",
        words: open > 0 ? ["&&", "||", ")"] : ["&&", "||"],
      };
    case "nowhere":
      return { what: "", words: [] };
  }
}

/** `cursor`: offset in `text`; what stands behind it does not count. */
export function completeExpression(
  text: string,
  cursor: number,
  dialect: Dialect = SEED_X86_64,
): Completion {
  const before = text.slice(0, cursor);
  const word = lastWord(before);
  const from = before.length - word.length;
  const tokens = tokensOf(before.slice(0, from));
  const place = tokens === null ? NOWHERE : tokens.reduce(step, { kind: "left" } as Place);
  const count = (sign: string): number =>
    (tokens ?? []).filter((token) => token.kind === "sign" && token.sign === sign).length;
  const open = count("(") - count(")");
  const { what, words } = choiceAt(open < 0 ? NOWHERE : place, word, open, dialect);
  const begin = word.toLowerCase();
  return { from, what, candidates: words.filter((each) => each.toLowerCase().startsWith(begin)) };
}
