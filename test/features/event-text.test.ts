// SPDX-License-Identifier: MIT
// The one-line reading of events: the words, and printable ASCII whatever the bytes.
import fc from "fast-check";
import { expect, it } from "vitest";
import { decode } from "../../src/abi/codec.js";
import { DIALECT_NAMES, dialectByName } from "../../src/abi/dialects.js";
import type { CmdReq, CmdRsp, TgtEvent, TskMgmtReq } from "../../src/abi/event.js";
import { eventFields } from "../../src/features/event-json.js";
import { eventText } from "../../src/features/event-text.js";
import { arbitraryEvent } from "../abi/arbitrary-event.js";

const rsp = (fields: Partial<CmdRsp>): CmdRsp => ({
  type: "CMD_RSP",
  host_no: 1,
  cid: 2,
  len: 0,
  result: 0,
  uaddr: 0n,
  rw: 0,
  ...fields,
});

const req = (scb: number[]): CmdReq => ({
  type: "CMD_REQ",
  host_no: 1,
  cid: 2,
  data_len: 0,
  scb: Uint8Array.from(scb),
  lun: new Uint8Array(8),
  attribute: 0x20,
  tag: 0n,
});

const tmf = (fn: number): TskMgmtReq => ({
  type: "TSK_MGMT_REQ",
  host_no: 1,
  function: fn,
  tag: 0xabcd000000118700n,
  lun: Uint8Array.of(0, 3, 0, 0, 0, 0, 0, 0),
  mid: 0n,
});

const done = (result: number): TgtEvent => ({ type: "CMD_DONE", host_no: 1, cid: 2, result });
const tmfDone = (result: number): TgtEvent => ({
  type: "TSK_MGMT_RSP",
  host_no: 1,
  mid: 0x10n,
  result,
});

it.each<[TgtEvent, string]>([
  [req([0x28, 0, 0, 0, 0, 0x38, 0, 0, 8]), "READ(10) lba=0x38 blocks=8"],
  [req([0]), "TEST UNIT READY"],
  [rsp({ len: 4096 }), "GOOD 4096 B"],
  [rsp({}), "GOOD"],
  [rsp({ len: 18, result: 2 }), "CHECK CONDITION 18 B sense"],
  [rsp({ len: 4096, result: 0x20 }), "DROPPED (0x20)"],
  [rsp({ len: 24, rw: 0x81 }), "DATA ONLY WRITE 24 B"],
  [rsp({ len: 24, rw: 0x80 }), "DATA ONLY READ 24 B"],
  [rsp({ len: 24, rw: 0x7f }), "GOOD 24 B rw=0x7f"],
  [rsp({ result: 0x70000 }), "STATUS 0x70000"],
  [done(0), "GOOD"],
  [done(0x70000), "DID_ERROR"],
  [tmf(0x0d), "ABORT TASK tag=0xabcd000000118700"],
  [tmf(0x17), "LOGICAL UNIT RESET lun=3"],
  [tmf(0x0c), "TARGET RESET"],
  [tmf(0x63), "FUNCTION 0x63 lun=3"],
  [tmfDone(0), "mid=0x10 0"],
  [tmfDone(-17), "mid=0x10 -EEXIST"],
  [{ type: 7, raw: new Uint8Array(88) }, "unknown event type 0x7"],
])("%o", (event, text) => {
  expect(eventText(event)).toBe(text);
});

it("is printable ASCII for any event and any bytes", () => {
  fc.assert(
    fc.property(arbitraryEvent, (event) => {
      expect(eventText(event)).toMatch(/^[\x20-\x7e]+$/);
    }),
  );
  for (const dialect of DIALECT_NAMES.map(dialectByName)) {
    const { eventSize } = dialect;
    const bytes = fc.uint8Array({ minLength: eventSize, maxLength: eventSize });
    fc.assert(
      fc.property(bytes, fc.nat(6), (raw, type) => {
        raw.set([type, 0, 0, 0]);
        const event = decode(dialect, raw, 0);
        expect(eventText(event)).toMatch(/^[\x20-\x7e]+$/);
        expect(JSON.stringify(eventFields(event))).toMatch(/^[\x20-\x7e]+$/);
      }),
    );
  }
});
