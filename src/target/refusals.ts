// SPDX-License-Identifier: MIT
// What to say when the kernel refused an answer, or a flush failed: errno to sense.

import type { Call } from "./call.js";
import type { PendingSense } from "./units/attentions.js";
import type { LogicalUnit } from "./units/logical-unit.js";

const ENOENT = -2;
const EFAULT = -14;
const ENODEV = -19;
const EPROTO = -71;
const EALREADY = -114;
const ENOSPC = 28;
const EDQUOT = 122;

export const READ_ERROR: PendingSense = { key: 3, asc: 0x11, ascq: 0x00 };
export const WRITE_ERROR: PendingSense = { key: 3, asc: 0x0c, ascq: 0x00 };
/** SPACE ALLOCATION FAILED WRITE PROTECT. SBC-3 4.7.3.6. */
export const NO_SPACE: PendingSense = { key: 7, asc: 0x27, ascq: 0x07 };
/** MISCOMPARE DURING VERIFY OPERATION */
export const MISCOMPARE: PendingSense = { key: 0xe, asc: 0x1d, ascq: 0x00 };
/** INTERNAL TARGET FAILURE */
export const INTERNAL_FAILURE: PendingSense = { key: 4, asc: 0x44, ascq: 0x00 };
/** DATA PHASE ERROR */
const WRONG_DIRECTION: PendingSense = { key: 0xb, asc: 0x4b, ascq: 0x00 };

/** The command is gone, in the kernel too. */
export function commandGone(why: number): boolean {
  return why === ENOENT || why === ENODEV;
}

/** The data go the other way, or there are none. */
export function wrongDirection(why: number): boolean {
  return why === EPROTO;
}

/** An earlier answer is on its way: CMD_DONE follows. */
export function alreadyAnswered(why: number): boolean {
  return why === EALREADY;
}

/**
 * Sense for a transfer that the store could not serve. INFORMATION is left out: nothing was moved,
 * but initiators take all blocks before that LBA for good.
 */
function faultSense(call: Call, unit: LogicalUnit): PendingSense {
  const { write, offset, length, dataLen } = call.flight;
  if (!write) return READ_ERROR;
  const cause = unit.store.faultCause(offset, Math.min(length, dataLen), write);
  return cause === "full" ? NO_SPACE : WRITE_ERROR;
}

/** Answers for a refused one; `unit` null: the command had none. */
export function answerRefused(call: Call, unit: LogicalUnit | null, why: number): boolean {
  if (why === EPROTO) return call.sense(WRONG_DIRECTION);
  if (why !== EFAULT || !unit || call.flight.length === 0) return call.sense(INTERNAL_FAILURE);
  call.services.counters.faults++;
  return call.sense(faultSense(call, unit));
}

/** Sense for a flush, or other work that changes the store, that ended with `errno` (positive). */
export function flushFailure(errno: number): PendingSense {
  return errno === ENOSPC || errno === EDQUOT ? NO_SPACE : WRITE_ERROR;
}
