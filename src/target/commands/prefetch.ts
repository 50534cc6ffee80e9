// SPDX-License-Identifier: MIT
// PRE-FETCH (10) and (16): has the page cache read ahead. SBC-3 5.8, 5.9.
import type { Call } from "../call.js";
import type { LogicalUnit } from "../units/logical-unit.js";
import { bytesToEnd, outOfRange } from "./block-range.js";

const IMMED = 0x02;

/**
 * No blocks = to the end. GOOD, not CONDITION MET: that promises that all blocks fit the cache, which
 * nobody can for the page cache, and SG_IO takes every status but GOOD for a failure.
 */
export function prefetch(call: Call, unit: LogicalUnit): boolean {
  const { cdb, flight, services } = call;
  const range = bytesToEnd(cdb, unit);
  if (!range) return outOfRange(call);
  const job = { operation: "prefetch", ...range } as const;
  if (((cdb[1] ?? 0) & IMMED) === 0) return call.job(unit, job, (later) => later.good());
  if (unit.store.fd >= 0) services.jobs.start(unit, job, flight.hostNo, -1);
  return call.good();
}
