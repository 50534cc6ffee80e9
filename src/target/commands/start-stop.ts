// SPDX-License-Identifier: MIT
// START STOP UNIT, PREVENT ALLOW MEDIUM REMOVAL. SBC-3 5.19, 5.14.
import type { Call } from "../call.js";
import { flushFailure } from "../refusals.js";
import type { LogicalUnit } from "../units/logical-unit.js";

const IMMED = 0x01;
const START = 0x01;
const NO_FLUSH = 0x04;

/**
 * The medium is not removable and there are no power conditions: the usage bits refuse LOEJ and POWER
 * CONDITION. A unit is stopped when its cache is empty; with IMMED the status comes before that, and
 * a failure becomes a deferred error.
 */
export function startStopUnit(call: Call, unit: LogicalUnit): boolean {
  const { cdb, flight, services } = call;
  const flags = cdb[4] ?? 0;
  if (flags & START) {
    unit.stopped = false;
    return call.good();
  }
  if (flags & NO_FLUSH) return stop(call, unit);
  if ((cdb[1] ?? 0) & IMMED) {
    if (unit.store.syncFd >= 0) {
      const whole = { operation: "sync", offset: 0, length: unit.store.size } as const;
      services.jobs.start(unit, whole, flight.hostNo, -1);
    }
    return stop(call, unit);
  }
  return call.flush(unit, 0, unit.store.size, (later, _unit, { errno }) =>
    errno === 0 ? stop(later, unit) : later.sense(flushFailure(errno)),
  );
}

function stop(call: Call, unit: LogicalUnit): boolean {
  unit.stopped = true;
  return call.good();
}

/** Nothing here removes the medium (LOEJ is refused), so that there is nothing to keep in mind. */
export function preventAllowRemoval(call: Call): boolean {
  return call.good();
}
