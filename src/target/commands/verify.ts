// SPDX-License-Identifier: MIT
// VERIFY and WRITE AND VERIFY (10), (12), (16), with and without comparing the data. SBC-3 5.31, 5.43.
import type { Call } from "../call.js";
import type { Continuation } from "../flights.js";
import { flushFailure, MISCOMPARE, READ_ERROR } from "../refusals.js";
import { MAX_TRANSFER } from "../stores/store.js";
import type { LogicalUnit } from "../units/logical-unit.js";
import { blocksOf, inRange, lbaOf, lengthByte, outOfRange } from "./block-range.js";
import { flushed } from "./sync.js";
import { firstNonZero, wholeDataOut } from "./whole-data.js";
import { refuseWrite, writeProtected } from "./write-protect.js";

/** BYTCHK, shifted: nothing is compared, all data are, one block with each block. 2 is reserved. */
const MEDIUM_ONLY = 0;
const RESERVED = 2;
const ONE_BLOCK = 3;

interface Range {
  readonly offset: number;
  readonly length: number;
}

/** Null: the CDB was refused and answered. MAXIMUM TRANSFER LENGTH counts, also without data. SBC-3 6.6.4. */
function rangeOf(call: Call, unit: LogicalUnit): Range | null {
  const { cdb } = call;
  const lba = lbaOf(cdb);
  const blocks = blocksOf(cdb);
  const length = blocks * unit.blockSize;
  if (!inRange(unit, lba, blocks)) outOfRange(call);
  else if (length > MAX_TRANSFER) call.illegal(lengthByte(cdb));
  else return { offset: lba * unit.blockSize, length };
  return null;
}

/** GOOD, or what was wrong; INFORMATION is the first block that differs. */
function verified(offset: number): Continuation {
  return (call, unit, { errno, at }) => {
    if (errno !== 0) return call.sense(READ_ERROR);
    if (at < 0) return call.good();
    return call.sense({ ...MISCOMPARE, information: Math.floor((offset + at) / unit.blockSize) });
  };
}

/** Whether the range can be read. What is still in the page cache counts as read. */
function check(call: Call, unit: LogicalUnit, range: Range): boolean {
  return call.job(unit, { operation: "check", ...range }, verified(range.offset));
}

/** The range with the bytes that were fetched, repeated where they are fewer. */
function compare(call: Call, unit: LogicalUnit, range: Range, bytes: Uint8Array): boolean {
  const then = verified(range.offset);
  // There is nothing behind `null:`, which reads as zeroes.
  if (unit.store.fd < 0) return then(call, unit, { errno: 0, at: firstNonZero(bytes) });
  const source = call.flight.buffer;
  const sourceLength = bytes.length;
  return call.job(unit, { operation: "compare", ...range, source, sourceLength }, then);
}

export function verify(call: Call, unit: LogicalUnit): boolean {
  const byteCheck = ((call.cdb[1] ?? 0) >> 1) & 3;
  if (byteCheck === RESERVED) return call.illegal(1, 2);
  const range = rangeOf(call, unit);
  if (!range) return true;
  if (range.length === 0) return call.good();
  if (byteCheck === MEDIUM_ONLY) return check(call, unit, range);
  const size = byteCheck === ONE_BLOCK ? unit.blockSize : range.length;
  return wholeDataOut(call, unit, size, (later, now, bytes) => compare(later, now, range, bytes));
}

/**
 * Writes as WRITE does (as much as the initiator sends), syncs, and then reads again: it is the medium
 * that is verified, so the data have to be there whatever WCE says.
 */
export function writeAndVerify(call: Call, unit: LogicalUnit): boolean {
  const compares = ((call.cdb[1] ?? 0) & 0x02) !== 0;
  if (writeProtected(unit)) return refuseWrite(call, unit);
  const range = rangeOf(call, unit);
  if (!range) return true;
  return call.dataOut(unit, range.length, (later, now, bytes) => {
    const { length } = bytes;
    const moved = { offset: range.offset, length };
    const source = later.flight.buffer;
    const synced: Continuation = (last, unit2, outcome) => {
      if (outcome.errno !== 0 || length === 0) return flushed(last, unit2, outcome);
      return compares ? compare(last, unit2, moved, bytes) : check(last, unit2, moved);
    };
    return later.job(now, { operation: "write", ...moved, source }, (next, unit1, { errno }) =>
      errno === 0
        ? next.flush(unit1, moved.offset, length, synced)
        : next.sense(flushFailure(errno)),
    );
  });
}
