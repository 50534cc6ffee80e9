// SPDX-License-Identifier: MIT
// The 2006 dialects: where a 64-bit and a 32-bit x86 compiler put every field of struct tgt_event.
// Source: kernel/scsi_tgt_if.h; the probe in test/abi asks the compiler for each number here.
import type { Dialect, EventLayout, Field, FieldKind } from "./dialect.js";
import type { EventTypeName } from "./event.js";

/** Field, kind, byte offset in tgt_event on x86-64 and on i386 (u64 is 4-aligned there). */
type Row = readonly [name: string, kind: FieldKind, x86_64: number, i386: number];

const ROWS: Readonly<Record<EventTypeName, readonly Row[]>> = {
  CMD_RSP: [
    ["host_no", "s32", 8, 4],
    ["cid", "u32", 12, 8],
    ["len", "u32", 16, 12],
    ["result", "s32", 20, 16],
    ["uaddr", "u64", 24, 20],
    ["rw", "u8", 32, 28],
  ],
  TSK_MGMT_RSP: [
    ["host_no", "s32", 8, 4],
    ["mid", "u64", 16, 8],
    ["result", "s32", 24, 16],
  ],
  CMD_REQ: [
    ["host_no", "s32", 40, 32],
    ["cid", "u32", 44, 36],
    ["data_len", "u32", 48, 40],
    ["scb", 16, 52, 44],
    ["lun", 8, 68, 60],
    ["attribute", "s32", 76, 68],
    ["tag", "u64", 80, 72],
  ],
  CMD_DONE: [
    ["host_no", "s32", 40, 32],
    ["cid", "u32", 44, 36],
    ["result", "s32", 48, 40],
  ],
  TSK_MGMT_REQ: [
    ["host_no", "s32", 40, 32],
    ["function", "s32", 44, 36],
    ["tag", "u64", 48, 40],
    ["lun", 8, 56, 48],
    ["mid", "u64", 64, 56],
  ],
};

function layout(type: number, rows: readonly Row[], column: 2 | 3): EventLayout {
  const fields = rows.map((row): Field => ({ name: row[0], kind: row[1], offset: row[column] }));
  return { type, fields };
}

function seed(name: string, column: 2 | 3, eventSize: number): Dialect {
  const headerSize = 8;
  return {
    name,
    littleEndian: true,
    headerSize,
    eventSize,
    entrySize: headerSize + eventSize,
    nrEntry: 512,
    typeOffset: 0,
    events: {
      CMD_RSP: layout(0, ROWS.CMD_RSP, column),
      TSK_MGMT_RSP: layout(1, ROWS.TSK_MGMT_RSP, column),
      CMD_REQ: layout(2, ROWS.CMD_REQ, column),
      CMD_DONE: layout(3, ROWS.CMD_DONE, column),
      TSK_MGMT_REQ: layout(4, ROWS.TSK_MGMT_REQ, column),
    },
  };
}

/** What a 64-bit kernel and a 64-bit responder see: 96 bytes a slot. */
export const SEED_X86_64: Dialect = seed("seed-x86_64", 2, 88);

/** What a 32-bit kernel sees, and a 32-bit process believes it sees (H19): 88 bytes a slot. */
export const SEED_I386: Dialect = seed("seed-i386", 3, 80);
