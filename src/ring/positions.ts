// SPDX-License-Identifier: MIT
// Where producer and consumer of a ring stand: from telemetry and the slots, or from these alone.
import type { RingName } from "../abi/event.js";
import { type BareSlot, type RingPositions, recoverFromSlots } from "./recovery.js";

/** What a snapshot saw of one slot. */
export interface SlotState extends BareSlot {
  /** Index of the published event if a stamp tells: one lap's must not pass for another's. */
  readonly index: number | null;
}

/** Whether the copy shows the event of free-running `index` as published and not consumed. */
function holds(slots: readonly SlotState[], index: number): boolean {
  const slot = slots[(index >>> 0) % slots.length];
  return (
    slot !== undefined && slot.status !== 0 && (slot.index === null || slot.index === index >>> 0)
  );
}

/** Length of the unbroken run of published events from `index` on, in direction `step`. */
function runLength(slots: readonly SlotState[], index: number, step: 1 | -1): number {
  let run = 0;
  while (run < slots.length && holds(slots, index + step * run)) run++;
  return run;
}

/**
 * `slots`: what each slot's copy showed. `known`: the kernel's free-running index, null without
 * telemetry: for kuring `produced`, read before the first slot was copied, for ukring `consumed`,
 * read after the last. That way every event between the indices was there to be copied: under
 * traffic both are values that were true while the copy was made.
 */
export function recoverPositions(
  ring: RingName,
  slots: readonly SlotState[],
  known: number | null,
): RingPositions {
  if (known === null) return recoverFromSlots(slots);
  const isProducer = ring === "kuring";
  const run = isProducer ? runLength(slots, known - 1, -1) : runLength(slots, known, 1);
  const producerIndex = isProducer ? known : (known + run) >>> 0;
  const consumerIndex = isProducer ? (known - run) >>> 0 : known;
  return {
    producerIndex,
    consumerIndex,
    producerSlot: producerIndex % slots.length,
    consumerSlot: consumerIndex % slots.length,
    why: null,
  };
}
