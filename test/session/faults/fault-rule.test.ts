// SPDX-License-Identifier: MIT
// RULE, the language of --fault: what it means, and what is wrong with it by column in the whole text.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ExpressionError } from "../../../src/expression/problem.js";
import { parseFaultRule, parseFaultRules } from "../../../src/session/faults/fault-rule.js";
import type { FaultAction } from "../../../src/target/faults.js";

describe("actions", () => {
  it.each<[string, FaultAction]>([
    ["sense 3/11/00", { kind: "sense", key: 3, asc: 0x11, ascq: 0 }],
    ["sense B/c/0a", { kind: "sense", key: 11, asc: 0x0c, ascq: 0x0a }],
    ["status BUSY", { kind: "status", status: 8 }],
    ["status TASK_SET_FULL", { kind: "status", status: 0x28 }],
    ["status RESERVATION_CONFLICT", { kind: "status", status: 0x18 }],
    ["status INTERMEDIATE_CONDITION_MET", { kind: "status", status: 0x14 }],
    ["status 0x40", { kind: "status", status: 0x40 }],
    ["status 40", { kind: "status", status: 0x28 }],
    ["status GOOD", { kind: "status", status: 0 }],
    ["delay 1500", { kind: "delay", ms: 1500 }],
    ["drop", { kind: "drop" }],
    ["duplicate", { kind: "duplicate" }],
    ["short 0", { kind: "short", bytes: 0 }],
    ["short 0x200", { kind: "short", bytes: 512 }],
  ])("%s", (text, action) => {
    expect(parseFaultRule(`lba == 5 : ${text}`).action).toEqual(action);
    expect(parseFaultRule(`lba == 5:${text} every 2`).action).toEqual(action);
  });
});

describe("how often", () => {
  it.each([
    ["drop", 1, 1, 1],
    ["drop every 3", 3, 1, 1],
    ["drop chance 0.25", 1, 0.25, 1],
    ["drop chance .5 seed 7", 1, 0.5, 7],
    ["drop chance 10% seed 0xffffffff", 1, 0.1, 0xffffffff],
    ["delay 5 seed 3\tchance 1 every 2", 2, 1, 3],
    ["drop chance 0", 1, 0, 1],
  ])("%s", (text, every, chance, seed) => {
    expect(parseFaultRule(`cid != 0 : ${text}`)).toMatchObject({ every, chance, seed });
  });
});

it("keeps the text without the space around it", () => {
  expect(parseFaultRule("  lba == 5 : drop \n").text).toBe("lba == 5 : drop");
});

function errorOf(text: string): ExpressionError {
  try {
    parseFaultRule(text, "--fault");
  } catch (error) {
    if (error instanceof ExpressionError) return error;
    throw error;
  }
  throw new Error(`${JSON.stringify(text)} was accepted`);
}

