// SPDX-License-Identifier: MIT
// Where a CDB keeps its LOGICAL BLOCK ADDRESS and length: by its size, which the opcode's group tells. SPC-4 4.2.5.1.
import { readUint, readUint64 } from "../big-endian.js";
import type { Call } from "../call.js";
import type { LogicalUnit } from "../units/logical-unit.js";

const SIX = 0;
const SIXTEEN = 4;
const TWELVE = 5;

function group(cdb: Uint8Array): number {
  return (cdb[0] ?? 0) >> 5;
}

export function lbaOf(cdb: Uint8Array): number {
  switch (group(cdb)) {
    case SIX:
      return readUint(cdb, 1, 3) & 0x1fffff;
    case SIXTEEN:
      return readUint64(cdb, 2);
    default:
      return readUint(cdb, 2, 4);
  }
}

/** The length field as it is (a 6-byte CDB's 0 stays 0). */
export function blocksOf(cdb: Uint8Array): number {
  switch (group(cdb)) {
    case SIX:
      return readUint(cdb, 4, 1);
    case SIXTEEN:
      return readUint(cdb, 10, 4);
    case TWELVE:
      return readUint(cdb, 6, 4);
    default:
      return readUint(cdb, 7, 2);
  }
}

/** First byte of the length field, for field pointers. */
export function lengthByte(cdb: Uint8Array): number {
  switch (group(cdb)) {
    case SIX:
      return 4;
    case SIXTEEN:
      return 10;
    case TWELVE:
      return 6;
    default:
      return 7;
  }
}

/**
 * True if the range lies in the unit. An LBA equal to the capacity is no valid LBA, also with no
 * blocks to move.
 */
export function inRange(unit: LogicalUnit, lba: number, blocks: number): boolean {
  return lba < unit.blocks && blocks <= unit.blocks - lba;
}

/** The bytes of a CDB whose count of 0 means to the end; null: out of range. */
export function bytesToEnd(
  cdb: Uint8Array,
  unit: LogicalUnit,
): { readonly offset: number; readonly length: number } | null {
  const lba = lbaOf(cdb);
  const blocks = blocksOf(cdb);
  if (!inRange(unit, lba, blocks)) return null;
  const offset = lba * unit.blockSize;
  return { offset, length: blocks === 0 ? unit.store.size - offset : blocks * unit.blockSize };
}

/** LOGICAL BLOCK ADDRESS OUT OF RANGE. */
export function outOfRange(call: Call): boolean {
  return call.refuse(0x21, 0x00);
}
