// SPDX-License-Identifier: MIT
// Plans come over a socket: whatever is not one is refused with a clear error, and one that is survives.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TgtctlError } from "../../../src/errors.js";
import { type InjectPlan, parseInjectPlan } from "../../../src/session/inject/inject-plan.js";
import { edited } from "../../../src/session/inject/inject-slot.js";

const PLAN: InjectPlan = {
  base: { kind: "bytes", hex: "00".repeat(96) },
  edits: [
    { op: "set", at: 8, hex: "dead0000" },
    { op: "add", at: 16, by: 65536 },
    { op: "xor", at: 40, hex: "01" },
    { op: "readOnlyAddress", at: 32 },
  ],
  status: 0xffff_ffff,
  slot: null,
  skip: 0,
  fill: false,
  race: null,
  doorbells: 1,
  leave: false,
  hostNo: -1,
  waitMs: 100,
};

describe("parseInjectPlan", () => {
  it("takes a plan as JSON brings it", () => {
    expect(parseInjectPlan(JSON.parse(JSON.stringify(PLAN)))).toEqual(PLAN);
  });

  const wrong: [string, object, RegExp][] = [
    ["no base", { base: undefined }, /base is not an object/],
    ["an unknown base", { base: { kind: "root" } }, /kind is none of/],
    ["an unknown victim", { base: { kind: "victim", wants: "all" } }, /wants is none of/],
    ["95 bytes", { base: { kind: "bytes", hex: "00".repeat(95) } }, /not 96 bytes/],
    ["97 bytes", { base: { kind: "bytes", hex: "00".repeat(97) } }, /hex/],
    ["half a byte", { base: { kind: "bytes", hex: "0".repeat(191) } }, /hex/],
    ["an edit of the status word", { edits: [{ op: "set", at: 0, hex: "01" }] }, /at is not/],
    ["an edit past the slot", { edits: [{ op: "set", at: 95, hex: "0101" }] }, /hex/],
    ["a u32 past the slot", { edits: [{ op: "add", at: 94, by: 1 }] }, /multiple of 4/],
    ["an address past the slot", { edits: [{ op: "readOnlyAddress", at: 92 }] }, /multiple of 8/],
    ["edits without end", { edits: Array(65).fill({ op: "add", at: 8, by: 1 }) }, /at most 64/],
    ["a status of 33 bits", { status: 2 ** 32 }, /status/],
    ["half a slot", { slot: 1.5 }, /slot/],
    ["a slot that is none", { slot: 512 }, /slot/],
    ["a doorbell storm without end", { doorbells: 1e9 }, /doorbells/],
    ["yes for true", { leave: "yes" }, /leave/],
    ["a race that is none", { race: "torn" }, /edits are not a list/],
    ["an hour's wait", { waitMs: 3_600_000 }, /waitMs/],
  ];
  it.each(wrong)("refuses %s", (_name, part, words) => {
    const parse = (): InjectPlan => parseInjectPlan({ ...PLAN, ...part });
    expect(parse).toThrow(words);
    expect(parse).toThrow(TgtctlError);
  });

  it("answers anything at all with a plan or a usage error", () => {
    const field = fc.constantFrom(...Object.keys(PLAN));
    fc.assert(
      fc.property(fc.dictionary(field, fc.jsonValue()), fc.boolean(), (values, whole) => {
        try {
          const plan = parseInjectPlan(whole ? { ...PLAN, ...values } : values);
          edited(new Uint8Array(96), plan.edits, () => 0n);
        } catch (error) {
          expect(error).toBeInstanceOf(TgtctlError);
          expect((error as TgtctlError).kind).toBe("usage");
        }
      }),
    );
  });

  it("makes its edits in their order, each where it belongs", () => {
    const bytes = edited(new Uint8Array(96), PLAN.edits, () => 0x1122334455667788n);
    const view = new DataView(bytes.buffer);
    expect(view.getUint32(8, true)).toBe(0xadde);
    expect(view.getUint32(16, true)).toBe(65536);
    expect(view.getBigUint64(32, true)).toBe(0x1122334455667788n);
    expect(bytes[40]).toBe(1);
  });
});
