// SPDX-License-Identifier: MIT
// TEST UNIT READY and REQUEST SENSE. SPC-4 6.39, 6.47.
import { buildFixedSense } from "../../scsi/sense.js";
import type { PendingSense } from "../attentions.js";
import type { Call } from "../call.js";
import type { LogicalUnit } from "../logical-unit.js";

const DESC = 0x01;
const NO_SENSE: PendingSense = { key: 0, asc: 0, ascq: 0 };
const NOT_SUPPORTED: PendingSense = { key: 5, asc: 0x25, ascq: 0x00 };

export function testUnitReady(call: Call): boolean {
  return call.good();
}

/** Fixed format, or with DESC a descriptor-format header alone. SPC-4 4.5.2.1. */
function answer(call: Call, sense: PendingSense): boolean {
  const allocation = call.cdb[4] ?? 0;
  const deferred = sense.deferred ? 1 : 0;
  if ((call.cdb[1] ?? 0) & DESC) {
    const header = Uint8Array.of(0x72 | deferred, sense.key, sense.asc, sense.ascq, 0, 0, 0, 0);
    return call.data(header, allocation);
  }
  const fixed = buildFixedSense(sense);
  fixed[0] = (fixed[0] ?? 0) | deferred;
  return call.data(fixed, allocation);
}

/** Reports and clears the oldest unit attention or deferred error. */
export function requestSense(call: Call, unit: LogicalUnit): boolean {
  return answer(call, unit.attentions.queue(call.flight.hostNo).shift() ?? NO_SENSE);
}

/** GOOD, with LOGICAL UNIT NOT SUPPORTED in the data. */
export function requestSenseAbsent(call: Call): boolean {
  return answer(call, NOT_SUPPORTED);
}
