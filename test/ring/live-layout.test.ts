// SPDX-License-Identifier: MIT
// The word offsets of the hot path against the dialect's table, and the producer against the codec.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decode } from "../../src/abi/codec.js";
import { dialectByName } from "../../src/abi/dialects.js";
import type { EventTypeName } from "../../src/abi/event.js";
import * as layout from "../../src/ring/live-layout.js";
import { Producer } from "../../src/ring/producer.js";

const dialect = dialectByName("seed-x86_64");

describe("live layout", () => {
  it("is the dialect seed-x86_64 in words", () => {
    expect([layout.NR_ENTRY, layout.SLOT_BYTES, layout.SLOT_WORDS * 4]).toEqual([
      dialect.nrEntry,
      dialect.entrySize,
      dialect.entrySize,
    ]);
    const tables: Record<EventTypeName, Readonly<Record<string, number>>> = {
      CMD_RSP: layout.CMD_RSP,
      TSK_MGMT_RSP: layout.TSK_MGMT_RSP,
      CMD_REQ: layout.CMD_REQ,
      CMD_DONE: layout.CMD_DONE,
      TSK_MGMT_REQ: layout.TSK_MGMT_REQ,
    };
    for (const [name, table] of Object.entries(tables)) {
      const { fields } = dialect.events[name as EventTypeName];
      expect(Object.keys(table).sort()).toEqual(fields.map((field) => field.name).sort());
      for (const field of fields) {
        expect(table[field.name], `${name}.${field.name}`).toBe((field.offset + 8) / 4);
      }
    }
    expect(dialect.events.CMD_REQ.type).toBe(layout.TYPE_CMD_REQ);
    expect(dialect.events.TSK_MGMT_REQ.type).toBe(layout.TYPE_TSK_MGMT_REQ);
  });

  it("what the producer writes, the codec reads", () => {
    const i32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
    const u32 = fc.nat({ max: 2 ** 32 - 1 });
    const uaddr = fc.maxSafeNat();
    fc.assert(
      fc.property(
        i32,
        u32,
        u32,
        i32,
        uaddr,
        fc.nat({ max: 255 }),
        (host, cid, len, result, at, rw) => {
          const rings = new ArrayBuffer(131072);
          const producer = new Producer(new Int32Array(rings));
          producer.index = cid;
          producer.cmdRsp(host, cid, len, result, at, rw);
          producer.tskMgmtRsp(host, cid, len, result);
          const read = (index: number) =>
            decode(dialect, new Uint8Array(rings), producer.slotAt(index) * 4 + 8);
          expect(read(cid)).toEqual({
            type: "CMD_RSP",
            host_no: host,
            cid,
            len,
            result,
            uaddr: BigInt(at),
            rw,
          });
          expect(read(cid + 1)).toEqual({
            type: "TSK_MGMT_RSP",
            host_no: host,
            mid: (BigInt(len) << 32n) | BigInt(cid),
            result,
          });
        },
      ),
    );
  });

  it("decodes single-level LUNs only", () => {
    const words = (...bytes: number[]): [number, number] => {
      const view = new DataView(new ArrayBuffer(8));
      bytes.forEach((byte, i) => {
        view.setUint8(i, byte);
      });
      return [view.getInt32(0, true), view.getInt32(4, true)];
    };
    expect(layout.lunOfWords(...words(0, 0))).toBe(0);
    expect(layout.lunOfWords(...words(0, 255))).toBe(255);
    expect(layout.lunOfWords(...words(0x41, 0))).toBe(256);
    expect(layout.lunOfWords(...words(0x7f, 0xff))).toBe(16383);
    expect(layout.lunOfWords(...words(1, 0))).toBe(-1);
    expect(layout.lunOfWords(...words(0, 1, 0, 1))).toBe(-1);
    expect(layout.lunOfWords(...words(0xc1, 1))).toBe(-1);
    expect(layout.lunOfWords(...words(0, 1, 0, 0, 0, 0, 0, 1))).toBe(-1);
  });
});
