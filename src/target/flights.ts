// SPDX-License-Identifier: MIT
// The commands between CMD_REQ and CMD_DONE: one record each, found by host_no and cid, without garbage.
import type { AnswerBuffer } from "./answer-buffers.js";
import type { Call } from "./call.js";
import type { FaultAction } from "./faults.js";
import type { KnownCommand } from "./responder.js";
import type { LogicalUnit } from "./units/logical-unit.js";

/**
 * What a command waits for: its handler (`new`), older commands (`dormant`), the kernel to move
 * data-only bytes (`moving`), store work, a user's handler or a delay (`waiting`), whoever holds the
 * target to let its final answer go (`held`), nothing any more (`lost`: a fault rule's, or dropped),
 * or CMD_DONE after its final answer (`answered`).
 */
export type Phase = "new" | "dormant" | "moving" | "waiting" | "held" | "lost" | "answered";

/** How store work ended; for data that were moved only: `{ errno: 0, at: -1 }`. */
export interface Outcome {
  /** 0 or a positive errno. */
  readonly errno: number;
  /** Of a comparison: offset of the first difference, -1 = none. */
  readonly at: number;
}

/** What a command does next; returns what `Responder.command` returns. */
export type Continuation = (call: Call, unit: LogicalUnit, outcome: Outcome) => boolean;

/** Reused: valid from `add` to `remove`. */
export class Flight implements KnownCommand {
  hostNo = 0;
  cid = 0;
  lun = -1;
  tagLow = 0;
  tagHigh = 0;
  attribute = 0;
  dataLen = 0;
  /** A copy. */
  readonly cdb = new Uint8Array(16);
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
  /** Cookie of the store work it waits for, 0 = none. */
  job = 0;
  /** Cookie of the user's handler it waits for, 0 = none. */
  asked = 0;
  /** After the data, the store work, the delay. */
  next: Continuation | null = null;
  /** Instead of `next` if the kernel says that the data go the other way. */
  wrongWay: ((call: Call) => boolean) | null = null;
  /** Ends the delay or deadline it waits for. */
  cancel: (() => void) | null = null;
  /**
   * An earlier owner left it: it was there before whatever a unit attention tells of. Linux no longer
   * retries a command that has waited for several timeouts, also not for a unit attention.
   */
  inherited = false;
  /** In its unit's task set, running. */
  open = false;
  /** What a rule has for it, until its turn comes. */
  fault: FaultAction | null = null;
  /** Fault rules: answered twice; at most so many bytes (-1: all). */
  duplicate = false;
  most = -1;
  /** Answers that were refused, so that none is repeated for ever. */
  refusals = 0;
  /** CLOCK_MONOTONIC ns of its CMD_REQ; 0: nobody asked for it to be noted. */
  since = 0;

  /** Begun, and not answered for good. */
  get isOpen(): boolean {
    return this.phase !== "answered" && this.phase !== "new";
  }

  reset(): void {
    this.unit = null;
    this.phase = "new";
    this.write = false;
    this.offset = 0;
    this.length = 0;
    this.buffer = null;
    this.job = 0;
    this.asked = 0;
    this.next = null;
    this.wrongWay = null;
    this.fault = null;
    this.cancel = null;
    this.inherited = false;
    this.open = false;
    this.duplicate = false;
    this.most = -1;
    this.refusals = 0;
    this.since = 0;
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
