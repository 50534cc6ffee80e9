// SPDX-License-Identifier: MIT
// The engine's journal: every event of both rings, from the engine's thread to one reader, through
// shared memory. The writer never waits: what the reader did not fetch in time is counted as missed.

import type { RingName } from "../abi/event.js";

/** One event as somebody saw it. Reused by its producer: copy what is to be kept. */
export interface ObservedEvent {
  ring: RingName;
  /** Free-running index of the slot in its ring. */
  index: number;
  /** CLOCK_MONOTONIC in ns as a double: exact for the first 104 days of uptime. */
  tNs: number;
  /** The slot's bytes, header included (`dialect.entrySize`). */
  readonly slot: Uint8Array;
  /** ukring: the kernel's verdict, null where it is not known. kuring: null. */
  verdict: number | null;
}

/** Where events come from: the engine's journal, or a look at the rings from outside. */
export interface EventSource {
  /**
   * Calls `sink` for each event since the last call, oldest first. At most `limit` events are
   * delivered; what is left over comes with the next call.
   */
  read(sink: (event: ObservedEvent) => void, limit?: number): void;
  /** Events that happened and were never delivered; null where that cannot be known. */
  readonly missed: number | null;
  /** Where `missed` is null: a number that is never above the truth. */
  readonly missedAtLeast?: number;
  /** Holes in what is delivered, beside those that `missed` counts: grows with each. */
  readonly gaps?: number;
}

// Entry: u32 ring | u32 index | f64 t_ns | s32 verdict | u32 flags | the slot.
const ENTRY_HEADER = 24;
const VERDICT_KNOWN = 1;
// Header: i32 written low, i32 entry count mask; both free-running in entries.
const HEADER_SIZE = 64;
const WRITTEN = 0;

export interface JournalShape {
  readonly memory: SharedArrayBuffer;
  readonly entrySize: number;
  /** A power of two. */
  readonly entries: number;
}

/** Shared memory for `entries` events (a power of two) of `slotSize` bytes. */
export function createJournal(slotSize: number, entries: number): JournalShape {
  const entrySize = ENTRY_HEADER + ((slotSize + 7) & ~7);
  return { memory: new SharedArrayBuffer(HEADER_SIZE + entries * entrySize), entrySize, entries };
}

/** The engine's end. One thread only. */
export class JournalWriter {
  readonly #head: Int32Array;
  readonly #words: Int32Array;
  readonly #doubles: Float64Array;
  readonly #entryWords: number;
  readonly #mask: number;
  #next = 0;

  constructor(shape: JournalShape) {
    this.#head = new Int32Array(shape.memory, 0, HEADER_SIZE >> 2);
    this.#words = new Int32Array(shape.memory, HEADER_SIZE);
    this.#doubles = new Float64Array(shape.memory, HEADER_SIZE);
    this.#entryWords = shape.entrySize >> 2;
    this.#mask = shape.entries - 1;
  }

  /**
   * Copies `slotWords` 32-bit words of the slot at `from[at]`.
   * `verdict` is null where there is none.
   */
  write(
    ring: 0 | 1,
    index: number,
    tNs: number,
    verdict: number | null,
    from: Int32Array,
    at: number,
    slotWords: number,
  ): void {
    const words = this.#words;
    const base = (this.#next & this.#mask) * this.#entryWords;
    words[base] = ring;
    words[base + 1] = index;
    this.#doubles[(base + 2) >> 1] = tNs;
    words[base + 4] = verdict ?? 0;
    words[base + 5] = verdict === null ? 0 : VERDICT_KNOWN;
    const to = base + 6;
    for (let i = 0; i < slotWords; i++) words[to + i] = from[at + i] as number;
    this.#next = (this.#next + 1) | 0;
    // pairs with the load in JournalReader.read: the entry is whole before it is counted
    Atomics.store(this.#head, WRITTEN, this.#next);
  }
}

/** The session's end. One thread only. */
export class JournalReader implements EventSource {
  readonly #shape: JournalShape;
  readonly #head: Int32Array;
  readonly #view: DataView;
  readonly #bytes: Uint8Array;
  readonly #event: ObservedEvent & { slot: Uint8Array };
  #next = 0;
  #missed = 0;

  constructor(shape: JournalShape, slotSize: number) {
    this.#shape = shape;
    this.#head = new Int32Array(shape.memory, 0, HEADER_SIZE >> 2);
    this.#view = new DataView(shape.memory, HEADER_SIZE);
    this.#bytes = new Uint8Array(shape.memory, HEADER_SIZE);
    this.#event = {
      ring: "kuring",
      index: 0,
      tNs: 0,
      slot: new Uint8Array(slotSize),
      verdict: null,
    };
  }

  get missed(): number {
    return this.#missed;
  }

  read(sink: (event: ObservedEvent) => void, limit = Number.POSITIVE_INFINITY): void {
    const { entries, entrySize } = this.#shape;
    for (let delivered = 0; delivered < limit; delivered++) {
      const written = Atomics.load(this.#head, WRITTEN);
      const behind = (written - this.#next) | 0;
      if (behind === 0) return;
      // the entry being overwritten right now is entries - 1 behind the newest
      if (behind >= entries) this.#skip(behind - entries / 2);
      const base = (this.#next & (entries - 1)) * entrySize;
      this.#copy(base);
      const after = (Atomics.load(this.#head, WRITTEN) - this.#next) | 0;
      if (after >= entries) {
        this.#skip(1); // overwritten under the copy
        continue;
      }
      this.#next = (this.#next + 1) | 0;
      sink(this.#event);
    }
  }

  #skip(count: number): void {
    this.#missed += count;
    this.#next = (this.#next + count) | 0;
  }

  #copy(base: number): void {
    const event = this.#event;
    event.ring = this.#view.getUint32(base, true) === 0 ? "kuring" : "ukring";
    event.index = this.#view.getUint32(base + 4, true);
    event.tNs = this.#view.getFloat64(base + 8, true);
    event.verdict =
      this.#view.getUint32(base + 20, true) & VERDICT_KNOWN
        ? this.#view.getInt32(base + 16, true)
        : null;
    const from = base + ENTRY_HEADER;
    event.slot.set(this.#bytes.subarray(from, from + event.slot.length));
  }
}
