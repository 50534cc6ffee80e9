// SPDX-License-Identifier: MIT
// COMPARE AND WRITE: what clusters lock with. Its row runs alone, and its step is one piece. SBC-3 5.3.
import { isSystemError } from "../../errors.js";
import { readUint } from "../big-endian.js";
import type { Call } from "../call.js";
import { flushFailure, MISCOMPARE, READ_ERROR, WRITE_ERROR } from "../refusals.js";
import type { LogicalUnit } from "../units/logical-unit.js";
import { inRange, lbaOf, outOfRange } from "./block-range.js";
import { maxCompareAndWrite } from "./provisioning.js";
import { settle } from "./sync.js";
import { refuseWrite, writeProtected } from "./write-protect.js";

const BLOCKS = 13;
const FUA = 0x08;

/** Offset of the first difference; -1: none; null: the store could not be read. */
function firstDifference(unit: LogicalUnit, offset: number, wanted: Uint8Array): number | null {
  const found = new Uint8Array(wanted.length);
  try {
    if (unit.store.readNow(offset, found) < found.length) return null; // it shrank
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return null;
  }
  if (Buffer.compare(found, wanted) === 0) return -1;
  return found.findIndex((byte, at) => byte !== wanted[at]);
}

/** 0 or a positive errno. */
function writeNow(unit: LogicalUnit, offset: number, bytes: Uint8Array): number {
  try {
    unit.store.writeNow(offset, bytes);
    return 0;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return Math.abs(error.errno);
  }
}

/**
 * Both halves in one step, on this thread: HEAD OF QUEUE commands pass a command that waits for a job,
 * and an abort between the halves would have to be told from one before or after them.
 */
function compareThenWrite(
  call: Call,
  unit: LogicalUnit,
  offset: number,
  data: Uint8Array,
): boolean {
  const half = data.length / 2;
  const at = firstDifference(unit, offset, data.subarray(0, half));
  if (at === null) return call.sense(READ_ERROR);
  if (at >= 0) return call.sense({ ...MISCOMPARE, information: at });
  const errno = writeNow(unit, offset, data.subarray(half));
  if (errno !== 0) return call.sense(flushFailure(errno));
  try {
    return settle(call, unit, offset, half, ((call.cdb[1] ?? 0) & FUA) !== 0);
  } catch {
    // No room for the flush. TASK SET FULL would have it sent again, and that would miscompare.
    return call.sense(WRITE_ERROR);
  }
}

/** Data-out of another size than two times the blocks has no middle to be split at. */
export function compareAndWrite(call: Call, unit: LogicalUnit): boolean {
  const { cdb, flight } = call;
  const lba = lbaOf(cdb);
  const blocks = readUint(cdb, BLOCKS, 1);
  if (writeProtected(unit)) return refuseWrite(call, unit);
  if (!inRange(unit, lba, blocks)) return outOfRange(call);
  if (blocks > maxCompareAndWrite(unit)) return call.illegal(BLOCKS);
  if (blocks === 0) return call.good();
  const length = 2 * blocks * unit.blockSize;
  if (flight.dataLen !== length) return call.illegal(BLOCKS);
  return call.dataOut(unit, length, (later, now, data) =>
    compareThenWrite(later, now, lba * now.blockSize, data),
  );
}
