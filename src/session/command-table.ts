// SPDX-License-Identifier: MIT
// Commands in flight, keyed host:cid, in fixed typed arrays: nothing a ring says makes it grow.

/** What the rings tell of a command; `aborting` and the kernel's own states are added by views. */
export const STATE_REQUESTED = 0;
/** A CMD_RSP was seen whose verdict is not known. */
export const STATE_ANSWERED = 1;
/** The kernel accepted the answer: CMD_DONE is to come. */
export const STATE_DONE_AWAITED = 2;
/** A data-only answer was accepted: after its CMD_DONE the command is `requested` again. */
export const STATE_MOVING = 3;

const CAPACITY = 4096;

/** Rows 0 .. capacity-1; a row number is good until `remove`. One thread. */
export class CommandTable {
  readonly capacity: number;
  readonly host: Int32Array;
  readonly cid: Uint32Array;
  readonly tagLow: Uint32Array;
  readonly tagHigh: Uint32Array;
  readonly state: Uint8Array;
  /** When the request was seen, ns. */
  readonly since: Float64Array;
  /** The last verdict that refused an answer, 0 = none. */
  readonly refused: Int32Array;
  /** Numbers in the history: of the request, of the latest event about the command. */
  readonly request: Float64Array;
  readonly latest: Float64Array;
  /** 1: the row is in use. */
  readonly used: Uint8Array;
  readonly #entrySize: number;
  readonly #slots: Uint8Array;
  /** Over the requests' slot bytes, for `slotAt`. */
  readonly view: DataView;
  /** Row + 1 by hash, linear probing; twice the rows, so a free place always exists. */
  readonly #index: Int32Array;
  readonly #mask: number;
  readonly #free: Int32Array;
  // a ring's author must not be able to choose collisions
  readonly #salt = (Math.random() * 2 ** 32) | 1;
  #freeCount: number;
  #hand = 0;
  #size = 0;
  /** Rows given up because the table was full. */
  evicted = 0;

  constructor(entrySize: number, capacity = CAPACITY) {
    this.capacity = capacity;
    this.#entrySize = entrySize;
    this.host = new Int32Array(capacity);
    this.cid = new Uint32Array(capacity);
    this.tagLow = new Uint32Array(capacity);
    this.tagHigh = new Uint32Array(capacity);
    this.state = new Uint8Array(capacity);
    this.since = new Float64Array(capacity);
    this.refused = new Int32Array(capacity);
    this.request = new Float64Array(capacity);
    this.latest = new Float64Array(capacity);
    this.used = new Uint8Array(capacity);
    this.#slots = new Uint8Array(capacity * entrySize);
    this.view = new DataView(this.#slots.buffer);
    const places = 2 ** Math.ceil(Math.log2(capacity * 2));
    this.#index = new Int32Array(places);
    this.#mask = places - 1;
    this.#free = Int32Array.from({ length: capacity }, (_, i) => capacity - 1 - i);
    this.#freeCount = capacity;
  }

  get size(): number {
    return this.#size;
  }

  #home(host: number, cid: number): number {
    const mixed = Math.imul(cid ^ Math.imul(host, 0x9e3779b1), this.#salt);
    return (mixed ^ (mixed >>> 15)) & this.#mask;
  }

  /** Where the key stands in the index, or the free place where it would. */
  #place(host: number, cid: number): number {
    let at = this.#home(host, cid);
    for (;;) {
      const row = (this.#index[at] ?? 0) - 1;
      if (row < 0 || (this.cid[row] === cid && this.host[row] === host)) return at;
      at = (at + 1) & this.#mask;
    }
  }

  /** The command's row, or -1. */
  find(host: number, cid: number): number {
    return (this.#index[this.#place(host, cid)] ?? 0) - 1;
  }

  /** The command's row, made if it has none; a full table gives up about its oldest row. */
  claim(host: number, cid: number, slot: Uint8Array): number {
    let at = this.#place(host, cid);
    let row = (this.#index[at] ?? 0) - 1;
    if (row < 0) {
      if (this.#freeCount === 0) {
        this.#evict();
        at = this.#place(host, cid);
      }
      row = this.#free[--this.#freeCount] ?? 0;
      this.#index[at] = row + 1;
      this.host[row] = host;
      this.cid[row] = cid;
      this.used[row] = 1;
      this.#size++;
    }
    this.#slots.set(slot, row * this.#entrySize);
    return row;
  }

  #evict(): void {
    this.evicted++;
    this.remove(this.#hand);
    this.#hand = (this.#hand + 1) % this.capacity;
  }

  remove(row: number): void {
    if (this.used[row] !== 1) return;
    this.used[row] = 0;
    this.#size--;
    let hole = this.#place(this.host[row] ?? 0, this.cid[row] ?? 0);
    this.#free[this.#freeCount++] = row;
    // close the gap: whoever probed past the hole moves into it
    for (let at = (hole + 1) & this.#mask; ; at = (at + 1) & this.#mask) {
      const other = (this.#index[at] ?? 0) - 1;
      if (other < 0) break;
      const home = this.#home(this.host[other] ?? 0, this.cid[other] ?? 0);
      if (((at - home) & this.#mask) >= ((at - hole) & this.#mask)) {
        this.#index[hole] = other + 1;
        hole = at;
      }
    }
    this.#index[hole] = 0;
  }

  clear(): void {
    for (let row = 0; row < this.capacity; row++) this.remove(row);
  }

  /** The rows in use, in no order that means anything. */
  rows(): number[] {
    const rows: number[] = [];
    for (let row = 0; row < this.capacity; row++) if (this.used[row] === 1) rows.push(row);
    return rows;
  }

  /** A view of the request's slot bytes, good until the row is removed. */
  slot(row: number): Uint8Array {
    return this.#slots.subarray(row * this.#entrySize, (row + 1) * this.#entrySize);
  }

  /** Where in `view` the request's slot begins. */
  slotAt(row: number): number {
    return row * this.#entrySize;
  }
}
