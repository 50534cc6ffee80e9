// SPDX-License-Identifier: MIT
// Who may not be written to, and what a command that would is told. SBC-3 4.12.
import type { Call } from "../call.js";
import type { LogicalUnit } from "../units/logical-unit.js";

const DATA_PROTECT = 7;

export function writeProtected(unit: LogicalUnit): boolean {
  return unit.readOnly || unit.mode.softwareWriteProtect;
}

/** HARDWARE WRITE PROTECTED for a store that cannot be written, else LOGICAL UNIT SOFTWARE WRITE PROTECTED. */
export function refuseWrite(call: Call, unit: LogicalUnit): boolean {
  return call.sense({ key: DATA_PROTECT, asc: 0x27, ascq: unit.readOnly ? 0x01 : 0x02 });
}
