// SPDX-License-Identifier: MIT
// The codec: round trips, nothing written beside an event's own fields, nothing that makes it throw.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decode, encode, isUnknown } from "../../src/abi/codec.js";
import { DIALECT_NAMES, dialectByName } from "../../src/abi/dialects.js";
import { TgtctlError } from "../../src/errors.js";
import { arbitraryEvent } from "./arbitrary-event.js";

describe.each(DIALECT_NAMES)("%s", (name) => {
  const dialect = dialectByName(name);

  it("decodes what it encoded, wherever it lies and whatever was there", () => {
    fc.assert(
      fc.property(arbitraryEvent, fc.nat(64), fc.nat(255), (event, offset, old) => {
        const bytes = new Uint8Array(offset + dialect.eventSize).fill(old);
        encode(dialect, event, bytes, offset);
        expect(decode(dialect, bytes, offset)).toEqual(event);
      }),
    );
  });

  it("writes only the type and the event's own fields", () => {
    fc.assert(
      fc.property(arbitraryEvent, (event) => {
        const ours = new Set<number>([0, 1, 2, 3].map((i) => dialect.typeOffset + i));
        for (const { offset, kind } of dialect.events[event.type].fields) {
          const size = typeof kind === "number" ? kind : kind === "u8" ? 1 : kind === "u64" ? 8 : 4;
          for (let i = 0; i < size; i++) ours.add(offset + i);
        }
        for (const old of [0x00, 0xff]) {
          const bytes = new Uint8Array(dialect.eventSize).fill(old);
          encode(dialect, event, bytes, 0);
          const touched = [...bytes.keys()].filter((i) => bytes[i] !== old && !ours.has(i));
          expect(touched).toEqual([]);
        }
      }),
    );
  });

  it("decodes any bytes, and encoding the result again changes none", () => {
    const { eventSize } = dialect;
    const anyBytes = fc.uint8Array({ minLength: eventSize, maxLength: eventSize });
    const type = fc.oneof(fc.nat(6), fc.nat({ max: 0xffffffff }));
    fc.assert(
      fc.property(anyBytes, type, (bytes, number) => {
        new DataView(bytes.buffer, bytes.byteOffset).setUint32(dialect.typeOffset, number, true);
        const before = bytes.slice();
        const event = decode(dialect, bytes, 0);
        expect(isUnknown(event)).toBe(number > 4);
        encode(dialect, event, bytes, 0);
        expect(bytes).toEqual(before);
      }),
    );
  });

  it("hands out copies, not views of the ring", () => {
    const bytes = new Uint8Array(dialect.eventSize);
    bytes[dialect.typeOffset] = dialect.events.CMD_REQ.type;
    const event = decode(dialect, bytes, 0);
    bytes.fill(0xee);
    expect(event).toMatchObject({
      type: "CMD_REQ",
      scb: new Uint8Array(16),
      lun: new Uint8Array(8),
    });
  });

  it("says so when the bytes do not hold a whole event", () => {
    const short = new Uint8Array(dialect.eventSize - 1);
    for (const work of [
      () => decode(dialect, short, 0),
      () => decode(dialect, new Uint8Array(200), 200 - dialect.eventSize + 1),
      () => decode(dialect, new Uint8Array(200), -1),
      () => encode(dialect, { type: "CMD_DONE", host_no: 0, cid: 0, result: 0 }, short, 0),
    ]) {
      expect(work).toThrow(expect.objectContaining({ kind: "undecodable" }));
    }
  });
});

it("an unknown dialect is a usage error that names the known ones", () => {
  const find = () => dialectByName("seed-\x1b[2J");
  expect(find).toThrow(TgtctlError);
  expect(find).toThrow(
    expect.objectContaining({
      kind: "usage",
      exitCode: 64,
      message: 'unknown dialect "seed-\\u001b[2J"',
      remedy: "known dialects: seed-x86_64, seed-i386",
    }),
  );
});

it("encode pads short byte arrays and wraps numbers", () => {
  const dialect = dialectByName("seed-x86_64");
  const bytes = new Uint8Array(88).fill(0xff);
  const event = {
    type: "CMD_REQ" as const,
    host_no: 2 ** 32 - 1,
    cid: -1,
    data_len: 2 ** 32 + 5,
    scb: Uint8Array.of(0x28),
    lun: new Uint8Array(20),
    attribute: 0x20,
    tag: -1n,
  };
  encode(dialect, event, bytes, 0);
  const scb = new Uint8Array(16);
  scb[0] = 0x28;
  expect(decode(dialect, bytes, 0)).toEqual({
    type: "CMD_REQ",
    host_no: -1,
    cid: 2 ** 32 - 1,
    data_len: 5,
    scb,
    lun: new Uint8Array(8),
    attribute: 0x20,
    tag: 2n ** 64n - 1n,
  });
});