it.each<[string, number, string]>([
  ["", 1, "expected : and an action, found the end"],
  ["lba == 5", 9, "expected : and an action, found the end"],
  [": drop", 1, "expected a comparison, e.g. opcode == READ_10, found the end"],
  ["lba == : drop", 8, "expected a field, a name or a number, found the end"],
  ["lba = 5 : drop", 5, "= has no meaning here: equality is written =="],
  ["(lba == 5 : drop) || cid == 1 : drop", 11, "expected ), found the end"],
  ["lba == 5 :", 11, "expected an action, found the end"],
  ["lba == 5 : : drop", 12, ": is not an action"],
  ["lba == 5 : sens 3/11/00", 12, "sens is not an action"],
  ["lba == 5 : constructor", 12, "constructor is not an action"],
  ["lba == 5 : DROP", 12, "DROP is not an action"],
  ["lba == 5 : sense", 17, "expected K/ASC/ASCQ, found the end"],
  ["lba == 5 : sense 3/11", 18, "3/11 is not sense key/ASC/ASCQ"],
  ["lba == 5 : sense 10/11/00", 18, "10/11/00 is not sense key/ASC/ASCQ"],
  ["lba == 5 : sense 3/111/00", 18, "3/111/00 is not sense key/ASC/ASCQ"],
  ["lba == 5 : sense 3/0x11/0", 18, "3/0x11/0 is not sense key/ASC/ASCQ"],
  ["lba == 5 : status", 18, "expected a SAM status, found the end"],
  ["lba == 5 : status DROPPED", 19, "DROPPED is no SAM status"],
  ["lba == 5 : status 0x20", 19, "0x20 is no SAM status"],
  ["lba == 5 : status busy", 19, "busy is no SAM status"],
  ["lba == 5 : delay", 17, "expected milliseconds, found the end"],
  ["lba == 5 : delay 0", 18, "0 is not milliseconds"],
  ["lba == 5 : delay 3600001", 18, "3600001 is not milliseconds"],
  ["lba == 5 : delay 1.5", 18, "1.5 is not milliseconds"],
  ["lba == 5 : delay -1", 18, "-1 is not milliseconds"],
  ["lba == 5 : short 4294967296", 18, "4294967296 is not a number of bytes"],
  ["lba == 5 : short", 17, "expected a number of bytes, found the end"],
  ["lba == 5 : drop 5", 17, "expected every, chance, seed or the end, found 5"],
  ["lba == 5 : drop, every 2", 12, "drop, is not an action"],
  ["lba == 5 : drop every", 22, "expected a number of matches, found the end"],
  ["lba == 5 : drop every 0", 23, "0 is not a number of matches"],
  ["lba == 5 : drop every 2 every 3", 25, "every is given twice"],
  ["lba == 5 : drop chance 1.01", 24, "1.01 is not a chance"],
  ["lba == 5 : drop chance 101%", 24, "101% is not a chance"],
  ["lba == 5 : drop chance -0.5", 24, "-0.5 is not a chance"],
  ["lba == 5 : drop chance half", 24, "half is not a chance"],
  ["lba == 5 : drop seed 5", 17, "seed without chance"],
  ["lba == 5 : drop chance 1 seed -1", 31, "-1 is not a seed"],
  ["lba == 5 : \u{1f4a5} x", 12, "U+1F4A5 is not an action"],
  [
    "lba == 5 : drop \u{1f4a5}\u{1f4a5}",
    17,
    "expected every, chance, seed or the end, found U+1F4A5U+1F4A5",
  ],
  ["lba == 5 : short \u{1f4a5} ", 18, "U+1F4A5 is not a number of bytes"],
])("%j", (text, column, problem) => {
  const error = errorOf(text);
  expect([error.column, error.problem]).toEqual([column, problem]);
  expect(error.message).toBe(`--fault: column ${column}: ${problem}`);
  expect([error.kind, error.exitCode]).toEqual(["usage", 64]);
  expect(`${error.message}${error.remedy}`).toMatch(/^[\x20-\x7e]+$/);
});

it("says which of several is wrong", () => {
  expect(() => parseFaultRules(["lba == 5 : dorp"], "--fault")).toThrow("--fault: column 12");
  const texts = ["lba == 5 : drop", "lba == 5 : dorp"];
  expect(() => parseFaultRules(texts, "--fault")).toThrow("--fault (number 2): column 12");
});

it("never throws anything but an error with a column in the text", () => {
  const pieces = [
    "lba == 5",
    ":",
    "drop",
    "sense",
    "3/11/00",
    "every",
    "chance",
    "seed",
    "2",
    "status",
  ];
  const almost = fc
    .array(fc.constantFrom(...pieces, "BUSY", "short", "50%"), { maxLength: 12 })
    .map((list) => list.join(" "));
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: "binary" }), almost), (text) => {
      try {
        parseFaultRule(text);
      } catch (error) {
        expect(error).toBeInstanceOf(ExpressionError);
        if (!(error instanceof ExpressionError)) return;
        expect(error.column).toBeGreaterThan(0);
        expect(error.column).toBeLessThanOrEqual(Array.from(text).length + 1);
        expect(`${error.message}${error.remedy}`).toMatch(/^[\x20-\x7e]+$/);
      }
    }),
    { numRuns: 1000 },
  );
});
