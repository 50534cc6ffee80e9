// SPDX-License-Identifier: MIT
// Which rule acts on which command: fields, order, every Nth, chance, and the counts.

import { describe, expect, it } from "vitest";
import { parseFaultRule } from "../../../src/session/faults/fault-rule.js";
import { FaultRules } from "../../../src/session/faults/fault-rules.js";
import type { Command } from "../../../src/target/responder.js";

const READ_10_LBA_256 = "28 00 00 00 01 00 00 00 08 00";

function command(cdb = READ_10_LBA_256, fields: Partial<Command> = {}): Command {
  const bytes = new Uint8Array(16);
  bytes.set(Buffer.from(cdb.replaceAll(" ", ""), "hex"));
  return {
    hostNo: 3,
    cid: 7,
    dataLen: 4096,
    cdb: bytes,
    lun: 2,
    attribute: 0x22,
    tagLow: 0x89abcdef,
    tagHigh: 0xfedcba98,
    ...fields,
  };
}

const rulesOf = (...texts: string[]): FaultRules =>
  new FaultRules(texts.map((text) => parseFaultRule(text)));
const kindOf = (rules: FaultRules, asked = command()): string | null =>
  rules.match(asked)?.kind ?? null;
/** `x` where it acted, `.` where not. */
const pattern = (rules: FaultRules, times: number): string =>
  Array.from({ length: times }, () => (rules.match(command()) ? "x" : ".")).join("");

describe("what a rule sees of a command", () => {
  it.each([
    "type == CMD_REQ",
    "ring == kuring",
    "host_no == 3",
    "cid == 7",
    "tag == 0xfedcba9889abcdef",
    "lun == 2",
    "opcode == READ_10",
    "opcode == READ_10 && lba == 0x100",
    "lba >= 0x100 && lba < 0x101",
    "blocks == 8",
    "data_len > 0xfff",
    "attribute == 0x22",
    "opcode != WRITE_10 || lba == 0",
    "!(verdict == 0)",
  ])("%s", (text) => {
    expect(kindOf(rulesOf(`${text} : drop`))).toBe("drop");
  });

  it.each([
    "slot",
    "index",
    "status",
    "len",
    "result",
    "rw",
    "uaddr",
    "mid",
    "function",
    "verdict",
    "age_ms",
  ])("%s is not there: every comparison is false", (field) => {
    const rules = rulesOf(`${field} == 0 : drop`, `${field} != 0 : drop`, `${field} >= 0 : drop`);
    expect(kindOf(rules)).toBeNull();
  });

  it("of a command without blocks, of a nested LUN, of service actions", () => {
    const inquiry = command("12 00 00 00 24 00");
    expect(kindOf(rulesOf("lba >= 0 : drop", "blocks >= 0 : drop"), inquiry)).toBeNull();
    expect(kindOf(rulesOf("lun != 1 : drop"), command(undefined, { lun: -1 }))).toBeNull();
    const capacity = command("9e 10 00 00 00 00 00 00 00 00 00 00 00 20");
    expect(kindOf(rulesOf("opcode == READ_CAPACITY_16 : drop"), capacity)).toBe("drop");
    expect(kindOf(rulesOf("opcode == GET_LBA_STATUS : drop"), capacity)).toBeNull();
  });

  it("above 32 bits of lba", () => {
    const read = command("88 00 00 00 00 01 00 00 00 05 00 00 00 01");
    expect(kindOf(rulesOf("lba == 0x100000005 : drop"), read)).toBe("drop");
    expect(kindOf(rulesOf("lba == 5 : drop"), read)).toBeNull();
  });

  it("of each command anew, in the same bytes or others", () => {
    const rules = rulesOf("lba == 0x100 : drop");
    const reused = command();
    expect(kindOf(rules, reused)).toBe("drop");
    reused.cdb[4] = 2;
    expect(kindOf(rules, reused)).toBeNull();
    expect(kindOf(rules, command())).toBe("drop");
  });
});

