// SPDX-License-Identifier: MIT
// Where rings and slots lie in the mapping, and which slot an index means.
import type { Dialect } from "../abi/dialect.js";
import type { RingName } from "../abi/event.js";

export const RING_NAMES: readonly RingName[] = ["kuring", "ukring"];

/** Bytes of one ring; kuring lies at byte 0 of the mapping, ukring behind it. */
export const RING_BYTES = 65536;

/** What each side of the interface calls the ring, for the reader who knows the old names. */
export const RING_ALIASES: Readonly<Record<RingName, string>> = { kuring: "tx", ukring: "rx" };

/** Byte offset of a ring in the mapping of both. */
export function ringStart(ring: RingName): number {
  return ring === "kuring" ? 0 : RING_BYTES;
}

/** Byte offset of a slot (its header) in the mapping of both rings. */
export function slotStart(dialect: Dialect, ring: RingName, slot: number): number {
  return ringStart(ring) + slot * dialect.entrySize;
}

/** The slot that a free-running index means. */
export function slotOfIndex(dialect: Dialect, index: number): number {
  return (index >>> 0) % dialect.nrEntry;
}
