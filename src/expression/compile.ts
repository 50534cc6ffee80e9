// SPDX-License-Identifier: MIT
// EXPR, the one language of filter, break, fault and record: text -> a closure over joined events.

import type { Dialect } from "../abi/dialect.js";
import { SEED_X86_64 } from "../abi/seed.js";
import { compareFields, compareName, compareNumber, type Match } from "./comparison.js";
import { FIELDS, type Field, isField } from "./fields.js";
import { fieldsNaming, namesFor } from "./names.js";
import { type Comparison, type Node, type Operand, parse } from "./parser.js";
import { Problem, quoted, toExpressionError } from "./problem.js";
import type { Operator } from "./tokens.js";

/**
 * A compiled expression. A comparison with a field the event lacks is false, also with `!=`: so
 * `lba != 5` wants an event with an lba, `!(lba == 5)` matches one without, too.
 */
export interface Expression {
  readonly text: string;
  /** The fields it reads. */
  readonly fields: ReadonlySet<Field>;
  /** Allocates nothing, never throws, needs no `this`. */
  readonly matches: Match;
}

export interface CompileOptions {
  /** What the text is, at the head of an error's message: `--filter`. */
  readonly what?: string;
  /** Whose numbers the event types have. */
  readonly dialect?: Dialect;
}

const FLIPPED: Readonly<Record<Operator, Operator>> = {
  "==": "==",
  "!=": "!=",
  "<": ">",
  "<=": ">=",
  ">": "<",
  ">=": "<=",
};

function fieldOf(operand: Operand): Field | null {
  if (operand.kind !== "word" || !isField(operand.word)) return null;
  if (operand.negative) throw new Problem(operand.at, "a field takes no minus", "leave the - out");
  return operand.word;
}

class Compiler {
  readonly fields = new Set<Field>();

  constructor(readonly dialect: Dialect) {}

  node(node: Node): Match {
    if (node.kind === "comparison") return this.#comparison(node);
    if (node.kind === "not") {
      const part = this.node(node.part);
      return (event) => !part(event);
    }
    const parts = node.parts.map((part) => this.node(part));
    return node.kind === "and" ? all(parts) : any(parts);
  }

  #comparison({ left, operator, right }: Comparison): Match {
    const [leftField, rightField] = [fieldOf(left), fieldOf(right)];
    if (leftField) this.fields.add(leftField);
    if (rightField) this.fields.add(rightField);
    if (leftField && rightField) return compareFields(leftField, operator, rightField);
    if (leftField) return this.#value(leftField, operator, right);
    if (rightField) return this.#value(rightField, FLIPPED[operator], left);
    throw this.#noField(left, right);
  }

  #value(field: Field, operator: Operator, operand: Operand): Match {
    if (operand.kind === "number") return compareNumber(field, operator, operand.value);
    const named = namesFor(field, this.dialect).get(operand.word);
    if (!named) throw this.#wrongName(field, operand);
    if (operand.negative && named.value >= 0) {
      throw new Problem(operand.at, `${quoted(operand.word)} has no negative`, "leave the - out");
    }
    if (named.action !== null && operator !== "==" && operator !== "!=") {
      throw new Problem(
        operand.at,
        `${operand.word} is an opcode with a service action, which has no order`,
        "compare it with == or !=, or the opcode with a number",
      );
    }
    return compareName(field, operator, named);
  }

  #wrongName(field: Field, { word, at }: Extract<Operand, { kind: "word" }>): Problem {
    const owners = fieldsNaming(word, this.dialect);
    const text = owners.length
      ? `${word} is a name of ${owners.join(" and ")}, not of ${field}`
      : `${quoted(word)} is neither a field nor a name of ${field}`;
    return new Problem(at, text, `${this.#takes(field)}; fields: ${FIELDS.join(" ")}`);
  }

  /** `type takes CMD_RSP, ... or a number`. */
  #takes(field: Field): string {
    const names = [...namesFor(field, this.dialect).keys()];
    if (names.length === 0) return `${field} takes a number`;
    const shown = names.length > 8 ? [...names.slice(0, 8), "..."] : names;
    return `${field} takes ${shown.join(", ")} or a number`;
  }

  #noField(left: Operand, right: Operand): Problem {
    const wordOf = (operand: Operand): string | null =>
      operand.kind === "word" ? operand.word : null;
    const place = left.kind === "word" || right.kind === "number" ? left : right;
    const word = wordOf(place);
    if (word === null) return new Problem(place.at, "one side of a comparison must be a field");
    const [owner] = fieldsNaming(word, this.dialect);
    if (owner === undefined) return new Problem(place.at, `${quoted(word)} is not a field`);
    return new Problem(place.at, `${word} is not a field: write ${owner} == ${word}`);
  }
}

function all(parts: readonly Match[]): Match {
  const [first, second] = parts;
  if (first && second && parts.length === 2) return (event) => first(event) && second(event);
  return (event) => {
    for (let i = 0; i < parts.length; i++) if (parts[i]?.(event) !== true) return false;
    return true;
  };
}

function any(parts: readonly Match[]): Match {
  const [first, second] = parts;
  if (first && second && parts.length === 2) return (event) => first(event) || second(event);
  return (event) => {
    for (let i = 0; i < parts.length; i++) if (parts[i]?.(event) === true) return true;
    return false;
  };
}

/**
 * Compiles `text`, at most 4096 characters nested at most 64 deep. Errors: ExpressionError, a
 * TgtctlError of kind `usage` with the column.
 */
export function compile(text: string, options: CompileOptions = {}): Expression {
  const { what = "expression", dialect = SEED_X86_64 } = options;
  try {
    const compiler = new Compiler(dialect);
    const matches = compiler.node(parse(text));
    return { text, fields: compiler.fields, matches };
  } catch (error) {
    throw error instanceof Problem ? toExpressionError(error, text, what) : error;
  }
}

/** For completion: what may stand beside `field`, besides numbers and fields. */
export function namesOf(field: Field, dialect: Dialect = SEED_X86_64): readonly string[] {
  return [...namesFor(field, dialect).keys()];
}
