// SPDX-License-Identifier: MIT
// A row of the command set: what one command is called, which CDB bits it understands, who handles it.
import type { Call } from "../call.js";
import type { LogicalUnit } from "../units/logical-unit.js";
import { type AccessRule, accessOf } from "./command-access.js";

export interface CommandRow {
  readonly opcode: number;
  /** Low five bits of byte 1, for opcodes that have service actions. */
  readonly serviceAction?: number;
  readonly name: string;
  /**
   * The CDB USAGE DATA of REPORT SUPPORTED OPERATION CODES: as long as the CDB, the opcode first, a
   * one for each bit that is looked at. A bit outside it is an invalid field. NACA is not in any:
   * ACA is not supported (SAM-5 5.11).
   */
  readonly usage: readonly number[];
  readonly handler: (call: Call, unit: LogicalUnit) => boolean;
  /** How it stands to another nexus' persistent reservation. */
  readonly access: AccessRule;
  /** For a LUN without a unit; without it, LOGICAL UNIT NOT SUPPORTED. */
  readonly absent?: (call: Call) => boolean;
  /** True: needs a started unit (START STOP UNIT). */
  readonly medium?: boolean;
  /** True: its data-out decides the status, so it is claimed only with the data-only extension. */
  readonly dataOnly?: boolean;
  /** False for a unit that refuses it whatever the CDB says, so that it is not reported either. */
  readonly offered?: (unit: LogicalUnit) => boolean;
  /** True: runs alone, as if it were ORDERED. Holds for the opcode. */
  readonly exclusive?: boolean;
  /** True: unit attentions do not come before it (SPC-4 5.14, SAM-5 5.14). */
  readonly ignoresAttention?: boolean;
}

/** The opcode is the first byte of `usage`. */
export function row(
  name: string,
  usage: readonly number[],
  handler: CommandRow["handler"],
  more: Partial<CommandRow> = {},
): CommandRow {
  const opcode = usage[0] ?? 0;
  return { opcode, name, usage, handler, access: accessOf(opcode, more.serviceAction), ...more };
}
