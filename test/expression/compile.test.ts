// SPDX-License-Identifier: MIT
// Expressions against events: every field and name, 64-bit edges, what a missing field means.

import { describe, expect, it } from "vitest";
import type { Dialect } from "../../src/abi/dialect.js";
import { SEED_X86_64 } from "../../src/abi/seed.js";
import { compile, namesOf } from "../../src/expression/compile.js";
import { FIELDS } from "../../src/expression/fields.js";
import { plainEvent, type Values } from "./plain-event.js";

const MAX = 2n ** 64n - 1n;
const WRITE: Values = {
  ring: 0,
  slot: 5,
  index: 517,
  status: 1,
  type: 2,
  host_no: 3,
  cid: 4_000_000_000,
  tag: MAX,
  lun: 1,
  opcode: 0x2a,
  lba: 0x100,
  blocks: 8,
  data_len: 4096,
  attribute: 0x20,
  age_ms: 0,
};
const RESPONSE: Values = {
  ...WRITE,
  ring: 1,
  type: 0,
  len: 8192,
  result: 2,
  rw: 1,
  uaddr: 0x7fff_0000_1000n,
  verdict: -14,
  age_ms: 5.3,
};
const ABORT: Values = {
  ring: 0,
  type: 4,
  host_no: -1,
  function: 0x0d,
  tag: 7,
  mid: 2n ** 53n + 1n,
};
const CAPACITY: Values = { type: 2, opcode: 0x9e, service_action: 0x10 };

describe("an expression", () => {
  it.each<[string, Values, boolean]>([
    ["type == CMD_REQ && opcode == WRITE_10 && data_len > 0x100", WRITE, true],
    ["type == CMD_REQ && opcode == WRITE_10 && data_len > 0x1000", WRITE, false],
    ["ring == kuring", WRITE, true],
    ["ring != kuring", RESPONSE, true],
    ["ring==ukring&&slot==5&&index==517&&status==1", RESPONSE, true],
    ["cid == 4000000000", WRITE, true],
    ["cid > 3999999999 && cid <= 0xee6b2800", WRITE, true],
    ["host_no == -1", ABORT, true],
    ["host_no < 0", ABORT, true],
    ["host_no < 0", WRITE, false],
    ["lun == 1 || lun == 2", WRITE, true],
    ["blocks >= 8 && blocks < 9", WRITE, true],
    ["attribute == SIMPLE", WRITE, true],
    ["attribute == HEAD_OF_QUEUE || attribute == ORDERED", WRITE, false],
    ["result == CHECK_CONDITION", RESPONSE, true],
    ["result != GOOD", RESPONSE, true],
    ["result == GOOD", RESPONSE, false],
    ["result == DROPPED", { result: 0x20 }, true],
    ["result == TASK_ABORTED", { result: 0x40 }, true],
    ["result == DID_NO_CONNECT", { result: 0x10000 }, true],
    ["result == -EEXIST && result == EEXIST && result == -17", { result: -17 }, true],
    ["rw == WRITE", RESPONSE, true],
    ["rw == READ", RESPONSE, false],
    ["rw == WRITE", { rw: 0x81 }, false],
    ["rw == DATA_ONLY_WRITE", { rw: 0x81 }, true],
    ["function == ABORT_TASK", ABORT, true],
    ["function == LOGICAL_UNIT_RESET", ABORT, false],
    ["verdict == EFAULT", RESPONSE, true],
    ["verdict == -EFAULT && verdict < 0 && verdict == -14", RESPONSE, true],
    ["verdict == OK || verdict == CLAMPED", { verdict: 1 }, true],
    ["age_ms > 5", RESPONSE, true],
    ["age_ms > 6", RESPONSE, false],
    ["opcode == READ_CAPACITY_16", CAPACITY, true],
    ["opcode != READ_CAPACITY_16", CAPACITY, false],
    ["opcode != READ_CAPACITY_16", WRITE, true],
    ["opcode == GET_LBA_STATUS", CAPACITY, false],
    ["opcode != GET_LBA_STATUS", CAPACITY, true],
    ["opcode == SERVICE_ACTION_IN_16", CAPACITY, true],
    ["opcode == 0x9e && opcode >= WRITE_10", CAPACITY, true],
    ["opcode == TEST_UNIT_READY", { opcode: 0 }, true],
    ["opcode == PRE_FETCH_10 || opcode == READ_TOC_PMA_ATIP", { opcode: 0x43 }, true],
    ["len > data_len", RESPONSE, true],
    ["len > data_len", WRITE, false],
    ["tag > cid", WRITE, true],
    ["tag == cid", { tag: 5, cid: 5 }, true],
    ["lba < tag", WRITE, true],
    ["lba == tag", WRITE, false],
    ["5 < lba", WRITE, true],
    ["READ_10 != opcode", WRITE, true],
    ["0x100 >= lba && 0xFF <= lba", WRITE, true],
    ["type == 99", { type: 99 }, true],
    ["!(type == CMD_REQ)", WRITE, false],
    ["!!(type == CMD_REQ)", WRITE, true],
    ["!(opcode == READ_10) && (lun == 0 || lun == 1)", WRITE, true],
    ["lun == 1 || lun == 0 && opcode == READ_10", WRITE, true],
    ["(lun == 1 || lun == 0) && opcode == READ_10", WRITE, false],
    ["lun == 7 || lun == 8 || lun == 1", WRITE, true],
    ["lun == 1 && cid > 0 && blocks == 8 && slot == 6", WRITE, false],
    ["\t lun\n ==\r\n1 ", WRITE, true],
  ])("%s", (text, event, expected) => {
    expect(compile(text).matches(plainEvent(event))).toBe(expected);
  });

  it.each(FIELDS)("about %s is false without it, however it compares", (field) => {
    for (const operator of ["==", "!=", "<", "<=", ">", ">="]) {
      for (const other of ["0", "-1", "18446744073709551615", field, "tag", "cid"]) {
        const { matches } = compile(`${field} ${operator} ${other}`);
        expect(matches(plainEvent({}))).toBe(false);
        const negated = compile(`!(${field} ${operator} ${other})`);
        expect(negated.matches(plainEvent({}))).toBe(true);
      }
    }
  });

  it("says which fields it reads and what its text was", () => {
    const { text, fields } = compile("lba == 5 || !(len > data_len)");
    expect(text).toBe("lba == 5 || !(len > data_len)");
    expect([...fields]).toEqual(["lba", "len", "data_len"]);
  });

  it("takes the numbers of event types from the dialect", () => {
    const events = { ...SEED_X86_64.events, CMD_REQ: { type: 0x1001, fields: [] } };
    const dialect: Dialect = { ...SEED_X86_64, events };
    const { matches } = compile("type == CMD_REQ", { dialect });
    expect([matches(plainEvent({ type: 0x1001 })), matches(plainEvent({ type: 2 }))]).toEqual([
      true,
      false,
    ]);
  });
});

