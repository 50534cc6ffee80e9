// SPDX-License-Identifier: MIT
// Following one ring without telemetry: what changed between two looks is new. Laps cannot be seen.

import type { Dialect } from "../../abi/dialect.js";
import type { RingName } from "../../abi/event.js";
import type { ObservedEvent } from "../journal.js";

/**
 * The slot whose event is the oldest, as far as bytes tell: behind the published ones, or 0 in a ring
 * whose end was never used. Null where nothing tells.
 */
export function oldestSlot(
  words: Int32Array,
  base: number,
  stride: number,
  nr: number,
): number | null {
  const status = (slot: number): number => words[base + (slot % nr) * stride] ?? 0;
  for (let slot = 0; slot < nr; slot++) {
    if (status(slot) !== 0 && status(slot + 1) === 0) return (slot + 1) % nr;
  }
  const last = base + (nr - 1) * stride;
  for (let i = 0; i < stride; i++) if (words[last + i] !== 0) return null;
  return 0;
}

/**
 * `look()` compares with the look before and queues what is new; then as StampedRing: `fill`, `event`,
 * `take`. Of `event.index` only the slot (its low bits) means anything; `tNs` is the time of the look.
 */
export class ComparedRing {
  readonly event: ObservedEvent;
  readonly #words: Int32Array;
  readonly #before: Int32Array;
  readonly #base: number;
  readonly #stride: number;
  readonly #nr: number;
  readonly #copied: Int32Array;
  /** Slots found changed while free: their publication may only now be coming. */
  readonly #early: Uint8Array;
  #queue: number[] = [];
  #at = 0;
  #index = 0;
  #first = true;
  #complete = false;

  constructor(dialect: Dialect, rings: Int32Array, base: number, ring: RingName) {
    this.#words = rings;
    this.#base = base >> 2;
    this.#stride = dialect.entrySize >> 2;
    this.#nr = dialect.nrEntry;
    this.#before = new Int32Array(this.#nr * this.#stride);
    this.#early = new Uint8Array(this.#nr);
    const slot = new Uint8Array(dialect.entrySize);
    this.event = { ring, index: 0, tNs: 0, slot, verdict: null };
    this.#copied = new Int32Array(slot.buffer);
  }

  /** At the first look the ring had not wrapped: it held all that ever was in it. */
  get beganComplete(): boolean {
    return this.#complete;
  }

  /** Slots queued and not yet taken. */
  get pending(): number {
    return this.#queue.length - this.#at;
  }

  /** The bytes of queued event `i` (0 = next), copied into `into`. */
  peek(i: number, into: Int32Array): void {
    const slot = this.#queue[this.#at + i] ?? 0;
    for (let w = 0; w < this.#stride; w++) into[w] = this.#before[slot * this.#stride + w] ?? 0;
  }

  /** Only after all queued events were taken. The first look finds what the ring still holds. */
  look(nowNs: number): void {
    const oldest = this.#first
      ? oldestSlot(this.#words, this.#base, this.#stride, this.#nr)
      : this.#index % this.#nr;
    const changed: number[] = [];
    for (let i = 0; i < this.#nr; i++) {
      const slot = ((oldest ?? 0) + i) % this.#nr;
      if (this.#takeOver(slot)) changed.push(slot);
    }
    if (this.#first) this.#complete = !this.#used(this.#nr - 1);
    // in a full ring of unknown order a request cannot be told from a finished one
    this.#queue = this.#first && oldest === null ? [] : changed;
    this.#at = 0;
    this.#first = false;
    this.event.tNs = nowNs;
  }

  /** Whether the slot, as of the last look, has a byte that is not 0. */
  #used(slot: number): boolean {
    return this.#before
      .subarray(slot * this.#stride, (slot + 1) * this.#stride)
      .some((w) => w !== 0);
  }

  /** Remembers the slot as it is now; true if that is another event than before. */
  #takeOver(slot: number): boolean {
    const from = this.#base + slot * this.#stride;
    const to = slot * this.#stride;
    const status = this.#words[from] ?? 0;
    const published = status !== 0 && this.#before[to] === 0;
    this.#before[to] = status;
    let changed = false;
    for (let i = 1; i < this.#stride; i++) {
      const word = this.#words[from + i] ?? 0;
      if (word === this.#before[to + i]) continue;
      this.#before[to + i] = word;
      changed = true;
    }
    // a new owner wipes the rings: that is no event
    if (changed && status === 0 && !this.#used(slot)) changed = false;
    const seenEarly = this.#early[slot] === 1 && !changed;
    this.#early[slot] = changed && status === 0 ? 1 : 0;
    return changed || (published && !seenEarly);
  }

  fill(): boolean {
    const slot = this.#queue[this.#at];
    if (slot === undefined) return false;
    this.peek(0, this.#copied);
    this.event.index = this.#index + ((slot - this.#index) & (this.#nr - 1));
    return true;
  }

  take(): void {
    this.#index = this.event.index + 1;
    this.#at++;
  }
}
