// SPDX-License-Identifier: MIT
// SYNCHRONIZE CACHE (10) and (16): msync of the range on a native thread. SBC-3 5.21, 5.22.
import type { Call } from "../call.js";
import type { Continuation } from "../flights.js";
import { flushFailure } from "../refusals.js";
import type { LogicalUnit } from "../units/logical-unit.js";
import { bytesToEnd, outOfRange } from "./block-range.js";

const IMMED = 0x02;

/** GOOD, or what the store said. */
export const flushed: Continuation = (call, _unit, { errno }) =>
  errno === 0 ? call.good() : call.sense(flushFailure(errno));

/** GOOD for what changed that range: at once, or with FUA (`through`) or without WCE once it is synced. */
export function settle(
  call: Call,
  unit: LogicalUnit,
  offset: number,
  length: number,
  through: boolean,
): boolean {
  if (!through && unit.mode.writeCache) return call.good();
  return call.flush(unit, offset, length, flushed);
}

/** No blocks = to the end. IMMED: GOOD at once; a failure becomes a deferred error. */
export function synchronizeCache(call: Call, unit: LogicalUnit): boolean {
  const { cdb, flight, services } = call;
  const range = bytesToEnd(cdb, unit);
  if (!range) return outOfRange(call);
  if (((cdb[1] ?? 0) & IMMED) === 0) return call.flush(unit, range.offset, range.length, flushed);
  if (unit.store.syncFd >= 0) {
    services.jobs.start(unit, { operation: "sync", ...range }, flight.hostNo, -1);
  }
  return call.good();
}