describe("64 bits", () => {
  const edges = [0n, 1n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 53n, 2n ** 53n + 1n].concat([
    2n ** 63n - 1n,
    2n ** 63n,
    MAX - 1n,
    MAX,
  ]);
  const numbers = [-(2n ** 63n), -1n, ...edges];
  const operators = {
    "==": (a: bigint, b: bigint) => a === b,
    "!=": (a: bigint, b: bigint) => a !== b,
    "<": (a: bigint, b: bigint) => a < b,
    "<=": (a: bigint, b: bigint) => a <= b,
    ">": (a: bigint, b: bigint) => a > b,
    ">=": (a: bigint, b: bigint) => a >= b,
  };

  it.each(Object.entries(operators))("are exact: %s", (operator, plain) => {
    for (const value of edges) {
      for (const number of numbers) {
        const expected = plain(value, number);
        const event = plainEvent({ tag: value, lba: BigInt.asUintN(64, number) });
        expect(compile(`tag ${operator} ${number}`).matches(event)).toBe(expected);
        const other = BigInt.asUintN(64, number);
        expect(compile(`tag ${operator} lba`).matches(event)).toBe(plain(value, other));
      }
    }
  });

  it("are exact beside a field of fewer", () => {
    for (const value of edges) {
      for (const cid of [0n, 1n, 2n ** 32n - 1n]) {
        for (const [operator, plain] of Object.entries(operators)) {
          const event = plainEvent({ tag: value, cid });
          expect(compile(`tag ${operator} cid`).matches(event)).toBe(plain(value, cid));
          expect(compile(`cid ${operator} tag`).matches(event)).toBe(plain(cid, value));
        }
        expect(compile(`cid < ${2n ** 53n + 1n}`).matches(plainEvent({ cid }))).toBe(true);
      }
    }
  });
});

describe("names", () => {
  it("are unique within a field and compare equal to their value", () => {
    for (const field of FIELDS) {
      const names = namesOf(field);
      expect(new Set(names).size).toBe(names.length);
      for (const name of names) {
        expect(name).toMatch(/^(kuring|ukring|[A-Z][A-Z0-9_]*)$/);
        expect(() => compile(`${field} == ${name}`)).not.toThrow();
      }
    }
    expect(namesOf("type")).toEqual([
      "CMD_RSP",
      "TSK_MGMT_RSP",
      "CMD_REQ",
      "CMD_DONE",
      "TSK_MGMT_REQ",
    ]);
    expect(namesOf("lba")).toEqual([]);
    expect(namesOf("opcode").length).toBeGreaterThan(150);
  });

  it("of opcodes do not overwrite each other", async () => {
    const { listOpcodes } = await import("../../src/scsi/opcodes.js");
    const { listServiceActions } = await import("../../src/scsi/service-actions.js");
    const all = [...listOpcodes(), ...listServiceActions()].map((row) => row.name);
    expect(all.filter((name, i) => all.indexOf(name) !== i)).toEqual([]);
    expect(namesOf("opcode")).toHaveLength(all.length);
  });
});
