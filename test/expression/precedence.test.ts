// SPDX-License-Identifier: MIT
// Generated trees, written with as few parentheses as the grammar asks for, against a plain evaluator.

import fc from "fast-check";
import { expect, it } from "vitest";
import { compile } from "../../src/expression/compile.js";
import { plainEvent } from "./plain-event.js";

const FIELDS = ["cid", "tag", "lba", "blocks", "result"] as const;
type Name = (typeof FIELDS)[number];
type Event = Partial<Record<Name, bigint>>;

const COMPARE = {
  "==": (a: bigint, b: bigint) => a === b,
  "!=": (a: bigint, b: bigint) => a !== b,
  "<": (a: bigint, b: bigint) => a < b,
  "<=": (a: bigint, b: bigint) => a <= b,
  ">": (a: bigint, b: bigint) => a > b,
  ">=": (a: bigint, b: bigint) => a >= b,
};

type Tree =
  | { kind: "compare"; field: Name; operator: keyof typeof COMPARE; value: bigint | Name }
  | { kind: "and" | "or"; left: Tree; right: Tree }
  | { kind: "not"; part: Tree };

const BINDS = { or: 1, and: 2, not: 3, compare: 3 };

function text(tree: Tree, around: number, hex: boolean): string {
  const inner = (): string => {
    if (tree.kind === "not") return `!(${text(tree.part, 0, hex)})`;
    if (tree.kind === "compare") {
      const { field, operator, value } = tree;
      const digits = hex && typeof value === "bigint" && value >= 0n;
      return `${field} ${operator} ${digits ? `0x${value.toString(16)}` : value}`;
    }
    const binds = BINDS[tree.kind];
    const sign = tree.kind === "and" ? "&&" : "||";
    return `${text(tree.left, binds, hex)} ${sign} ${text(tree.right, binds, hex)}`;
  };
  return BINDS[tree.kind] < around ? `(${inner()})` : inner();
}

function plain(tree: Tree, event: Event): boolean {
  switch (tree.kind) {
    case "not":
      return !plain(tree.part, event);
    case "and":
      return plain(tree.left, event) && plain(tree.right, event);
    case "or":
      return plain(tree.left, event) || plain(tree.right, event);
    case "compare": {
      const left = event[tree.field];
      const right = typeof tree.value === "bigint" ? tree.value : event[tree.value];
      return left !== undefined && right !== undefined && COMPARE[tree.operator](left, right);
    }
  }
}

const wide = fc.oneof(fc.bigInt(0n, 3n), fc.bigInt(0n, 2n ** 64n - 1n));
const u32 = fc.oneof(fc.bigInt(0n, 3n), fc.bigInt(0n, 2n ** 32n - 1n));
const s32 = fc.oneof(fc.bigInt(-3n, 3n), fc.bigInt(-(2n ** 31n), 2n ** 31n - 1n));
const event: fc.Arbitrary<Event> = fc.record(
  { cid: u32, tag: wide, lba: wide, blocks: u32, result: s32 },
  { requiredKeys: [] },
);
const compare: fc.Arbitrary<Tree> = fc.record({
  kind: fc.constant("compare" as const),
  field: fc.constantFrom(...FIELDS),
  operator: fc.constantFrom(...(Object.keys(COMPARE) as (keyof typeof COMPARE)[])),
  value: fc.oneof(wide, s32, fc.constantFrom(...FIELDS)),
});
const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    compare,
    fc.record({
      kind: fc.constantFrom("and" as const, "or" as const),
      left: tie("tree"),
      right: tie("tree"),
    }),
    fc.record({ kind: fc.constant("not" as const), part: tie("tree") }),
  ),
}));

it("means what its tree means", () => {
  fc.assert(
    fc.property(
      tree,
      fc.array(event, { minLength: 1, maxLength: 5 }),
      fc.boolean(),
      (t, es, hex) => {
        const { matches } = compile(text(t, 0, hex));
        for (const e of es) expect(matches(plainEvent(e))).toBe(plain(t, e));
      },
    ),
    { numRuns: 3000 },
  );
});
