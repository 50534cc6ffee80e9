// SPDX-License-Identifier: MIT
// The operation codes of SPC and SBC disks: name, direction of the data, what to show of the CDB.
// Source: T10 op-num, SPC-4 annex D, SBC-3 annex B.
import {
  alloc,
  type CdbField,
  COMPARE16,
  decimal,
  flag,
  hex,
  lba6,
  lba10,
  lba16,
  params,
  RANGE10,
  RANGE16,
  RW6,
  RW10,
  RW12,
  RW16,
  SAME10,
  SAME16,
  VERIFY10,
  VERIFY12,
  VERIFY16,
} from "./cdb-field.js";

/** Which way data moves, from the initiator's side. `both`: bidirectional; `vary`: the CDB says. */
export type Direction = "none" | "in" | "out" | "both" | "vary";

export interface Operation {
  readonly name: string;
  readonly direction: Direction;
  readonly fields: readonly CdbField[];
}

export type OpcodeRow = readonly [number, string, Direction, readonly CdbField[]];

const PAGE = hex("page", 2, 1, { mask: 0x3f });
const SUBPAGE = hex("subpage", 3, 1, { quiet: true });
const DBD = flag("DBD", 1, 0x08);
const CONTROL = hex("pc", 2, 1, { mask: 0xc0, quiet: true });
const BUFFER = [hex("mode", 1, 1, { mask: 0x1f }), hex("buffer", 2, 1), hex("offset", 3, 3)];
const SECURITY = [hex("protocol", 1, 1), hex("specific", 2, 2)];
const SEARCH10 = [lba10, decimal("blocks", 7, 2)];

