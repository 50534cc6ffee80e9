// SPDX-License-Identifier: MIT
// The command set: one row per command with its name, the CDB bits it understands and its handler.
import type { Call } from "./call.js";
import { type AccessRule, accessOf } from "./command-access.js";
import { readCapacity10, readCapacity16 } from "./commands/capacity.js";
import { inquiry, inquiryAbsent } from "./commands/inquiry.js";
import { modeSense6, modeSense10 } from "./commands/mode-sense.js";
import {
  readFullStatus,
  readKeys,
  readReservation,
  reportCapabilities,
} from "./commands/persistent-reserve-in.js";
import { persistentReserveOut } from "./commands/persistent-reserve-out.js";
import { read, write } from "./commands/read-write.js";
import { reportLuns } from "./commands/report-luns.js";
import { requestSense, requestSenseAbsent, testUnitReady } from "./commands/request-sense.js";
import { synchronizeCache } from "./commands/sync.js";
import type { LogicalUnit } from "./logical-unit.js";

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
  /** True: runs alone, as if it were ORDERED. Holds for the opcode. */
  readonly exclusive?: boolean;
  /** True: unit attentions do not come before it (SPC-4 5.14, SAM-5 5.14). */
  readonly ignoresAttention?: boolean;
}

const LBA4 = [0xff, 0xff, 0xff, 0xff];
const LBA8 = [...LBA4, ...LBA4];
const LENGTH2 = [0xff, 0xff];
const LENGTH4 = LBA4;

/** By service action. */
const RESERVE_IN: readonly [name: string, handler: CommandRow["handler"]][] = [
  ["READ KEYS", readKeys],
  ["READ RESERVATION", readReservation],
  ["REPORT CAPABILITIES", reportCapabilities],
  ["READ FULL STATUS", readFullStatus],
];
/** By service action; where SCOPE and TYPE mean nothing they are ignored, not refused. */
const RESERVE_OUT = [
  "REGISTER",
  "RESERVE",
  "RELEASE",
  "CLEAR",
  "PREEMPT",
  "PREEMPT AND ABORT",
  "REGISTER AND IGNORE EXISTING KEY",
];

