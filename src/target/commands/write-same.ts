// SPDX-License-Identifier: MIT
// WRITE SAME (10) and (16): one block of data, or none (NDOB), for a whole range. SBC-3 5.46, 5.47.
import type { Call } from "../call.js";
import type { Continuation } from "../flights.js";
import type { StoreJob } from "../jobs.js";
import { flushFailure } from "../refusals.js";
import type { LogicalUnit } from "../units/logical-unit.js";
import { blocksOf, inRange, lbaOf, lengthByte, outOfRange } from "./block-range.js";
import { isThin, maxWriteSame } from "./provisioning.js";
import { settle } from "./sync.js";
import { firstNonZero, wholeDataOut } from "./whole-data.js";
import { refuseWrite, writeProtected } from "./write-protect.js";

const UNMAP = 0x08;
const UNMAP_BIT = 3;
const NDOB = 0x01;

function run(call: Call, unit: LogicalUnit, job: StoreJob): boolean {
  const written: Continuation = (later, now, { errno }) =>
    errno === 0
      ? settle(later, now, job.offset, job.length, false)
      : later.sense(flushFailure(errno));
  return call.job(unit, job, written);
}

/**
 * With UNMAP, zeroes are unmapped, as that is what unmapped blocks read as (LBPRZ); other data have to
 * be written all the same. Without it zeroes keep their room.
 */
export function writeSame(call: Call, unit: LogicalUnit): boolean {
  const { cdb } = call;
  const [, flags = 0] = cdb;
  const lba = lbaOf(cdb);
  const blocks = blocksOf(cdb);
  if (writeProtected(unit)) return refuseWrite(call, unit);
  if (!inRange(unit, lba, blocks)) return outOfRange(call);
  // WSNZ: 0 does not mean "to the end" here.
  if (blocks === 0 || blocks > maxWriteSame(unit)) return call.illegal(lengthByte(cdb));
  const unmaps = (flags & UNMAP) !== 0;
  if (unmaps && !isThin(unit, call.services.dataOnly)) return call.illegal(1, UNMAP_BIT);
  const range = { offset: lba * unit.blockSize, length: blocks * unit.blockSize };
  const zeroes: StoreJob = { operation: unmaps ? "punch" : "zero", ...range };
  if ((flags & NDOB) !== 0) return run(call, unit, zeroes);
  return wholeDataOut(call, unit, unit.blockSize, (later, now, block) => {
    if (firstNonZero(block) < 0) return run(later, now, zeroes);
    const source = later.flight.buffer;
    return run(later, now, { operation: "fill", ...range, source, sourceLength: block.length });
  });
}
