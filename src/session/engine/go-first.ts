// SPDX-License-Identifier: MIT
// How a thread that waits for the device is let in when it is woken.
import type { Native } from "../../device/native.js";

/** The least that Linux grants. */
const SLICE_NS = 100_000n;

/**
 * Woken, we want a processor at once and for a moment, also from a thread that has just begun to use it:
 * with the slices of everybody else that thread goes on for 1.4 ms and more.
 */
export function goFirst(shim: Native): void {
  try {
    shim.setSlice(SLICE_NS);
  } catch {
    // not allowed here, in a container perhaps: then we wait as others do
  }
}
