// SPDX-License-Identifier: MIT
// Events on their way from kuring to their answer's verdict: found by their command's or function's name,
// in memory that is there from the start. A measurement that made garbage would measure its own collector.
import type { LatencyBook } from "./latency-book.js";
import type { OpenSample } from "./worst-samples.js";

export const MOST_FLIGHTS = 8192;
const CELLS = 2 * MOST_FLIGHTS;
const FREE = -1;

/** What a name is of; the numbers of commands and of functions are of two kinds. */
export const COMMAND = 0;
export const FUNCTION = 1;

/** Columns by flight number; a number is one event's from `open` until `free`. */
export class FlightTable {
  readonly t0 = new Float64Array(MOST_FLIGHTS);
  readonly t1 = new Float64Array(MOST_FLIGHTS);
  readonly t2 = new Float64Array(MOST_FLIGHTS);
  readonly t3 = new Float64Array(MOST_FLIGHTS);
  readonly book = new Array<LatencyBook | null>(MOST_FLIGHTS).fill(null);
  readonly sample = new Array<OpenSample | null>(MOST_FLIGHTS).fill(null);
  readonly #kind = new Uint8Array(MOST_FLIGHTS);
  readonly #host = new Int32Array(MOST_FLIGHTS);
  readonly #low = new Int32Array(MOST_FLIGHTS);
  readonly #high = new Int32Array(MOST_FLIGHTS);
  readonly #cells = new Int32Array(CELLS).fill(FREE);
  readonly #unused = Int32Array.from({ length: MOST_FLIGHTS }, (_, i) => MOST_FLIGHTS - 1 - i);
  #left = MOST_FLIGHTS;
  /** Who makes room next. */
  #next = 0;

  get size(): number {
    return MOST_FLIGHTS - this.#left;
  }

  /** -1: there is no room. One of the same name is given up: its command is over. */
  open(kind: number, host: number, low: number, high: number): number {
    const earlier = this.take(kind, host, low, high);
    if (earlier >= 0) this.#giveUp(earlier);
    if (this.#left === 0) this.#makeRoom();
    if (this.#left === 0) return FREE;
    const id = this.#unused[--this.#left] as number;
    this.#kind[id] = kind;
    this.#host[id] = host;
    this.#low[id] = low;
    this.#high[id] = high;
    let cell = hash(kind, host, low, high);
    while (this.#cells[cell] !== FREE) cell = (cell + 1) & (CELLS - 1);
    this.#cells[cell] = id;
    return id;
  }

  /** The one of that name, which has none from now on; -1: there is none. */
  take(kind: number, host: number, low: number, high: number): number {
    for (let cell = hash(kind, host, low, high); ; cell = (cell + 1) & (CELLS - 1)) {
      const id = this.#cells[cell] as number;
      if (id === FREE) return FREE;
      if (!this.#is(id, kind, host, low, high)) continue;
      this.#empty(cell);
      return id;
    }
  }

  /** Of one that was taken. */
  free(id: number): void {
    this.book[id] = null;
    this.sample[id] = null;
    this.#unused[this.#left++] = id;
  }

  /** Nobody says when an aborted command is over: what was opened long ago makes room. */
  #makeRoom(): void {
    for (let i = 0; i < MOST_FLIGHTS; i++) {
      const id = this.#next;
      this.#next = (id + 1) % MOST_FLIGHTS;
      const [kind, host] = [this.#kind[id] as number, this.#host[id] as number];
      const found = this.take(kind, host, this.#low[id] as number, this.#high[id] as number);
      if (found < 0) continue; // its answer is on its way
      this.#giveUp(found);
      return;
    }
  }

  #giveUp(id: number): void {
    const book = this.book[id];
    if (book) book.unfollowed++;
    this.free(id);
  }

  #is(id: number, kind: number, host: number, low: number, high: number): boolean {
    return (
      this.#low[id] === (low | 0) &&
      this.#host[id] === (host | 0) &&
      this.#high[id] === (high | 0) &&
      this.#kind[id] === kind
    );
  }

  /** What stands behind moves up, so that no search ends too early. */
  #empty(at: number): void {
    const cells = this.#cells;
    let hole = at;
    for (let next = (at + 1) & (CELLS - 1); ; next = (next + 1) & (CELLS - 1)) {
      const id = cells[next] as number;
      if (id === FREE) break;
      const [kind, host] = [this.#kind[id] as number, this.#host[id] as number];
      const home = hash(kind, host, this.#low[id] as number, this.#high[id] as number);
      if (((next - home) & (CELLS - 1)) < ((next - hole) & (CELLS - 1))) continue;
      cells[hole] = id;
      hole = next;
    }
    cells[hole] = FREE;
  }
}

function hash(kind: number, host: number, low: number, high: number): number {
  let h = Math.imul(
    low ^ Math.imul(host + kind, 0x9e3779b1) ^ Math.imul(high, 0x85ebca6b),
    0x9e3779b1,
  );
  h ^= h >>> 15;
  return h & (CELLS - 1);
}
