// SPDX-License-Identifier: MIT
// What is wrong with an expression, in one line with its column; and input made to break the parser.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TgtctlError } from "../../src/errors.js";
import { compile } from "../../src/expression/compile.js";
import { FIELDS } from "../../src/expression/fields.js";
import { ExpressionError } from "../../src/expression/problem.js";

function errorOf(text: string): ExpressionError {
  try {
    compile(text, { what: "--filter" });
  } catch (error) {
    if (error instanceof ExpressionError) return error;
    throw error;
  }
  throw new Error(`${JSON.stringify(text)} was accepted`);
}

it.each<[string, number, string]>([
  ["", 1, "expected a comparison, e.g. opcode == READ_10, found the end"],
  ["   ", 4, "expected a comparison, e.g. opcode == READ_10, found the end"],
  ["type == READ_10", 9, "READ_10 is a name of opcode, not of type"],
  ["READ_10 == type", 1, "READ_10 is a name of opcode, not of type"],
  ["opcode == EINVAL", 11, "EINVAL is a name of result and verdict, not of opcode"],
  ["opcode == READ_11", 11, "READ_11 is neither a field nor a name of opcode"],
  ["opcode == read_10", 11, "read_10 is neither a field nor a name of opcode"],
  ["lun == GOOD", 8, "GOOD is a name of result, not of lun"],
  ["lbaa == 5", 1, "lbaa is not a field"],
  ["5 == lbaa", 6, "lbaa is not a field"],
  ["READ_10", 8, "expected == != < <= > or >=, found the end"],
  ["READ_10 == 40", 1, "READ_10 is not a field: write opcode == READ_10"],
  ["1 == 1", 1, "one side of a comparison must be a field"],
  ["lba", 4, "expected == != < <= > or >=, found the end"],
  ["lba ==", 7, "expected a field, a name or a number, found the end"],
  ["lba == == 5", 8, "expected a field, a name or a number, found =="],
  ["lba = 5", 5, "= has no meaning here: equality is written =="],
  ["lba == 5 & cid == 1", 10, "& has no meaning here: and is written &&"],
  ["lba == 5 | cid == 1", 10, "| has no meaning here: or is written ||"],
  ["lba == 5 cid == 1", 10, "expected &&, || or the end, found cid"],
  ["1 < lba < 5", 9, "expected &&, || or the end, found <"],
  ["lba == 5)", 9, "expected &&, || or the end, found )"],
  ["(lba == 5", 10, "expected ), found the end"],
  ["(lba) == 5", 5, "expected == != < <= > or >=, found )"],
  ["lba == 5 &&", 12, "expected a field, a name or a number, found the end"],
  ["|| lba == 5", 1, "expected a field, a name or a number, found ||"],
  ["!lba == 5", 2, "! needs parentheses around what it negates"],
  ["lba == 12ab", 8, "12ab is not a number"],
  ["age_ms > 1.5", 10, "1.5 is not a number"],
  ["lba == 0x", 8, "0x is not a number"],
  ["lba == 18446744073709551616", 8, "18446744073709551616 is wider than 64 bits"],
  ["lba == -9223372036854775809", 8, "-9223372036854775809 is wider than 64 bits"],
  [
    "lba == - 5",
    8,
    "- has no meaning here: a number or an errno name must follow the minus at once",
  ],
  ["type == -CMD_REQ", 9, "CMD_REQ has no negative"],
  ["cid == -lba", 8, "a field takes no minus"],
  [
    "opcode > READ_CAPACITY_16",
    10,
    "READ_CAPACITY_16 is an opcode with a service action, which has no order",
  ],
  ["type == 'CMD_REQ'", 9, "' has no meaning here: names and numbers stand without quotes"],
  ["\u{1f4a5} == 1", 1, "U+1F4A5 has no meaning here"],
  ["lba == 5 \u001b[2J", 10, "U+001B has no meaning here"],
  ["lba == \u{1f4a5}\u{1f4a5}", 8, "U+1F4A5 has no meaning here"],
  [`lba == ${"x".repeat(1000)}`, 8, `${"x".repeat(32)}... is neither a field nor a name of lba`],
])("%j", (text, column, problem) => {
  const error = errorOf(text);
  expect([error.column, error.problem]).toEqual([column, problem]);
  expect(error.message).toBe(`--filter: column ${column}: ${problem}`);
  expect([error.kind, error.exitCode]).toEqual(["usage", 64]);
  expect(`${error.message}${error.remedy}`).toMatch(/^[\x20-\x7e]+$/);
});

it("names the fields where one is wrong, and the names where one of those is", () => {
  for (const text of ["lbaa == 5", "type == READ_10", "opcode == NONE", ""]) {
    for (const field of FIELDS) expect(errorOf(text).remedy).toContain(field);
  }
  expect(errorOf("type == READ_10").remedy).toContain("CMD_REQ");
});

describe("hostile text", () => {
  it.each([
    ["(".repeat(100_000), 4097],
    ["!".repeat(100_000), 4097],
    ["(".repeat(4096), 65],
    [`${"!(".repeat(1990)}lba == 5${")".repeat(96)}`, 65],
    [`${"(".repeat(64)}lba == 5`, 73],
    ["lba == 5 && ".repeat(100_000), 4097],
    [`lba == ${"9".repeat(4000)}`, 8],
  ])("%#", (text, column) => {
    expect(errorOf(text).column).toBe(column);
  });

  it("is parsed where it keeps within the limits", () => {
    expect(() => compile(`${"(".repeat(64)}lba == 5${")".repeat(64)}`)).not.toThrow();
    const long = Array.from({ length: 500 }, () => "cid==1").join("||");
    expect(() => compile(long)).not.toThrow();
  });

  const pieces = ["lba", "opcode", "READ_10", "==", "!=", "<", "&&", "||", "!", "(", ")", "0x1"];
  const almost = fc
    .array(fc.constantFrom(...pieces, " ", "-", "EINVAL", "result", "99"), { maxLength: 40 })
    .map((list) => list.join(" "));
  it("never throws anything but a TgtctlError with a column in the text", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.string(), almost), (text) => {
        try {
          compile(text);
        } catch (error) {
          expect(error).toBeInstanceOf(TgtctlError);
          expect(error).toBeInstanceOf(ExpressionError);
          if (!(error instanceof ExpressionError)) return;
          expect(error.column).toBeGreaterThan(0);
          expect(error.column).toBeLessThanOrEqual(Array.from(text).length + 1);
          expect(`${error.message}${error.remedy}`).toMatch(/^[\x20-\x7e]+$/);
        }
      }),
      { numRuns: 5000 },
    );
  });
});
