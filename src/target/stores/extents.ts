// SPDX-License-Identifier: MIT
// Where a sparse file holds data and where it does not.
import type { StoreIo } from "./store.js";

export interface Extent {
  readonly mapped: boolean;
  /** Bytes from the asked offset on that are alike; more than 0. */
  readonly length: number;
}

/** A multiple of every logical block size: a block with any data in it counts as mapped. */
const STEP = 4096;

/** The extent at `offset`, at most `length` bytes. Errors: the system's. */
export function extentAt(io: StoreIo, fd: number, offset: number, length: number): Extent {
  const data = Number(io.seekData(fd, BigInt(offset), "data"));
  if (data < 0) return { mapped: false, length };
  const hole = data - (data % STEP) - offset;
  if (hole > 0) return { mapped: false, length: Math.min(length, hole) };
  const end = Number(io.seekData(fd, BigInt(Math.max(data, offset)), "hole"));
  if (end < 0) return { mapped: true, length }; // it shrank between the two calls
  return { mapped: true, length: Math.min(length, Math.ceil(end / STEP) * STEP - offset) };
}
