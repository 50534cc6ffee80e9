// SPDX-License-Identifier: MIT
// The last N events, as bytes with their stamps and what belongs together, in one fixed block of memory.

import type { RingName } from "../abi/event.js";
import type { ObservedEvent } from "./journal.js";
import type { EventKind } from "./slot-fields.js";

/** A copy of one event, safe to keep. */
export interface PastEvent {
  /** Counts every event ever recorded here, from 0. */
  readonly number: number;
  readonly ring: RingName;
  readonly index: number;
  readonly tNs: number;
  readonly verdict: number | null;
  readonly slot: Uint8Array;
  /** Number of the request it belongs to, its own if it is one; -1: not known. It may be gone. */
  readonly request: number;
  /** When that request was seen, ns; null where it is not known. */
  readonly since: number | null;
}

/** What an event belongs to. `before`: the event of the same command or function before it. */
export interface Origin {
  readonly request: number;
  readonly since: number;
  readonly before: number;
}

const NO_VERDICT = 0x7fffffff;
const NONE = -1;

export class EventHistory {
  readonly capacity: number;
  /** Over all slots' bytes, for `at`. */
  readonly view: DataView;
  readonly #entrySize: number;
  readonly #slots: Uint8Array;
  readonly #index: Uint32Array;
  readonly #ring: Uint8Array;
  readonly #kind: Int8Array;
  readonly #t: Float64Array;
  readonly #verdict: Int32Array;
  readonly #request: Float64Array;
  readonly #since: Float64Array;
  readonly #next: Float64Array;
  /** The latest event of each slot, kuring first. */
  readonly #latest: Float64Array;
  readonly #slotsPerRing: number;
  #count = 0;

  constructor(entrySize: number, capacity = 1024, slotsPerRing = 512) {
    this.capacity = capacity;
    this.#slotsPerRing = slotsPerRing;
    this.#latest = new Float64Array(2 * slotsPerRing).fill(NONE);
    this.#entrySize = entrySize;
    this.#slots = new Uint8Array(capacity * entrySize);
    this.view = new DataView(this.#slots.buffer);
    this.#index = new Uint32Array(capacity);
    this.#ring = new Uint8Array(capacity);
    this.#kind = new Int8Array(capacity);
    this.#t = new Float64Array(capacity);
    this.#verdict = new Int32Array(capacity);
    this.#request = new Float64Array(capacity);
    this.#since = new Float64Array(capacity);
    this.#next = new Float64Array(capacity);
  }

  /** Empty, of the same shape. */
  sibling(): EventHistory {
    return new EventHistory(this.#entrySize, this.capacity, this.#slotsPerRing);
  }

  /** Holds from now on what `other`, of the same shape, holds now. */
  copy(other: EventHistory): void {
    this.#slots.set(other.#slots);
    this.#index.set(other.#index);
    this.#ring.set(other.#ring);
    this.#kind.set(other.#kind);
    this.#t.set(other.#t);
    this.#verdict.set(other.#verdict);
    this.#request.set(other.#request);
    this.#since.set(other.#since);
    this.#next.set(other.#next);
    this.#latest.set(other.#latest);
    this.#count = other.#count;
  }

  /** Events ever recorded; the newest is number `count - 1`. */
  get count(): number {
    return this.#count;
  }

  /** Number of the oldest event still here. */
  get first(): number {
    return Math.max(0, this.#count - this.capacity);
  }

  has(number: number): boolean {
    return number >= this.first && number < this.#count;
  }

  /** `origin` null: not known; a request's own is `Origin.request = count`. */
  record(event: ObservedEvent, kind: EventKind = -1, origin: Origin | null = null): void {
    const at = this.#count % this.capacity;
    this.#slots.set(event.slot, at * this.#entrySize);
    this.#index[at] = event.index;
    this.#ring[at] = event.ring === "kuring" ? 0 : 1;
    this.#kind[at] = kind;
    this.#t[at] = event.tNs;
    this.#verdict[at] = event.verdict ?? NO_VERDICT;
    this.#request[at] = origin?.request ?? NONE;
    this.#since[at] = origin?.since ?? Number.NaN;
    this.#next[at] = NONE;
    const number = this.#count++;
    this.#latest[this.#slotPlace(event.ring, event.index % this.#slotsPerRing)] = number;
    const before = origin?.before ?? NONE;
    if (before < number && this.has(before)) this.#next[before % this.capacity] = number;
  }

  #slotPlace(ring: RingName, slot: number): number {
    return ring === "kuring" ? slot : this.#slotsPerRing + slot;
  }

  /** The latest event of a slot that is here, -1: none. */
  latestIn(ring: RingName, slot: number): number {
    const number = this.#latest[this.#slotPlace(ring, slot)] ?? NONE;
    return this.has(number) ? number : NONE;
  }

  /** The event of the same slot before or behind this one, -1: none is here. */
  neighbourIn(number: number, by: 1 | -1): number {
    const ring = this.ring(number);
    const slot = this.index(number) % this.#slotsPerRing;
    for (let other = number + by; this.has(other); other += by) {
      if (this.index(other) % this.#slotsPerRing === slot && this.ring(other) === ring)
        return other;
    }
    return NONE;
  }

  /** The first event here of the command or function that this one is of; -1: its request is not known. */
  firstOf(number: number): number {
    const request = this.request(number);
    if (request < 0 || this.has(request)) return request;
    let first = this.first;
    while (first < number && this.request(first) !== request) first++;
    return first;
  }

  // ---- of one event that is here, without an object ---------------------------

  /** Where in `view` its slot begins. */
  at(number: number): number {
    return (number % this.capacity) * this.#entrySize;
  }
  kind(number: number): EventKind {
    return (this.#kind[number % this.capacity] ?? -1) as EventKind;
  }
  ring(number: number): RingName {
    return this.#ring[number % this.capacity] === 0 ? "kuring" : "ukring";
  }
  index(number: number): number {
    return this.#index[number % this.capacity] ?? 0;
  }
  tNs(number: number): number {
    return this.#t[number % this.capacity] ?? 0;
  }
  verdict(number: number): number | null {
    const verdict = this.#verdict[number % this.capacity] ?? NO_VERDICT;
    return verdict === NO_VERDICT ? null : verdict;
  }
  request(number: number): number {
    return this.#request[number % this.capacity] ?? NONE;
  }
  since(number: number): number | null {
    const since = this.#since[number % this.capacity] ?? Number.NaN;
    return Number.isNaN(since) ? null : since;
  }
  /** The next event of the same command or function, -1: none was seen. */
  next(number: number): number {
    return this.#next[number % this.capacity] ?? NONE;
  }

  /** Event `number`, or null if it is not here (any more). */
  get(number: number): PastEvent | null {
    if (!this.has(number)) return null;
    const at = this.at(number);
    return {
      number,
      ring: this.ring(number),
      index: this.index(number),
      tNs: this.tNs(number),
      verdict: this.verdict(number),
      slot: this.#slots.slice(at, at + this.#entrySize),
      request: this.request(number),
      since: this.since(number),
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
