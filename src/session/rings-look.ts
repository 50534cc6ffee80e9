// SPDX-License-Identifier: MIT
// One look at both rings for a view: a cheap copy, what each slot is, and when it last changed.

import type { Dialect } from "../abi/dialect.js";
import type { RingName } from "../abi/event.js";
import type { RingDevice } from "../device/ring-device.js";
import { ringStart } from "../ring/geometry.js";
import { PositionTracker } from "../ring/position-tracker.js";
import { recoverPositions, type SlotState } from "../ring/positions.js";
import { type RingPositions, UNKNOWN } from "../ring/recovery.js";
import { CMD_REQ, SlotFields } from "./slot-fields.js";

/** How often the status words are read again when the ring moved meanwhile. */
const STATUS_TRIES = 4;

/** One ring as of the last look. The arrays are reused by the next one. */
export class RingLook {
  /** Status words; anything but 0 counts as published. */
  readonly status: Int32Array;
  readonly kind: Int8Array;
  /** 1: some byte of the slot is not 0. */
  readonly used: Uint8Array;
  /** Time of the look that found the slot changed, ns; -Infinity for what the first look found. */
  readonly changed: Float64Array;
  readonly words: Int32Array;
  readonly bytes: Uint8Array;
  positions: RingPositions = UNKNOWN;
  occupied = 0;
  readonly #dialect: Dialect;
  readonly #fields: SlotFields;
  readonly #slots: Uint8Array[];
  readonly #stride: number;
  readonly #tracker = new PositionTracker();
  /** 1: filled or published since the look before. */
  readonly #written: Uint8Array;
  #looked = false;
  /** The kernel's index at the last look. */
  #known: number | null = null;

  constructor(
    readonly name: RingName,
    dialect: Dialect,
  ) {
    const { nrEntry, entrySize } = dialect;
    this.#dialect = dialect;
    this.#stride = entrySize >> 2;
    this.bytes = new Uint8Array(nrEntry * entrySize);
    this.words = new Int32Array(this.bytes.buffer);
    this.status = new Int32Array(nrEntry);
    this.kind = new Int8Array(nrEntry);
    this.used = new Uint8Array(nrEntry);
    this.#written = new Uint8Array(nrEntry);
    this.changed = new Float64Array(nrEntry).fill(Number.NEGATIVE_INFINITY);
    this.#fields = new SlotFields(dialect);
    this.#slots = Array.from({ length: nrEntry }, (_, slot) => this.slot(slot));
  }

  /** The slot's bytes as of the last look, header included; a view. */
  slot(slot: number): Uint8Array {
    const { entrySize } = this.#dialect;
    return this.bytes.subarray(slot * entrySize, (slot + 1) * entrySize);
  }

  /** The slot that holds this command's CMD_REQ, null if it is overwritten. */
  findRequest(hostNo: number, cid: number): number | null {
    for (let slot = 0; slot < this.kind.length; slot++) {
      if (this.kind[slot] !== CMD_REQ) continue;
      this.#fields.select(this.#slots[slot] ?? this.bytes);
      if (this.#fields.cid(CMD_REQ) === cid && this.#fields.hostNo(CMD_REQ) === hostNo) return slot;
    }
    return null;
  }

  /** True if nothing changed since the look before. */
  take(live: Int32Array, device: RingDevice, nowNs: number): boolean {
    const known = () => {
      const telemetry = device.telemetry;
      if (!telemetry) return null;
      return this.name === "kuring" ? telemetry.kuringProduced : telemetry.ukringConsumed;
    };
    if (this.#looked && known() === this.#known && this.#isAsBefore(live)) {
      this.#written.fill(0);
      return true;
    }
    const index = this.#readStatus(live, known);
    let same = true;
    for (let slot = 0; slot < this.status.length; slot++) {
      if (!this.#copy(live, slot)) continue;
      same = false;
      this.#classify(slot, nowNs);
    }
    if (!same || index !== this.#known) this.#locate(index);
    this.#looked = true;
    this.#known = index;
    return same;
  }

  /** Of an idle ring, which costs no more than that: one comparison of memory. */
  #isAsBefore(live: Int32Array): boolean {
    const start = live.byteOffset + ringStart(this.name);
    const now = new Uint8Array(live.buffer, start, this.bytes.length);
    return Buffer.compare(now, this.bytes) === 0;
  }

  /**
   * All status words and the kernel's index of one moment, as near as a moving ring allows: tried
   * again while the index moves. On the last try, as recoverPositions wants them: what is between
   * the indices was there to be read.
   */
  #readStatus(live: Int32Array, known: () => number | null): number | null {
    const start = ringStart(this.name) >> 2;
    for (let left = STATUS_TRIES; ; left--) {
      const before = known();
      for (let slot = 0; slot < this.status.length; slot++) {
        this.status[slot] = Atomics.load(live, start + slot * this.#stride);
      }
      const after = known();
      if (before === after || left === 0) return this.name === "kuring" ? before : after;
    }
  }

  /** Copies the slot, its status as read before; true if it differs from the copy before. */
  #copy(live: Int32Array, slot: number): boolean {
    const to = slot * this.#stride;
    const from = (ringStart(this.name) >> 2) + to;
    const [status = 0, before = 0] = [this.status[slot], this.words[to]];
    this.words[to] = status;
    let written = status !== 0 && before === 0;
    for (let i = 1; i < this.#stride; i++) {
      const word = live[from + i] ?? 0;
      if (word === this.words[to + i]) continue;
      this.words[to + i] = word;
      written = true;
    }
    this.#written[slot] = written ? 1 : 0;
    return written || status !== before || !this.#looked;
  }

  #classify(slot: number, nowNs: number): void {
    const start = slot * this.#stride;
    let any = 0;
    for (let i = 0; i < this.#stride; i++) any |= this.words[start + i] ?? 0;
    this.used[slot] = any === 0 ? 0 : 1;
    const bytes = this.#slots[slot];
    this.kind[slot] = bytes ? this.#fields.select(bytes) : -1;
    if (this.#looked) this.changed[slot] = nowNs;
  }

  #locate(index: number | null): void {
    const slots = Array.from(this.status, (status, slot): SlotState => {
      return { status, used: this.used[slot] === 1, index: null };
    });
    this.occupied = slots.filter(({ status }) => status !== 0).length;
    const written = this.#looked ? (slot: number) => this.#written[slot] === 1 : null;
    this.positions =
      index === null
        ? this.#tracker.take(slots, written)
        : recoverPositions(this.name, slots, index);
  }
}

export type RingsLook = Readonly<Record<RingName, RingLook>>;

/** Empty looks at both rings of a device of this dialect. */
export function emptyLook(dialect: Dialect): RingsLook {
  return { kuring: new RingLook("kuring", dialect), ukring: new RingLook("ukring", dialect) };
}