describe("several rules", () => {
  it("the first that fires wins, and those after it are not asked", () => {
    const rules = rulesOf("lba == 1 : drop", "lba == 0x100 : delay 5", "lba >= 0 : status BUSY");
    expect(kindOf(rules)).toBe("delay");
    expect(rules.list().map(({ hits, fired }) => [hits, fired])).toEqual([
      [0, 0],
      [1, 1],
      [0, 0],
    ]);
  });

  it("one that matches and does not fire leaves the command to the next", () => {
    const rules = rulesOf("lba >= 0 : drop every 2", "lba >= 0 : duplicate");
    expect([1, 2, 3, 4].map(() => kindOf(rules))).toEqual([
      "duplicate",
      "drop",
      "duplicate",
      "drop",
    ]);
    expect(rules.list()).toMatchObject([
      { id: 1, rule: "lba >= 0 : drop every 2", hits: 4, fired: 2 },
      { id: 2, hits: 2, fired: 2 },
    ]);
  });
});

describe("how often", () => {
  it("every Nth match", () => {
    expect(pattern(rulesOf("lba >= 0 : drop every 3"), 9)).toBe("..x..x..x");
  });

  it("a chance falls the same way for the same seed", () => {
    const once = pattern(rulesOf("lba >= 0 : drop chance 0.5 seed 42"), 64);
    expect(pattern(rulesOf("lba >= 0 : drop chance 50% seed 42"), 64)).toBe(once);
    expect(pattern(rulesOf("lba >= 0 : drop chance 50% seed 43"), 64)).not.toBe(once);
    const plain = pattern(rulesOf("lba >= 0 : drop chance 0.5"), 64);
    expect(pattern(rulesOf("lba >= 0 : drop chance 0.5 seed 1"), 64)).toBe(plain);
  });

  it("the sequence of a seed stays the one it was", () => {
    expect(pattern(rulesOf("lba >= 0 : drop chance 0.5 seed 1"), 32)).toBe(
      ".x...x..x.xxxxxxxxx.xxxx..xx...x",
    );
  });

  it.each([0.01, 0.3, 0.9])("a chance of %f is about that", (chance) => {
    const rules = rulesOf(`lba >= 0 : drop chance ${chance} seed 5`);
    pattern(rules, 20_000);
    const share = (rules.list()[0]?.fired ?? 0) / 20_000;
    expect(share).toBeGreaterThan(chance * 0.85);
    expect(share).toBeLessThan(chance * 1.15);
  });

  it("never at 0, always at 1, and with every of those only", () => {
    expect(pattern(rulesOf("lba >= 0 : drop chance 0"), 50)).not.toContain("x");
    expect(pattern(rulesOf("lba >= 0 : drop chance 100%"), 50)).not.toContain(".");
    const both = pattern(rulesOf("lba >= 0 : drop every 2 chance 0.5"), 100);
    expect(both).toMatch(/^(\.[.x])+$/);
    expect(both).toContain(".x");
    expect(both).toMatch(/^(..)*\.\./);
  });
});

it("rules come and go while it runs; an id is never another rule's", () => {
  const rules = new FaultRules();
  expect(kindOf(rules)).toBeNull();
  expect(rules.add(parseFaultRule("lba >= 0 : drop"))).toBe(1);
  expect(rules.add(parseFaultRule("lba >= 0 : duplicate"))).toBe(2);
  expect(kindOf(rules)).toBe("drop");
  expect(rules.delete(1)).toBe(true);
  expect(rules.delete(1)).toBe(false);
  expect(kindOf(rules)).toBe("duplicate");
  expect(rules.delete(2)).toBe(true);
  expect(kindOf(rules)).toBeNull();
  expect(rules.add(parseFaultRule("lba >= 0 : drop"))).toBe(3);
  expect(rules.list()).toEqual([{ id: 3, rule: "lba >= 0 : drop", hits: 0, fired: 0 }]);
});
