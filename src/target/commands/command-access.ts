// SPDX-License-Identifier: MIT
// Which commands another nexus' persistent reservation lets through. SPC-4 table 66, SBC-3 table 13.
import type { Access } from "../units/reservation-types.js";

/** Some commands are judged by a field of their CDB. */
export type AccessRule = Access | ((cdb: Uint8Array) => Access);

/** START with POWER CONDITION 0 harms nobody; stopping and power conditions do. */
function startStop(cdb: Uint8Array): Access {
  return ((cdb[4] ?? 0) & 0xf1) === 0x01 ? "always" : "write";
}

/** Allowing removal harms nobody; preventing it does. */
function prevent(cdb: Uint8Array): Access {
  return ((cdb[4] ?? 0) & 0x03) === 0 ? "always" : "write";
}

/** By opcode; where there are service actions, by opcode and service action. */
const RULES: Readonly<Record<string, AccessRule>> = {
  "00": "always", // TEST UNIT READY
  "03": "always", // REQUEST SENSE
  "12": "always", // INQUIRY
  "25": "always", // READ CAPACITY(10)
  "4d": "always", // LOG SENSE
  "9e/10": "always", // READ CAPACITY(16)
  a0: "always", // REPORT LUNS
  "a3/05": "always", // REPORT IDENTIFYING INFORMATION
  "a3/0a": "always", // REPORT TARGET PORT GROUPS
  "a3/0f": "always", // REPORT TIMESTAMP

  "1b": startStop,
  "1e": prevent,

  "08": "read", // READ(6)
  "1a": "read", // MODE SENSE(6)
  "1c": "read", // RECEIVE DIAGNOSTIC RESULTS
  "28": "read", // READ(10)
  "2f": "read", // VERIFY(10)
  "34": "read", // PRE-FETCH(10)
  "37": "read", // READ DEFECT DATA(10)
  "3c": "read", // READ BUFFER
  "5a": "read", // MODE SENSE(10)
  "88": "read", // READ(16)
  "8f": "read", // VERIFY(16)
  "90": "read", // PRE-FETCH(16)
  "9e/12": "read", // GET LBA STATUS
  "a3/0c": "read", // REPORT SUPPORTED OPERATION CODES
  "a3/0d": "read", // REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS
  a8: "read", // READ(12)
  af: "read", // VERIFY(12)
  b7: "read", // READ DEFECT DATA(12)
};

/** PERSISTENT RESERVE IN, and OUT: SPC-4 table 67 is what `Reservations` answers. */
const PERSISTENT_RESERVE: readonly number[] = [0x5e, 0x5f];

const hex2 = (value: number): string => value.toString(16).padStart(2, "0");

/** All others change something: MODE SELECT, SYNCHRONIZE CACHE and what is not in the tables too. */
export function accessOf(opcode: number, serviceAction?: number): AccessRule {
  if (PERSISTENT_RESERVE.includes(opcode)) return "always";
  const action = serviceAction === undefined ? "" : `/${hex2(serviceAction)}`;
  return RULES[hex2(opcode) + action] ?? "write";
}
