// SPDX-License-Identifier: MIT
// The command set: the rows of the block commands (SBC-3 5), and the table of all, which a CDB is held to.

import { readCapacity10, readCapacity16 } from "./capacity.js";
import { type CommandRow, row } from "./command-row.js";
import { mediaRows } from "./media-rows.js";
import { PRIMARY_ROWS } from "./primary-rows.js";
import { read, write } from "./read-write.js";
import { preventAllowRemoval, startStopUnit } from "./start-stop.js";
import { synchronizeCache } from "./sync.js";

const LBA4 = [0xff, 0xff, 0xff, 0xff];
const LBA8 = [...LBA4, ...LBA4];
const LENGTH2 = [0xff, 0xff];
const LENGTH4 = LBA4;

/** `dataOnly`: the kernel moves data before the status; READ and WRITE understand DPO and FUA. */
function rows(dataOnly: boolean): readonly CommandRow[] {
  const cache = dataOnly ? 0x18 : 0x00;
  return [
    ...PRIMARY_ROWS,
    ...mediaRows(dataOnly),
    row("READ(6)", [0x08, 0x1f, 0xff, 0xff, 0xff, 0], read, { medium: true }),
    row("WRITE(6)", [0x0a, 0x1f, 0xff, 0xff, 0xff, 0], write, { medium: true }),
    row("START STOP UNIT", [0x1b, 0x01, 0, 0, 0x05, 0], startStopUnit, { exclusive: true }),
    row("PREVENT ALLOW MEDIUM REMOVAL", [0x1e, 0, 0, 0, 0x01, 0], preventAllowRemoval),
    row("READ CAPACITY(10)", [0x25, 0, ...LBA4, 0, 0, 0x01, 0], readCapacity10, { medium: true }),
    row("READ(10)", [0x28, cache, ...LBA4, 0, ...LENGTH2, 0], read, { medium: true }),
    row("WRITE(10)", [0x2a, cache, ...LBA4, 0, ...LENGTH2, 0], write, { medium: true }),
    row("SYNCHRONIZE CACHE(10)", [0x35, 0x02, ...LBA4, 0, ...LENGTH2, 0], synchronizeCache, {
      medium: true,
    }),
    row("READ(16)", [0x88, cache, ...LBA8, ...LENGTH4, 0, 0], read, { medium: true }),
    row("WRITE(16)", [0x8a, cache, ...LBA8, ...LENGTH4, 0, 0], write, { medium: true }),
    row("SYNCHRONIZE CACHE(16)", [0x91, 0x02, ...LBA8, ...LENGTH4, 0, 0], synchronizeCache, {
      medium: true,
    }),
    row("READ CAPACITY(16)", [0x9e, 0x1f, ...LBA8, ...LENGTH4, 0x01, 0], readCapacity16, {
      serviceAction: 0x10,
      medium: true,
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
