// SPDX-License-Identifier: MIT
// FIELD=VALUE: every field of every event at its place, and errors that name field and column.
import { describe, expect, it } from "vitest";
import { EVENT_TYPES } from "../../src/abi/event.js";
import { SEED_X86_64 } from "../../src/abi/seed.js";
import { parseSetting } from "../../src/features/field-setting.js";

const hex = (type: (typeof EVENT_TYPES)[number], text: string): string => {
  const { at, bytes } = parseSetting(type, text);
  return `${at}:${Buffer.from(bytes).toString("hex")}`;
};

describe("FIELD=VALUE", () => {
  it("knows every field of every event", () => {
    for (const type of EVENT_TYPES) {
      for (const { name, offset } of SEED_X86_64.events[type].fields) {
        expect(parseSetting(type, `${name}=01`).at).toBe(8 + offset);
      }
    }
  });

  it.each([
    ["CMD_RSP", "cid=16", "20:10000000"],
    ["CMD_RSP", "cid=0x10", "20:10000000"],
    ["CMD_RSP", "host_no=-1", "16:ffffffff"],
    ["CMD_RSP", "result=CHECK_CONDITION", "28:02000000"],
    ["CMD_RSP", "rw=DATA_ONLY_WRITE", "40:81"],
    ["CMD_RSP", "uaddr=0xffffffff81000000", "32:00000081ffffffff"],
    ["CMD_RSP", "type=TSK_MGMT_RSP", "8:01000000"],
    ["CMD_RSP", "type=0xdead", "8:adde0000"],
    ["TSK_MGMT_RSP", "result=EEXIST", "32:efffffff"],
    ["TSK_MGMT_REQ", "function=ABORT_TASK", "52:0d000000"],
    ["CMD_REQ", "attribute=ORDERED", "84:22000000"],
    ["CMD_REQ", "scb=2800", "60:28000000000000000000000000000000"],
    ["CMD_REQ", "lun=0x0001", "76:0001000000000000"],
  ] as const)("%s %s", (type, text, wanted) => {
    expect(hex(type, text)).toBe(wanted);
  });

  it.each([
    ["CMD_RSP", "cidd=5", /--set: column 1: cidd is not a field of CMD_RSP/],
    ["CMD_RSP", "mid=5", /column 1: mid is not a field/],
    ["CMD_RSP", "cid", /column 4: expected =/],
    ["CMD_RSP", "cid=", /column 5: {2}is not a value of cid/],
    ["CMD_RSP", "cid=5x", /column 5: 5x is not a value of cid/],
    ["CMD_RSP", "cid=0x100000000", /column 5: 0x100000000 does not fit in 32 bits/],
    ["CMD_RSP", "rw=256", /column 4: 256 does not fit in 8 bits/],
    ["CMD_RSP", "result=GOODNESS", /column 8: GOODNESS is not a value/],
    ["CMD_RSP", "toString=1", /toString is not a field/],
    ["CMD_REQ", "scb=123", /column 5: 123 is not the hex of at most 16 bytes/],
    ["CMD_REQ", `lun=${"00".repeat(9)}`, /column 5: .* at most 8 bytes/],
    ["CMD_RSP", "cid=\u001b[2J", /U\+001B/],
  ] as const)("%s %s is refused", (type, text, words) => {
    expect(() => parseSetting(type, text)).toThrow(words);
  });
});
