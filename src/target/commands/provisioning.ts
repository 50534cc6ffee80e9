// SPDX-License-Identifier: MIT
// Whether a unit is thin provisioned, and how much one command may unmap, zero or compare. SBC-3 4.7, 6.6.4.
import type { LogicalUnit } from "../units/logical-unit.js";

/** Bytes of one UNMAP: even where a hole has to be written as zeroes it ends before a timeout. */
const MAX_UNMAP = 512 * 2 ** 20;
export const MAX_UNMAP_DESCRIPTORS = 256;
/** Bytes; less gives no room back, and a page is the least that any of our stores gives back. */
export const UNMAP_GRANULARITY = 4096;
/** Bytes that one WRITE SAME may have to write; and blocks, as many as WRITE SAME (10) can ask for. */
const MAX_WRITE_SAME = 128 * 2 ** 20;
const MAX_WRITE_SAME_BLOCKS = 0xffff;
/** Bytes; it reads and writes them while everything else waits. */
const MAX_COMPARE_AND_WRITE = 64 * 1024;

/**
 * Blocks can be unmapped, and read as zeroes then. What unmaps has data-out that decides the status,
 * so it takes data-only (`dataOnly`).
 */
export function isThin(unit: LogicalUnit, dataOnly: boolean): boolean {
  return dataOnly && unit.store.discards;
}

/** MAXIMUM UNMAP LBA COUNT, of all descriptors together. */
export function maxUnmap(unit: LogicalUnit): number {
  return MAX_UNMAP / unit.blockSize;
}

/** MAXIMUM WRITE SAME LENGTH, in blocks. */
export function maxWriteSame(unit: LogicalUnit): number {
  return Math.min(MAX_WRITE_SAME / unit.blockSize, MAX_WRITE_SAME_BLOCKS);
}

/** MAXIMUM COMPARE AND WRITE LENGTH, in blocks. */
export function maxCompareAndWrite(unit: LogicalUnit): number {
  return MAX_COMPARE_AND_WRITE / unit.blockSize;
}
