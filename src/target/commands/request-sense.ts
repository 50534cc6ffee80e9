// SPDX-License-Identifier: MIT
// TEST UNIT READY and REQUEST SENSE. SPC-4 6.39, 6.47.
import { buildDescriptorSense, buildFixedSense } from "../../scsi/sense.js";
import type { Call } from "../call.js";
import {
  FEIGNED_EXCEPTION,
  LUNS_CHANGED,
  type PendingSense,
  STOPPED,
} from "../units/attentions.js";
import type { LogicalUnit } from "../units/logical-unit.js";

const DESC = 0x01;
const NO_SENSE: PendingSense = { key: 0, asc: 0, ascq: 0 };
const NOT_SUPPORTED: PendingSense = { key: 5, asc: 0x25, ascq: 0x00 };

export function testUnitReady(call: Call): boolean {
  return call.good();
}

/** DESC alone says in which format; D_SENSE does not count here. SPC-4 6.39. */
function answer(call: Call, sense: PendingSense): boolean {
  const descriptors = ((call.cdb[1] ?? 0) & DESC) !== 0;
  const bytes = descriptors ? buildDescriptorSense(sense) : buildFixedSense(sense);
  if (sense.deferred) bytes[0] = (bytes[0] ?? 0) | 0x01;
  return call.data(bytes, call.cdb[4] ?? 0);
}

/** How the unit is, where there is nothing to tell of: that stays. SPC-4 5.12 (pollable sense data). */
function condition(unit: LogicalUnit): PendingSense {
  if (unit.stopped) return STOPPED;
  return unit.mode.failurePredicted ? FEIGNED_EXCEPTION : NO_SENSE;
}

/** Reports and clears the oldest unit attention or deferred error. */
export function requestSense(call: Call, unit: LogicalUnit): boolean {
  const { hostNo } = call.flight;
  const pending = unit.attentions.queue(hostNo).shift();
  if (pending === LUNS_CHANGED) call.services.lunsKnown(hostNo);
  return answer(call, pending ?? condition(unit));
}

/** GOOD, with LOGICAL UNIT NOT SUPPORTED in the data. */
export function requestSenseAbsent(call: Call): boolean {
  return answer(call, NOT_SUPPORTED);
}
