// SPDX-License-Identifier: MIT
// The last N events, as bytes with their stamps, in one fixed block of memory.

import type { RingName } from "../abi/event.js";
import type { ObservedEvent } from "./journal.js";

/** A copy of one event, safe to keep. */
export interface PastEvent {
  /** Counts every event ever recorded here, from 0. */
  readonly number: number;
  readonly ring: RingName;
  readonly index: number;
  readonly tNs: number;
  readonly verdict: number | null;
  readonly slot: Uint8Array;
}

const NO_VERDICT = 0x7fffffff;

export class EventHistory {
  readonly capacity: number;
  readonly #entrySize: number;
  readonly #slots: Uint8Array;
  readonly #index: Uint32Array;
  readonly #ring: Uint8Array;
  readonly #t: Float64Array;
  readonly #verdict: Int32Array;
  #count = 0;

  constructor(entrySize: number, capacity = 1024) {
    this.capacity = capacity;
    this.#entrySize = entrySize;
    this.#slots = new Uint8Array(capacity * entrySize);
    this.#index = new Uint32Array(capacity);
    this.#ring = new Uint8Array(capacity);
    this.#t = new Float64Array(capacity);
    this.#verdict = new Int32Array(capacity);
  }

  /** Events ever recorded; the newest is number `count - 1`. */
  get count(): number {
    return this.#count;
  }

  /** Number of the oldest event still here. */
  get first(): number {
    return Math.max(0, this.#count - this.capacity);
  }

  record(event: ObservedEvent): void {
    const at = this.#count % this.capacity;
    this.#slots.set(event.slot, at * this.#entrySize);
    this.#index[at] = event.index;
    this.#ring[at] = event.ring === "kuring" ? 0 : 1;
    this.#t[at] = event.tNs;
    this.#verdict[at] = event.verdict ?? NO_VERDICT;
    this.#count++;
  }

  /** Event `number`, or null if it is not here (any more). */
  get(number: number): PastEvent | null {
    if (number < this.first || number >= this.#count) return null;
    const at = number % this.capacity;
    const verdict = this.#verdict[at] ?? NO_VERDICT;
    return {
      number,
      ring: this.#ring[at] === 0 ? "kuring" : "ukring",
      index: this.#index[at] ?? 0,
      tNs: this.#t[at] ?? 0,
      verdict: verdict === NO_VERDICT ? null : verdict,
      slot: this.#slots.slice(at * this.#entrySize, (at + 1) * this.#entrySize),
    };
  }

  /** The newest `n`, oldest first. */
  tail(n: number): PastEvent[] {
    const events: PastEvent[] = [];
    for (let i = Math.max(this.first, this.#count - n); i < this.#count; i++) {
      const event = this.get(i);
      if (event) events.push(event);
    }
    return events;
  }
}