const ROWS: readonly OpcodeRow[] = [
  [0x00, "TEST UNIT READY", "none", []],
  [0x01, "REZERO UNIT", "none", []],
  [0x03, "REQUEST SENSE", "in", [flag("DESC", 1, 0x01), alloc(4, 1)]],
  [0x04, "FORMAT UNIT", "vary", [flag("FMTDATA", 1, 0x10), flag("CMPLST", 1, 0x08)]],
  [0x05, "READ BLOCK LIMITS", "in", []],
  [0x07, "REASSIGN BLOCKS", "out", []],
  [0x08, "READ(6)", "in", RW6],
  [0x0a, "WRITE(6)", "out", RW6],
  [0x0b, "SEEK(6)", "none", [lba6]],
  [0x12, "INQUIRY", "in", [hex("vpd", 2, 1, { onlyIf: { at: 1, mask: 0x01 } }), alloc(3, 2)]],
  [0x15, "MODE SELECT(6)", "out", [params(4, 1), flag("SP", 1, 0x01)]],
  [0x16, "RESERVE(6)", "none", []],
  [0x17, "RELEASE(6)", "none", []],
  [0x18, "COPY", "out", [params(2, 3)]],
  [0x1a, "MODE SENSE(6)", "in", [PAGE, SUBPAGE, CONTROL, alloc(4, 1), DBD]],
  [
    0x1b,
    "START STOP UNIT",
    "none",
    [
      flag("START", 4, 0x01),
      flag("LOEJ", 4, 0x02),
      flag("NO_FLUSH", 4, 0x04),
      hex("power", 4, 1, { mask: 0xf0, quiet: true }),
      flag("IMMED", 1, 0x01),
    ],
  ],
  [
    0x1c,
    "RECEIVE DIAGNOSTIC RESULTS",
    "in",
    [hex("page", 2, 1, { onlyIf: { at: 1, mask: 0x01 } }), alloc(3, 2)],
  ],
  [
    0x1d,
    "SEND DIAGNOSTIC",
    "out",
    [
      flag("SELFTEST", 1, 0x04),
      flag("DEVOFFL", 1, 0x02),
      flag("UNITOFFL", 1, 0x01),
      hex("code", 1, 1, { mask: 0xe0, quiet: true }),
      params(3, 2),
    ],
  ],
  [0x1e, "PREVENT ALLOW MEDIUM REMOVAL", "none", [decimal("prevent", 4, 1, { mask: 3 })]],
  [0x23, "READ FORMAT CAPACITIES", "in", [alloc(7, 2)]],
  [0x25, "READ CAPACITY(10)", "in", [{ ...lba10, quiet: true }]],
  [0x28, "READ(10)", "in", RW10],
  [0x2a, "WRITE(10)", "out", RW10],
  [0x2b, "SEEK(10)", "none", [lba10]],
  [0x2c, "ERASE(10)", "none", [lba10]],
  [0x2e, "WRITE AND VERIFY(10)", "out", VERIFY10],
  [0x2f, "VERIFY(10)", "vary", VERIFY10],
  [0x30, "SEARCH DATA HIGH(10)", "out", SEARCH10],
  [0x31, "SEARCH DATA EQUAL(10)", "out", SEARCH10],
  [0x32, "SEARCH DATA LOW(10)", "out", SEARCH10],
  [0x33, "SET LIMITS(10)", "none", SEARCH10],
  [0x34, "PRE-FETCH(10)", "none", RANGE10],
  [0x35, "SYNCHRONIZE CACHE(10)", "none", RANGE10],
  [0x36, "LOCK UNLOCK CACHE(10)", "none", RANGE10],
  [0x37, "READ DEFECT DATA(10)", "in", [alloc(7, 2)]],
  [0x39, "COMPARE", "out", [params(3, 3)]],
  [0x3a, "COPY AND VERIFY", "out", [params(3, 3)]],
  [0x3b, "WRITE BUFFER", "out", [...BUFFER, params(6, 3)]],
  [0x3c, "READ BUFFER(10)", "in", [...BUFFER, alloc(6, 3)]],
  [0x3d, "UPDATE BLOCK", "out", [lba10]],
  [0x3e, "READ LONG(10)", "in", [lba10, decimal("bytes", 7, 2)]],
  [0x3f, "WRITE LONG(10)", "out", [lba10, decimal("bytes", 7, 2)]],
  [0x40, "CHANGE DEFINITION", "out", [params(8, 1)]],
  [0x41, "WRITE SAME(10)", "out", SAME10],
  [0x42, "UNMAP", "out", [params(7, 2), flag("ANCHOR", 1, 0x01)]],
  [0x43, "READ TOC/PMA/ATIP", "in", [alloc(7, 2)]],
  [0x46, "GET CONFIGURATION", "in", [alloc(7, 2)]],
  [0x48, "SANITIZE", "vary", [hex("sa", 1, 1, { mask: 0x1f }), params(7, 2)]],
  [0x4a, "GET EVENT STATUS NOTIFICATION", "in", [alloc(7, 2)]],
  [0x4c, "LOG SELECT", "out", [PAGE, SUBPAGE, params(7, 2)]],
  [
    0x4d,
    "LOG SENSE",
    "in",
    [PAGE, SUBPAGE, CONTROL, hex("from", 5, 2, { quiet: true }), alloc(7, 2), flag("SP", 1, 0x01)],
  ],
  [0x50, "XDWRITE(10)", "out", RW10],
  [0x51, "XPWRITE(10)", "out", RW10],
  [0x52, "XDREAD(10)", "in", RW10],
  [0x53, "XDWRITEREAD(10)", "both", RW10],
  [0x55, "MODE SELECT(10)", "out", [params(7, 2), flag("SP", 1, 0x01)]],
  [0x56, "RESERVE(10)", "vary", [decimal("len", 7, 2, { quiet: true })]],
  [0x57, "RELEASE(10)", "vary", [decimal("len", 7, 2, { quiet: true })]],
  [0x5a, "MODE SENSE(10)", "in", [PAGE, SUBPAGE, CONTROL, alloc(7, 2), DBD]],
  [0x80, "XDWRITE EXTENDED(16)", "out", [lba10]],
  [0x81, "REBUILD(16)", "out", [lba10]],
  [0x82, "REGENERATE(16)", "out", [lba10]],
  [0x85, "ATA PASS-THROUGH(16)", "vary", [hex("command", 14, 1)]],
  [0x86, "ACCESS CONTROL IN", "in", [alloc(10, 4)]],
  [0x87, "ACCESS CONTROL OUT", "out", [params(10, 4)]],
  [0x88, "READ(16)", "in", RW16],
  [0x89, "COMPARE AND WRITE", "out", COMPARE16],
  [0x8a, "WRITE(16)", "out", RW16],
  [0x8b, "ORWRITE(16)", "out", RW16],
  [0x8c, "READ ATTRIBUTE", "in", [alloc(10, 4)]],
  [0x8d, "WRITE ATTRIBUTE", "out", [params(10, 4)]],
  [0x8e, "WRITE AND VERIFY(16)", "out", VERIFY16],
  [0x8f, "VERIFY(16)", "vary", VERIFY16],
  [0x90, "PRE-FETCH(16)", "none", RANGE16],
  [0x91, "SYNCHRONIZE CACHE(16)", "none", RANGE16],
  [0x92, "LOCK UNLOCK CACHE(16)", "none", RANGE16],
  [0x93, "WRITE SAME(16)", "out", SAME16],
  [0x9a, "WRITE STREAM(16)", "out", [lba16, decimal("blocks", 12, 2)]],
  [0x9b, "READ BUFFER(16)", "in", [hex("mode", 1, 1, { mask: 0x1f }), alloc(10, 4)]],
  [0x9c, "WRITE ATOMIC(16)", "out", [lba16, decimal("blocks", 12, 2)]],
  [0xa0, "REPORT LUNS", "in", [hex("select", 2, 1, { quiet: true }), alloc(6, 4)]],
  [0xa1, "ATA PASS-THROUGH(12)", "vary", [hex("command", 9, 1)]],
  [0xa2, "SECURITY PROTOCOL IN", "in", [...SECURITY, alloc(6, 4)]],
  [0xa5, "MOVE MEDIUM", "none", []],
  [0xa7, "MOVE MEDIUM ATTACHED", "none", []],
  [0xa8, "READ(12)", "in", RW12],
  [0xaa, "WRITE(12)", "out", RW12],
  [0xac, "ERASE(12)", "none", [lba10]],
  [0xad, "READ DISC STRUCTURE", "in", [alloc(8, 2)]],
  [0xae, "WRITE AND VERIFY(12)", "out", VERIFY12],
  [0xaf, "VERIFY(12)", "vary", VERIFY12],
  [0xb3, "SET LIMITS(12)", "none", [lba10]],
  [0xb5, "SECURITY PROTOCOL OUT", "out", [...SECURITY, params(6, 4)]],
  [0xb7, "READ DEFECT DATA(12)", "in", [alloc(6, 4)]],
  [0xba, "REDUNDANCY GROUP IN", "in", [alloc(6, 4)]],
  [0xbb, "REDUNDANCY GROUP OUT", "out", [params(6, 4)]],
  [0xbc, "SPARE IN", "in", [alloc(6, 4)]],
  [0xbd, "SPARE OUT", "out", [params(6, 4)]],
  [0xbe, "VOLUME SET IN", "in", [alloc(6, 4)]],
  [0xbf, "VOLUME SET OUT", "out", [params(6, 4)]],
];

const BY_OPCODE: ReadonlyMap<number, Operation> = new Map(
  ROWS.map(([opcode, name, direction, fields]) => [opcode, { name, direction, fields }]),
);

/** The operation of an opcode without service actions, or null. */
export function findOpcode(opcode: number): Operation | null {
  return BY_OPCODE.get(opcode) ?? null;
}

/** Every opcode that needs no service action, with its name. */
export function listOpcodes(): { opcode: number; name: string }[] {
  return ROWS.map(([opcode, name]) => ({ opcode, name }));
}
