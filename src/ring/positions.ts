// SPDX-License-Identifier: MIT
// Where producer and consumer of a ring stand: from telemetry and the status words, or from these alone.
import type { RingName } from "../abi/event.js";

export interface RingPositions {
  /** Free-running u32; null where the kernel offers no telemetry. */
  readonly producerIndex: number | null;
  readonly consumerIndex: number | null;
  /** The slot to be filled next and the one to be consumed next; null where nothing shows it. */
  readonly producerSlot: number | null;
  readonly consumerSlot: number | null;
}

const UNKNOWN: RingPositions = {
  producerIndex: null,
  consumerIndex: null,
  producerSlot: null,
  consumerSlot: null,
};

/** Length of the unbroken run of published slots from `index` on, in direction `step`. */
function runLength(published: readonly boolean[], index: number, step: 1 | -1): number {
  const size = published.length;
  let run = 0;
  while (run < size && published[(((index + step * run) % size) + size) % size]) run++;
  return run;
}

/**
 * kuring: the kernel's count is the producer. Events published after their slot was copied are
 * left out, so that both indices fit the slots. The consumer stands behind the unbroken run.
 */
function kuringPositions(published: readonly boolean[], before: number, after: number) {
  let producer = after;
  const isPublished = (index: number) => published[(index >>> 0) % published.length] === true;
  while (producer !== before && !isPublished(producer - 1)) producer = (producer - 1) >>> 0;
  const pending = runLength(published, ((producer - 1) >>> 0) % published.length, -1);
  return { producer, consumer: (producer - pending) >>> 0 };
}

/** ukring: the kernel's count is the consumer; the producer stands at the end of the run. */
function ukringPositions(published: readonly boolean[], before: number, after: number) {
  let consumer = before;
  while (consumer !== after && !published[consumer % published.length]) {
    consumer = (consumer + 1) >>> 0;
  }
  const pending = runLength(published, consumer % published.length, 1);
  return { producer: (consumer + pending) >>> 0, consumer };
}

/**
 * Without telemetry: if some slots, but not all, are published and they lie in one run, then its
 * ends are the positions, provided nobody skipped a slot (H23). No index can be known.
 */
function positionsOfRun(published: readonly boolean[]): RingPositions {
  const size = published.length;
  const starts = published
    .map((is, slot) => (is && !published[(slot + size - 1) % size] ? slot : -1))
    .filter((slot) => slot >= 0);
  const [start] = starts;
  if (start === undefined || starts.length > 1) return UNKNOWN;
  const producerSlot = (start + runLength(published, start, 1)) % size;
  return { ...UNKNOWN, producerSlot, consumerSlot: start };
}

/**
 * `published`: whether each slot's copy had a status other than 0. `before`, `after`: the kernel's
 * free-running index (kuring produced, ukring consumed) around the copying, null without telemetry.
 */
export function recoverPositions(
  ring: RingName,
  published: readonly boolean[],
  before: number | null,
  after: number | null,
): RingPositions {
  if (before === null || after === null) return positionsOfRun(published);
  const { producer, consumer } =
    ring === "kuring"
      ? kuringPositions(published, before, after)
      : ukringPositions(published, before, after);
  return {
    producerIndex: producer,
    consumerIndex: consumer,
    producerSlot: producer % published.length,
    consumerSlot: consumer % published.length,
  };
}
