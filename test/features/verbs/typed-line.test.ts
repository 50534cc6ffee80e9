// SPDX-License-Identifier: MIT
// Verbs as they are typed: what each line asks of an owner, and what is said of a wrong one.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TgtctlError } from "../../../src/errors.js";
import { ExpressionError } from "../../../src/expression/problem.js";
import { parseLine } from "../../../src/features/verbs/typed-line.js";
import { VERB_FORMS } from "../../../src/features/verbs/verb-table.js";
import { ENGINE_METHODS } from "../../../src/session/engine/verbs.js";

function asked(line: string): [string, object] {
  const { form, typed } = parseLine(line, VERB_FORMS);
  const { method, params } = form.request(typed);
  return [method, params];
}

describe("a typed line", () => {
  it.each<[string, string, object]>([
    ["hold", "hold", { on: true, tmf: false }],
    ["hold off", "hold", { on: false, tmf: false }],
    ["  hold --tmf  on ", "hold", { on: true, tmf: true }],
    ["held", "held", {}],
    ["step", "step", { count: 1 }],
    ["step 10", "step", { count: 10 }],
    ["continue", "continue", {}],
    ["drop 3:mid=0x1f", "drop", { host_no: 3, mid: "0x1f" }],
    [
      "release 3:4712 --set result=BUSY --set=len=0",
      "release",
      { host_no: 3, cid: 4712, set: { result: "8", len: "0" } },
    ],
    ["release --sense 3/11/00 7", "release", { cid: 7, set: {}, sense: "3/11/00" }],
    ["break list", "break.list", {}],
    ["break delete 3", "break.delete", { id: 3 }],
    ["break add lun == 1", "break.add", { expression: "lun == 1", once: false }],
    ["break add --once lba<8", "break.add", { expression: "lba<8", once: true }],
    [
      'break add "lun == 1 && lba < 8" --once',
      "break.add",
      { expression: "lun == 1 && lba < 8", once: true },
    ],
    ["fault add lba == 8 : drop every 2", "fault.add", { rule: "lba == 8 : drop every 2" }],
    ["fault delete 1", "fault.delete", { id: 1 }],
    ["fault list", "fault.list", {}],
    ["lun add ram:64M", "lun.add", { spec: "ram:64M", directory: process.cwd() }],
    [
      "lun add 'file:a disk.img,ro'",
      "lun.add",
      { spec: "file:a disk.img,ro", directory: process.cwd() },
    ],
    ["lun remove 1 --force", "lun.remove", { lun: 1, force: true }],
    ["lun resize 0 128M", "lun.resize", { lun: 0, size: 134_217_728 }],
    ["lun list", "lun.list", {}],
    ["status", "engine.status", {}],
  ])("%j asks for %s", (line, method, params) => {
    expect(asked(line)).toEqual([method, params]);
    expect(ENGINE_METHODS).toContain(method);
  });

  it.each([
    ["", "a verb is missing"],
    ["hodl", "hodl: no such verb"],
    ["break", "break: no such verb"],
    ["hold maybe", "neither on nor off"],
    ["hold on off", "one word too many"],
    ["hold --now", "no option --now"],
    ["hold --tmf=1", "--tmf has no value"],
    ["hold --tmf --tmf", "given twice"],
    ["release", "HOST:CID is missing"],
    ["release 3:1 --sense", "--sense: its value is missing"],
    ["break add", "EXPR is missing"],
    ["lun resize 1", "SIZE is missing"],
    ["lun remove x", "lun remove x: not a whole number"],
    ["step 0", "step 0: not a whole number"],
  ])("%j is refused in words", (line, message) => {
    expect(() => asked(line)).toThrow(message);
    expect(() => asked(line)).toThrow(TgtctlError);
  });

  it("says where an expression goes wrong, and where that begins", () => {
    const line = "break add --once  'lun = 1'";
    const { form, typed } = parseLine(line, VERB_FORMS);
    expect(typed).toMatchObject({ text: "lun = 1", at: 19 });
    let column = 0;
    try {
      form.request(typed);
    } catch (error) {
      if (error instanceof ExpressionError) column = error.column;
    }
    expect(line[typed.at + column - 1]).toBe("=");
  });

  it("is taken, or refused as usage, whatever it is", () => {
    const name = fc.constantFrom(...VERB_FORMS.map((form) => form.name));
    const part = fc.constantFrom(
      ...[
        "--once",
        "--set",
        "lun",
        "==",
        "1",
        '"',
        "'",
        "a=b",
        ":",
        "drop",
        "--",
        "3:7",
        "--tmf=",
        " ",
      ],
    );
    const line = fc.tuple(name, fc.array(fc.oneof(part, fc.string()))).map(([verb, rest]) => {
      return [verb, ...rest].join(" ");
    });
    fc.assert(
      fc.property(line, (typed) => {
        try {
          asked(typed);
        } catch (error) {
          expect(error).toBeInstanceOf(TgtctlError);
          expect((error as TgtctlError).kind).toBe("usage");
        }
      }),
      { numRuns: 500 },
    );
  });
});