/** `dataOnly`: the kernel moves data before the status; READ and WRITE understand DPO and FUA. */
function rows(dataOnly: boolean): readonly CommandRow[] {
  const cache = dataOnly ? 0x18 : 0x00;
  const row = (
    name: string,
    usage: readonly number[],
    handler: CommandRow["handler"],
    more: Partial<CommandRow> = {},
  ): CommandRow => {
    const [opcode = 0] = usage;
    const access = accessOf(opcode, more.serviceAction);
    return { opcode, name, usage, handler, access, ...more };
  };
  return [
    row("TEST UNIT READY", [0x00, 0, 0, 0, 0, 0], testUnitReady, { medium: true }),
    row("REQUEST SENSE", [0x03, 0x01, 0, 0, 0xff, 0], requestSense, {
      absent: requestSenseAbsent,
      ignoresAttention: true,
    }),
    row("READ(6)", [0x08, 0x1f, 0xff, 0xff, 0xff, 0], read, { medium: true }),
    row("WRITE(6)", [0x0a, 0x1f, 0xff, 0xff, 0xff, 0], write, { medium: true }),
    row("INQUIRY", [0x12, 0x01, 0xff, ...LENGTH2, 0], inquiry, {
      absent: inquiryAbsent,
      ignoresAttention: true,
    }),
    row("MODE SENSE(6)", [0x1a, 0x08, 0xff, 0xff, 0xff, 0], modeSense6),
    row("READ CAPACITY(10)", [0x25, 0, ...LBA4, 0, 0, 0x01, 0], readCapacity10, { medium: true }),
    row("READ(10)", [0x28, cache, ...LBA4, 0, ...LENGTH2, 0], read, { medium: true }),
    row("WRITE(10)", [0x2a, cache, ...LBA4, 0, ...LENGTH2, 0], write, { medium: true }),
    row("SYNCHRONIZE CACHE(10)", [0x35, 0x02, ...LBA4, 0, ...LENGTH2, 0], synchronizeCache, {
      medium: true,
    }),
    row("MODE SENSE(10)", [0x5a, 0x18, 0xff, 0xff, 0, 0, 0, ...LENGTH2, 0], modeSense10),
    ...RESERVE_IN.map(([name, handler], serviceAction) =>
      row(`PERSISTENT RESERVE IN(${name})`, [0x5e, 0x1f, 0, 0, 0, 0, 0, ...LENGTH2, 0], handler, {
        serviceAction,
        dataOnly: true, // useless without the other
      }),
    ),
    ...RESERVE_OUT.map((name, serviceAction) =>
      row(
        `PERSISTENT RESERVE OUT(${name})`,
        [0x5f, 0x1f, 0xff, 0, 0, ...LENGTH4, 0],
        persistentReserveOut,
        { serviceAction, dataOnly: true },
      ),
    ),
    row("READ(16)", [0x88, cache, ...LBA8, ...LENGTH4, 0, 0], read, { medium: true }),
    row("WRITE(16)", [0x8a, cache, ...LBA8, ...LENGTH4, 0, 0], write, { medium: true }),
    row("SYNCHRONIZE CACHE(16)", [0x91, 0x02, ...LBA8, ...LENGTH4, 0, 0], synchronizeCache, {
      medium: true,
    }),
    row("READ CAPACITY(16)", [0x9e, 0x1f, ...LBA8, ...LENGTH4, 0x01, 0], readCapacity16, {
      serviceAction: 0x10,
      medium: true,
    }),
    row("REPORT LUNS", [0xa0, 0, 0xff, 0, 0, 0, ...LENGTH4, 0, 0], reportLuns, {
      absent: reportLuns,
      ignoresAttention: true,
    }),
    row("READ(12)", [0xa8, cache, ...LBA4, ...LENGTH4, 0, 0], read, { medium: true }),
    row("WRITE(12)", [0xaa, cache, ...LBA4, ...LENGTH4, 0, 0], write, { medium: true }),
  ];
}

/** Rows of one opcode: one, or one per service action. */
export type CommandTable = readonly (readonly CommandRow[] | undefined)[];

/** Indexed by opcode. `dataOnly`: the kernel has that extension. */
export function commandTable(dataOnly: boolean): CommandTable {
  const table: (CommandRow[] | undefined)[] = new Array(256).fill(undefined);
  for (const row of rows(dataOnly)) {
    if (row.dataOnly && !dataOnly) continue;
    const same = table[row.opcode];
    if (same) same.push(row);
    else table[row.opcode] = [row];
  }
  return table;
}

/** The row of a CDB; null: the opcode is there, the service action is not. */
export function rowOf(candidates: readonly CommandRow[], cdb: Uint8Array): CommandRow | null {
  const first = candidates[0];
  if (first && first.serviceAction === undefined) return first;
  const serviceAction = (cdb[1] ?? 0) & 0x1f;
  return candidates.find((row) => row.serviceAction === serviceAction) ?? null;
}

/** Index of the first CDB byte with a bit outside the usage bits; -1 = all is well. */
export function unusableByte(row: CommandRow, cdb: Uint8Array): number {
  const { usage } = row;
  // Byte 0 is the opcode itself.
  for (let i = 1; i < usage.length; i++) {
    if (((cdb[i] ?? 0) & ~(usage[i] ?? 0)) !== 0) return i;
  }
  return -1;
}

/** Most significant bit of byte `at` that the row does not understand. */
export function unusableBit(row: CommandRow, cdb: Uint8Array, at: number): number {
  return 31 - Math.clz32((cdb[at] ?? 0) & ~(row.usage[at] ?? 0) & 0xff);
}
