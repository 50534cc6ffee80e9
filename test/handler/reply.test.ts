// SPDX-License-Identifier: MIT
// What a handler may return, and what of it is taken.
import { describe, expect, it } from "vitest";
import { readReply } from "../../src/handler/reply.js";
import { checkCondition, good, SENSE_KEY } from "../../src/index.js";

const bytes = (...list: number[]): Uint8Array => Uint8Array.from(list);
const GOOD = { status: 0, data: null, sense: null };

describe("what is taken", () => {
  const rows: [string, unknown, object | null][] = [
    ["nothing", undefined, null],
    ["null", null, null],
    ["an empty object", {}, GOOD],
    ["good()", good(), GOOD],
    ["good(data)", good(Buffer.from("hello")), { ...GOOD, data: bytes(104, 101, 108, 108) }],
    [
      "a view that starts late",
      { data: bytes(1, 2, 3).subarray(1) },
      { ...GOOD, data: bytes(2, 3) },
    ],
    ["an ArrayBuffer", { data: bytes(1).buffer }, { ...GOOD, data: bytes(1) }],
    ["shared memory", { data: new SharedArrayBuffer(1) }, { ...GOOD, data: bytes(0) }],
    ["a DataView", { data: new DataView(bytes(9, 8).buffer, 1) }, { ...GOOD, data: bytes(8) }],
    ["no bytes", { data: bytes() }, { ...GOOD, data: bytes() }],
    ["a status by name", { status: "RESERVATION_CONFLICT" }, { ...GOOD, status: 0x18 }],
    ["a status by number", { status: 0x28, data: null }, { ...GOOD, status: 0x28 }],
    [
      "sense alone",
      { sense: { key: 3, asc: 0x11 } },
      { status: 2, data: null, sense: { key: 3, asc: 0x11, ascq: 0 } },
    ],
    [
      "checkCondition",
      checkCondition("ILLEGAL_REQUEST", 0x24, 1, {
        fieldPointer: { byte: 2, bit: 7 },
        information: 5,
      }),
      {
        status: 2,
        data: null,
        sense: {
          ...{ key: 5, asc: 0x24, ascq: 1, information: 5n },
          fieldPointer: { inCdb: true, byte: 2, bit: 7 },
        },
      },
    ],
    [
      "a field of the data-out",
      checkCondition(SENSE_KEY.ILLEGAL_REQUEST, 0x26, 0, {
        fieldPointer: { byte: 9, inCdb: false },
      }),
      {
        status: 2,
        data: null,
        sense: { key: 5, asc: 0x26, ascq: 0, fieldPointer: { inCdb: false, byte: 9 } },
      },
    ],
  ];
  it.each(rows)("%s", (_name, given, read) => {
    expect(readReply(given, 4)).toEqual(read);
  });

  it("data is a copy", () => {
    const given = bytes(1, 2, 3);
    const data = readReply({ data: given }, 3)?.data;
    given.fill(0);
    expect(data).toEqual(bytes(1, 2, 3));
    expect(data?.buffer.byteLength).toBe(3);
  });
});

describe("what is not", () => {
  const liar = Object.defineProperty(bytes(1), "byteLength", { value: 2 ** 40 });
  const rows: [string, unknown, RegExp][] = [
    ["a string", "GOOD", /reply is a string/],
    ["an array", [0], /reply is an array/],
    ["a function", () => ({}), /reply is a function/],
    ["no SAM status", { status: 3 }, /status 3 is no SAM status/],
    ["the legacy drop", { status: 0x20 }, /no SAM status/],
    ["no name of a status", { status: "OK" }, /no SAM status/],
    ["a status that is an object", { status: { valueOf: () => 0 } }, /no SAM status/],
    ["CHECK CONDITION without sense", { status: 2 }, /without sense/],
    ["sense with GOOD", { status: 0, sense: { key: 1, asc: 0 } }, /CHECK CONDITION only/],
    ["data with BUSY", { status: 8, data: bytes(1) }, /GOOD only/],
    ["text as data", { data: "hello" }, /data is a string/],
    ["numbers as data", { data: [1, 2] }, /data is an array/],
    ["too much data", { data: new Uint8Array((16 << 20) + 1) }, /above 16 MiB/],
    ["bytes that lie", { data: liar }, /length/i],
    ["a key that is none", { sense: { key: 16, asc: 0 } }, /sense key is 16/],
    ["no name of a key", { sense: { key: "toString", asc: 0 } }, /no sense key/],
    ["an asc that is none", { sense: { key: 1, asc: 256 } }, /asc is 256/],
    ["no asc", { sense: { key: 1 } }, /asc is undefined/],
    ["half an ascq", { sense: { key: 1, asc: 0, ascq: 0.5 } }, /ascq is 0.5/],
    [
      "a pointer too far",
      { sense: { key: 5, asc: 0, fieldPointer: { byte: 65536 } } },
      /byte is 65536/,
    ],
    ["information below 0", { sense: { key: 3, asc: 0, information: -1 } }, /information is -1/],
    ["sense as text", { sense: "3/11/00" }, /sense is a string/],
  ];
  it.each(rows)("%s", (_name, given, words) => {
    expect(() => readReply(given, 4096)).toThrow(words);
  });

  it("sense that checkCondition is asked for", () => {
    expect(() => checkCondition(5, 0x124)).toThrow(/asc is 292/);
    expect(() => checkCondition("TOAST" as never, 0)).toThrow(/ILLEGAL_REQUEST/);
  });
});
