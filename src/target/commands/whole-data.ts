// SPDX-License-Identifier: MIT
// Data-out that a command cannot do without, and what else handlers ask of bytes.
import type { Call } from "../call.js";
import type { LogicalUnit } from "../units/logical-unit.js";

/**
 * `call.dataOut`, but an initiator that sends less than the CDB asks for is refused before anything
 * moves: what did not come was neither compared nor written, and GOOD would say that it was.
 */
export function wholeDataOut(
  call: Call,
  unit: LogicalUnit,
  length: number,
  then: (call: Call, unit: LogicalUnit, bytes: Uint8Array) => boolean,
): boolean {
  if (call.flight.dataLen < length) return call.refuse(0x24, 0x00);
  return call.dataOut(unit, length, then);
}

/** Offset of the first byte that is not 0; -1: all are. */
export function firstNonZero(bytes: Uint8Array): number {
  for (let at = 0; at < bytes.length; at++) if (bytes[at] !== 0) return at;
  return -1;
}
