// SPDX-License-Identifier: MIT
// Tokens -> syntax tree, by recursive descent: || binds least, then &&, then comparisons, then !.

import { Problem, quoted } from "./problem.js";
import { OPERATORS, type Operator, type Sign, type Token, tokenize } from "./tokens.js";

export type Operand = Extract<Token, { kind: "word" | "number" }>;

export interface Comparison {
  readonly kind: "comparison";
  readonly left: Operand;
  readonly operator: Operator;
  readonly right: Operand;
}

export type Node =
  /** Two parts or more. */
  | { readonly kind: "or" | "and"; readonly parts: readonly Node[] }
  | { readonly kind: "not"; readonly part: Node }
  | Comparison;

/** Of parentheses and `!`: the depth of every recursion over the tree. */
const DEEPEST = 64;

function shown(token: Token): string {
  if (token.kind === "end") return "the end";
  if (token.kind === "sign") return token.sign;
  if (token.kind === "number") return token.value.toString();
  return quoted(`${token.negative ? "-" : ""}${token.word}`);
}

class Parser {
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;

  constructor(text: string) {
    this.#tokens = tokenize(text);
  }

  whole(): Node {
    if (this.#peek().kind === "end") throw this.#expected("a comparison, e.g. opcode == READ_10");
    const node = this.#or();
    if (this.#peek().kind !== "end") throw this.#expected("&&, || or the end");
    return node;
  }

  #peek(): Token {
    // the last token is the end, and nothing steps over it
    return this.#tokens[this.#next] ?? { kind: "end", at: 0 };
  }

  #expected(what: string): Problem {
    const token = this.#peek();
    return new Problem(token.at, `expected ${what}, found ${shown(token)}`);
  }

  #accept(sign: Sign): boolean {
    const token = this.#peek();
    if (token.kind !== "sign" || token.sign !== sign) return false;
    this.#next++;
    return true;
  }

  #or(): Node {
    return this.#chain("or", "||", () => this.#and());
  }

  #and(): Node {
    return this.#chain("and", "&&", () => this.#unary());
  }

  #chain(kind: "or" | "and", sign: Sign, part: () => Node): Node {
    const first = part();
    const parts = [first];
    while (this.#accept(sign)) parts.push(part());
    return parts.length === 1 ? first : { kind, parts };
  }

  #unary(): Node {
    const { at } = this.#peek();
    if (this.#accept("!")) {
      const before = this.#peek();
      if (before.kind !== "sign" || (before.sign !== "(" && before.sign !== "!")) {
        throw new Problem(before.at, "! needs parentheses around what it negates", "write !(...)");
      }
      return { kind: "not", part: this.#deeper(at, () => this.#unary()) };
    }
    if (!this.#accept("(")) return this.#comparison();
    const node = this.#deeper(at, () => this.#or());
    if (!this.#accept(")")) throw this.#expected(")");
    return node;
  }

  #deeper(at: number, inner: () => Node): Node {
    if (++this.#depth > DEEPEST) {
      throw new Problem(at, `nested deeper than ${DEEPEST}`, "write it with fewer parentheses");
    }
    const node = inner();
    this.#depth--;
    return node;
  }

  #comparison(): Comparison {
    const left = this.#operand();
    const token = this.#peek();
    const operator = OPERATORS.find((sign) => token.kind === "sign" && token.sign === sign);
    if (!operator) throw this.#expected("== != < <= > or >=");
    this.#next++;
    return { kind: "comparison", left, operator, right: this.#operand() };
  }

  #operand(): Operand {
    const token = this.#peek();
    if (token.kind !== "word" && token.kind !== "number") {
      throw this.#expected("a field, a name or a number");
    }
    this.#next++;
    return token;
  }
}

/** The tree of `text`; names are not looked up yet. Throws Problem. */
export function parse(text: string): Node {
  return new Parser(text).whole();
}
