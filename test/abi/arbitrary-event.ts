// SPDX-License-Identifier: MIT
// Random events of every type, for properties.
import fc from "fast-check";
import type { KnownEvent } from "../../src/abi/event.js";

const u8 = fc.integer({ min: 0, max: 0xff });
const u32 = fc.nat({ max: 0xffffffff });
const s32 = fc.integer({ min: -0x80000000, max: 0x7fffffff });
const u64 = fc.bigInt({ min: 0n, max: 0xffffffffffffffffn });
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

export const arbitraryEvent: fc.Arbitrary<KnownEvent> = fc.oneof(
  fc.record({
    type: fc.constant("CMD_RSP" as const),
    host_no: s32,
    cid: u32,
    len: u32,
    result: s32,
    uaddr: u64,
    rw: u8,
  }),
  fc.record({ type: fc.constant("TSK_MGMT_RSP" as const), host_no: s32, mid: u64, result: s32 }),
  fc.record({
    type: fc.constant("CMD_REQ" as const),
    host_no: s32,
    cid: u32,
    data_len: u32,
    scb: bytes(16),
    lun: bytes(8),
    attribute: s32,
    tag: u64,
  }),
  fc.record({ type: fc.constant("CMD_DONE" as const), host_no: s32, cid: u32, result: s32 }),
  fc.record({
    type: fc.constant("TSK_MGMT_REQ" as const),
    host_no: s32,
    function: s32,
    tag: u64,
    lun: bytes(8),
    mid: u64,
  }),
);
