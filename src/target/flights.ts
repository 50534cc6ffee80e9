// SPDX-License-Identifier: MIT
// The commands between CMD_REQ and CMD_DONE: one record each, found by host_no and cid, without garbage.
import type { AnswerBuffer } from "./answer-buffers.js";
import type { LogicalUnit } from "./logical-unit.js";

/**
 * What a command waits for: its handler (`new`), the kernel to move data-only bytes (`moving`), a
 * flush (`waiting`), or CMD_DONE after its final answer (`answered`).
 */
export type Phase = "new" | "moving" | "waiting" | "answered";

/** Reused: valid from `add` to `remove`. */
export class Flight {
  hostNo = 0;
  cid = 0;
  lun = -1;
  tagLow = 0;
  tagHigh = 0;
  dataLen = 0;
  unit: LogicalUnit | null = null;
  phase: Phase = "new";
  /** The transfer of a READ or WRITE; length 0 = none. */
  write = false;
  /** Byte offset into the store. */
  offset = 0;
  /** Bytes that the CDB asks for; `dataLen` may allow less. */
  length = 0;
  /** Where sense or parameter data lie. */
  buffer: AnswerBuffer | null = null;
  /** Cookie of the flush it waits for, 0 = none. */
  job = 0;
  /** Answers that were refused, so that none is repeated for ever. */
  refusals = 0;

  reset(): void {
    this.unit = null;
    this.phase = "new";
    this.write = false;
    this.offset = 0;
    this.length = 0;
    this.buffer = null;
    this.job = 0;
    this.refusals = 0;
  }
}

const FIRST_CAPACITY = 1024;

/**
 * Open addressing by cid: cids of one module are handed out in sequence, so neighbours rarely meet.
 * host_no counts too, because on other kernels cids are unique per host only (hazard H14).
 */
export class Flights {
  #table: (Flight | null)[] = new Array(FIRST_CAPACITY).fill(null);
  #mask = FIRST_CAPACITY - 1;
  #size = 0;
  readonly #pool: Flight[] = [];

  get size(): number {
    return this.#size;
  }

  find(hostNo: number, cid: number): Flight | null {
    return this.#table[this.#place(hostNo, cid)] ?? null;
  }

  /** A record for a new command; the caller has removed an older one of the same name. */
  add(hostNo: number, cid: number): Flight {
    if (this.#size * 2 >= this.#table.length) this.#grow();
    const flight = this.#pool.pop() ?? new Flight();
    flight.reset();
    flight.hostNo = hostNo;
    flight.cid = cid;
    this.#table[this.#place(hostNo, cid)] = flight;
    this.#size++;
    return flight;
  }

  remove(flight: Flight): void {
    const table = this.#table;
    let hole = this.#place(flight.hostNo, flight.cid);
    if (table[hole] !== flight) return;
    // Close the gap: whoever probed past it moves up (Knuth 6.4, algorithm R).
    for (let at = (hole + 1) & this.#mask; ; at = (at + 1) & this.#mask) {
      const other = table[at];
      if (!other) break;
      const home = this.#home(other.hostNo, other.cid);
      if (((at - home) & this.#mask) < ((at - hole) & this.#mask)) continue;
      table[hole] = other;
      hole = at;
    }
    table[hole] = null;
    this.#size--;
    this.#pool.push(flight);
  }

  /** A copy, so that the caller may remove while it walks. */
  all(): Flight[] {
    return this.#table.filter((flight): flight is Flight => flight !== null);
  }

  #home(hostNo: number, cid: number): number {
    return (cid + Math.imul(hostNo, 0x9e3779b1)) & this.#mask;
  }

  /** Where the command is, or the free place where it belongs. */
  #place(hostNo: number, cid: number): number {
    let at = this.#home(hostNo, cid);
    for (;;) {
      const flight = this.#table[at];
      if (!flight || (flight.cid === cid && flight.hostNo === hostNo)) return at;
      at = (at + 1) & this.#mask;
    }
  }

  #grow(): void {
    const old = this.all();
    this.#table = new Array(this.#table.length * 2).fill(null);
    this.#mask = this.#table.length - 1;
    for (const flight of old) this.#table[this.#place(flight.hostNo, flight.cid)] = flight;
  }
}
