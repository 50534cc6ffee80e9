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
  /** Events that are kept for a reader that is late; where it is not said, what a ring holds. */
  readonly holds?: number;
}

// Entry: u32 ring | u32 index | f64 t_ns | s32 verdict | u32 flags | the slot.
const ENTRY_HEADER = 24;
const VERDICT_KNOWN = 1;
// Header: i32 written low, i32 entry count mask; both free-running in entries.
const HEADER_SIZE = 64;
const WRITTEN = 0;
/** Entries fetched at once: what another processor has just written is dear to ask for word by word. */
const FETCHED = 64;

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
  readonly #words: Int32Array;
  readonly #entryWords: number;
  /** Entries as fetched, whole. */
  readonly #fetched: Int32Array;
  readonly #fetchedDoubles: Float64Array;
  readonly #event: ObservedEvent;
  /** The event's slot. */
  readonly #slot: Int32Array;
  #next = 0;
  #missed = 0;

  constructor(shape: JournalShape, slotSize: number) {
    this.#shape = shape;
    this.#head = new Int32Array(shape.memory, 0, HEADER_SIZE >> 2);
    this.#words = new Int32Array(shape.memory, HEADER_SIZE);
    this.#entryWords = shape.entrySize >> 2;
    this.#fetched = new Int32Array(FETCHED * this.#entryWords);
    this.#fetchedDoubles = new Float64Array(this.#fetched.buffer);
    this.#slot = new Int32Array((slotSize + 3) >> 2);
    const slot = new Uint8Array(this.#slot.buffer, 0, slotSize);
    this.#event = { ring: "kuring", index: 0, tNs: 0, slot, verdict: null };
  }

  get holds(): number {
    return this.#shape.entries;
  }

  get missed(): number {
    return this.#missed;
  }

  read(sink: (event: ObservedEvent) => void, limit = Number.POSITIVE_INFINITY): void {
    for (let left = limit; left > 0; ) {
      const count = this.#fetch(Math.min(left, FETCHED));
      if (count === 0) return;
      for (let i = 0; i < count; i++) {
        this.#point(i * this.#entryWords);
        this.#next = (this.#next + 1) | 0;
        sink(this.#event);
      }
      left -= count;
    }
  }

  #behind(): number {
    return (Atomics.load(this.#head, WRITTEN) - this.#next) | 0;
  }

  /** At most `most` of the next entries; returns how many there were. What is gone by now is missed. */
  #fetch(most: number): number {
    const { entries } = this.#shape;
    for (;;) {
      let behind = this.#behind();
      // the entry being overwritten right now is entries - 1 behind the newest
      if (behind >= entries) behind -= this.#skip(behind - entries / 2);
      const at = this.#next & (entries - 1);
      const count = Math.min(most, behind, entries - at);
      if (count === 0) return 0;
      const words = this.#entryWords;
      this.#fetched.set(this.#words.subarray(at * words, (at + count) * words));
      if (this.#behind() < entries) return count;
      // else overwritten under the copy
    }
  }

  #skip(count: number): number {
    this.#missed += count;
    this.#next = (this.#next + count) | 0;
    return count;
  }

  /** The event becomes the fetched entry at that word. A loop: at this size `subarray` and `set` cost more. */
  #point(base: number): void {
    const [event, words, slot] = [this.#event, this.#fetched, this.#slot];
    event.ring = words[base] === 0 ? "kuring" : "ukring";
    event.index = (words[base + 1] ?? 0) >>> 0;
    event.tNs = this.#fetchedDoubles[(base + 2) >> 1] ?? 0;
    event.verdict = (words[base + 5] ?? 0) & VERDICT_KNOWN ? (words[base + 4] ?? 0) : null;
    const from = base + (ENTRY_HEADER >> 2);
    for (let i = 0; i < slot.length; i++) slot[i] = words[from + i] ?? 0;
  }
}
