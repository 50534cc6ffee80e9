// SPDX-License-Identifier: MIT
// Where producer and consumer stand, told from the slots alone: what kernels without telemetry leave.

/** What is known of a ring's two sides. */
export interface RingPositions {
  /** Free-running u32, counted from when the ring was wiped; null where it cannot be known. */
  readonly producerIndex: number | null;
  readonly consumerIndex: number | null;
  /** The slot to be filled next and the one to be consumed next; null where nothing shows it. */
  readonly producerSlot: number | null;
  readonly consumerSlot: number | null;
  /** What cannot be known, or is doubtful, and why, in words; null where nothing is. */
  readonly why: string | null;
}

/** One slot as it was copied. */
export interface BareSlot {
  /** Its status word; anything but 0 counts as published, as both sides take it. */
  readonly status: number;
  /** Some byte of it is not 0. */
  readonly used: boolean;
}

export const UNKNOWN: RingPositions = {
  producerIndex: null,
  consumerIndex: null,
  producerSlot: null,
  consumerSlot: null,
  why: null,
};

/** No lap count is anywhere in the ring. */
export const NO_INDEX = "no index: the ring has wrapped, laps are not counted";
const ALL_FREE = "wrapped and all consumed: the next event tells";
const FULL = "every slot is published: the oldest is not marked";

/** Starts and lengths of the unbroken runs, round the ring, of slots for which `is` holds. */
export function runsOf(size: number, is: (slot: number) => boolean): [number, number][] {
  const runs: [number, number][] = [];
  for (let start = 0; start < size; start++) {
    if (!is(start) || is((start + size - 1) % size)) continue;
    let length = 1;
    while (is((start + length) % size)) length++;
    runs.push([start, length]);
  }
  const all = runs.length === 0 && size > 0 && is(0);
  return all ? [[0, size]] : runs;
}

function badStatus(slots: readonly BareSlot[]): string | null {
  const slot = slots.findIndex(({ status }) => status !== 0 && status !== 1);
  if (slot < 0) return null;
  const word = ((slots[slot]?.status ?? 0) >>> 0).toString(16);
  return `slot ${slot} has status 0x${word} (H24), taken as published`;
}

/**
 * Positions at one look. A ring whose last slots were never used has not wrapped: there index and slot
 * are the same. (An event of nothing but zeroes leaves no trace, a slot just being filled looks
 * consumed: of a ring that is all consumed the index may be off by one.)
 */
export function recoverFromSlots(slots: readonly BareSlot[]): RingPositions {
  const size = slots.length;
  const runs = runsOf(size, (slot) => slots[slot]?.status !== 0);
  const extent = slots.findLastIndex(({ status, used }) => status !== 0 || used) + 1;
  const bad = badStatus(slots);
  if (runs.length > 1) {
    if (bad !== null) return { ...UNKNOWN, why: bad };
    const why = `published in ${runs.length} runs: a slot was skipped (H23), or it moved`;
    return { ...UNKNOWN, ...(extent < size && at("producer", extent)), why };
  }
  const [run] = runs;
  if (!run) return extent < size ? both(extent, extent, bad) : { ...UNKNOWN, why: ALL_FREE };
  const [start, length] = run;
  if (length === size) return { ...UNKNOWN, why: bad ?? FULL };
  if (extent < size) return firstLap(slots, start, start + length, extent, bad);
  const producerSlot = (start + length) % size;
  return { ...UNKNOWN, producerSlot, consumerSlot: start, why: bad ?? NO_INDEX };
}

/** One run of published slots in a ring that has not wrapped. */
function firstLap(
  slots: readonly BareSlot[],
  start: number,
  end: number,
  extent: number,
  bad: string | null,
): RingPositions {
  // one used slot behind the published ones is being filled
  if (extent - end > 1) {
    return {
      ...UNKNOWN,
      why: bad ?? `slots behind the published ones are used: out of step (H07)`,
    };
  }
  const hole = slots.slice(0, start).findIndex(({ used }) => !used);
  if (hole < 0) return both(end, start, bad);
  const why = bad ?? `slot ${hole} was never filled: skipped (H23), its consumer may wait there`;
  return { ...UNKNOWN, ...at("producer", end), why };
}

function at(side: "producer" | "consumer", index: number): Partial<RingPositions> {
  return { [`${side}Index`]: index, [`${side}Slot`]: index };
}

function both(producer: number, consumer: number, why: string | null): RingPositions {
  return { ...UNKNOWN, ...at("producer", producer), ...at("consumer", consumer), why };
}
