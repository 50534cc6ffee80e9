// SPDX-License-Identifier: MIT
// What can stand where: what is offered always leads on to an expression.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compile } from "../../src/expression/compile.js";
import { completeExpression } from "../../src/expression/completion.js";
import { FIELDS } from "../../src/expression/fields.js";

const at = (text: string) => completeExpression(text, text.length);

describe("at the end of a text", () => {
  it.each([
    ["", "field", 0, "ring"],
    ["op", "field", 0, "opcode"],
    ["OP", "field", 0, "opcode"],
    ["opcode ", "operator", 7, "=="],
    ["opcode =", "operator", 7, "=="],
    ["opcode<", "operator", 6, "<="],
    ["opcode == ", "value of opcode", 10, "READ_10"],
    ["opcode==rea", "value of opcode", 8, "READ_10"],
    ["verdict == -ein", "value of verdict", 11, "-EINVAL"],
    ["ring != k", "value of ring", 8, "kuring"],
    ["lba == bl", "value of lba", 7, "blocks"],
    ["5 < ", "field", 4, "lba"],
    ["lun == 1 ", "&& ||", 9, "&&"],
    ["lun == 1 &", "&& ||", 9, "&&"],
    ["(lun == 1 ", "&& || )", 10, ")"],
    ["(lun == 1) && !", "field", 14, "!("],
    ["!(lun == 1 || (tag ", "operator", 19, "!="],
    ["lun == 1 && ", "field", 12, "tag"],
  ])("%j wants a %s", (text, what, from, candidate) => {
    const completion = at(text);
    expect(completion).toMatchObject({ what, from });
    expect(completion.candidates).toContain(candidate);
  });

  it.each(["lun == 1 lba", "== ", "lun lun ", ") ", "lun = 1 && ", "'", "lun == 1) "])(
    "%j wants nothing that is known",
    (text) => expect(at(text).candidates).toEqual([]),
  );

  it("offers no name to a field that has none", () => {
    expect(at("lba == ")).toEqual({ from: 7, what: "a number, or a field", candidates: [] });
  });
});

it("looks at what stands before the cursor only", () => {
  expect(completeExpression("op == READ_10", 2)).toMatchObject({ from: 0, what: "field" });
});

it("leads to an expression, whichever candidates are taken", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...FIELDS),
      fc.array(fc.nat(1000), { minLength: 2, maxLength: 30 }),
      (field, picks) => {
        let text = `${field} `;
        for (const pick of picks) {
          const { candidates, from } = at(text);
          if (candidates.length === 0) {
            text += "1 ";
            continue;
          }
          const chosen = candidates[pick % candidates.length] ?? "";
          text = `${text.slice(0, from)}${chosen} `;
        }
        const { what } = at(text);
        const closing = what.startsWith("&&") ? "" : "lun == 1 ";
        if (closing !== "" && what !== "field") return;
        const open = text.split("(").length - text.split(")").length;
        const whole = `${text}${closing}${")".repeat(Math.max(0, open))}`;
        try {
          compile(whole);
        } catch (error) {
          // names with a service action have no order, and the depth has a limit
          expect(String(error)).toMatch(/has no order|nested deeper/);
        }
      },
    ),
    { numRuns: 500 },
  );
});

it("never throws", () => {
  const piece = fc.constantFrom("opcode", "==", "(", ")", "!", "&&", "|", "-", " ", "5", "READ_10");
  const text = fc.oneof(
    fc.string(),
    fc.array(piece).map((parts) => parts.join("")),
  );
  fc.assert(
    fc.property(text, fc.nat(60), (typed, cursor) => {
      const { from, candidates } = completeExpression(typed, cursor);
      expect(from).toBeLessThanOrEqual(Math.min(cursor, typed.length));
      const word = typed.slice(from, cursor).toLowerCase();
      for (const each of candidates) expect(each.toLowerCase().startsWith(word)).toBe(true);
    }),
  );
});
