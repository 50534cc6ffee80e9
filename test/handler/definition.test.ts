// SPDX-License-Identifier: MIT
// The shape of a handler, checked where it is defined.
import { describe, expect, it } from "vitest";
import { readRule } from "../../src/handler/definition.js";
import { commandName } from "../../src/handler/opcode-names.js";
import { decodeCdb, defineHandler, HandlerShapeError, opcodeNames } from "../../src/index.js";

const command = (): undefined => undefined;

describe("a handler's shape", () => {
  it("is returned as it is, and read with its defaults", () => {
    const handler = { opcodes: ["READ_10", "READ_CAPACITY_16", 0xc1], command };
    expect(defineHandler(handler)).toBe(handler);
    expect(readRule(handler)).toEqual({
      opcodes: [
        { opcode: 0x28, action: null },
        { opcode: 0x9e, action: 0x10 },
        { opcode: 0xc1, action: null },
      ],
      ...{ luns: null, deadlineMs: 1000, dataOut: false },
    });
  });

  it("may be a class with state of its own", () => {
    class Mine {
      readonly luns = [0];
      readonly seen = 0;
      command(): void {}
    }
    expect(readRule(new Mine())).toMatchObject({ opcodes: null, luns: [0] });
  });

  const rows: [string, unknown, RegExp][] = [
    ["nothing", null, /not null/],
    ["a function", command, /not a function/],
    ["no command", { luns: [0] }, /command is not a function/],
    ["neither opcodes nor luns", { command }, /neither/],
    ["a slip in a name", { opcodes: [0], lun: [1], command }, /no "lun"/],
    ["an unknown opcode", { opcodes: ["READ_11"], command }, /"READ_11" is no opcode: give/],
    ["a name written otherwise", { opcodes: ["read(10)"], command }, /READ_10 is one/],
    ["an opcode above 255", { opcodes: [256], command }, /256 is no opcode/],
    ["opcodes that are no list", { opcodes: "READ_10", command }, /opcodes is a string/],
    ["no opcodes at all", { opcodes: [], command }, /one or more/],
    ["a LUN below 0", { luns: [-1], command }, /-1 is no LUN/],
    ["a LUN as text", { luns: ["0"], command }, /a string is no LUN/],
    ["no deadline", { luns: [0], deadlineMs: 0, command }, /1\.\.60000/],
    ["dataOut as text", { luns: [0], dataOut: "no", command }, /dataOut is a string/],
  ];
  it.each(rows)("refuses %s", (_name, handler, words) => {
    expect(() => readRule(handler)).toThrow(words);
    expect(() => readRule(handler)).toThrow(HandlerShapeError);
  });
});

it("a command's name is one that opcodes take", () => {
  const names = new Set(opcodeNames());
  for (let opcode = 0; opcode < 256; opcode++) {
    const name = commandName(opcode, decodeCdb(Uint8Array.of(opcode)).name);
    expect(names.has(name) || name === `0x${opcode.toString(16).padStart(2, "0")}`).toBe(true);
  }
});
