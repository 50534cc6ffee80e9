// SPDX-License-Identifier: MIT
// The task set of one logical unit: which commands may run, which wait for older ones. SAM-5 8.
import type { Flight } from "./flights.js";

export const HEAD_OF_QUEUE = 0x21;
export const ORDERED = 0x22;

/** Commands a unit takes before it says TASK SET FULL, if its spec does not say. */
export const DEFAULT_QUEUE = 512;

/**
 * Only commands that are not answered at once are in it: the others begin and end between two looks.
 * Their data move in the order of their answers, so that an answer given earlier counts as over.
 */
export class TaskSet {
  /** How many commands may be in it. */
  readonly limit: number;
  #running = 0;
  #ordered = 0;
  #heads = 0;
  #barriers = 0;
  readonly #dormant: Flight[] = [];

  constructor(limit: number = DEFAULT_QUEUE) {
    this.limit = limit;
  }

  get size(): number {
    return this.#running + this.#dormant.length;
  }

  /** TASK SET FULL for whatever comes now. */
  get full(): boolean {
    return this.size >= this.limit;
  }

  /** True if a command that comes now may run; SIMPLE and whatever else there is run alike. */
  admits(attribute: number): boolean {
    if (this.#running === 0 && this.#dormant.length === 0) return this.#barriers === 0;
    if (this.#barriers > 0) return false;
    if (attribute === HEAD_OF_QUEUE) return true;
    if (attribute === ORDERED) return false;
    return this.#mayJoin() && !this.#dormant.some((other) => other.attribute === ORDERED);
  }

  /** It runs, and is not answered yet. */
  enter(flight: Flight): void {
    flight.open = true;
    this.#count(flight, 1);
  }

  /** It was answered, or is gone, running or dormant. Then `next` may have somebody. */
  leave(flight: Flight): void {
    if (flight.phase === "dormant") this.#forget(flight);
    if (!flight.open) return;
    flight.open = false;
    this.#count(flight, -1);
  }

  /** It waits until older ones are through. */
  park(flight: Flight): void {
    flight.phase = "dormant";
    if (flight.attribute === HEAD_OF_QUEUE) this.#dormant.unshift(flight);
    else this.#dormant.push(flight);
  }

  /** Takes out the oldest dormant command that may run now; null: none. */
  next(): Flight | null {
    if (this.#dormant.length === 0 || this.#barriers > 0) return null;
    const at = this.#dormant.findIndex((flight, i) => this.#mayStart(flight, i));
    // Behind a dormant ORDERED command only HEAD OF QUEUE runs, and that was admitted when it came.
    return at < 0 ? null : (this.#dormant.splice(at, 1)[0] ?? null);
  }

  /** Work that cannot be called back goes on for a command that is gone: all wait until it ends. */
  addBarrier(): void {
    this.#barriers++;
  }

  removeBarrier(): void {
    this.#barriers--;
  }

  #forget(flight: Flight): void {
    const at = this.#dormant.indexOf(flight);
    if (at >= 0) this.#dormant.splice(at, 1);
  }

  #mayStart(flight: Flight, place: number): boolean {
    if (flight.attribute === HEAD_OF_QUEUE) return true;
    if (flight.attribute === ORDERED) return place === 0 && this.#running === 0;
    const behindOrdered = this.#dormant.slice(0, place).some((o) => o.attribute === ORDERED);
    return this.#mayJoin() && !behindOrdered;
  }

  #mayJoin(): boolean {
    return this.#ordered === 0 && this.#heads === 0;
  }

  #count(flight: Flight, by: 1 | -1): void {
    this.#running += by;
    if (flight.attribute === ORDERED) this.#ordered += by;
    else if (flight.attribute === HEAD_OF_QUEUE) this.#heads += by;
  }
}
