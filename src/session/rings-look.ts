// SPDX-License-Identifier: MIT
// One look at both rings for a view: a cheap copy, what each slot is, and when it last changed.

import type { Dialect } from "../abi/dialect.js";
import type { RingName } from "../abi/event.js";
import type { RingDevice } from "../device/ring-device.js";
import { ringStart } from "../ring/geometry.js";
import { type RingPositions, recoverPositions, type SlotState } from "../ring/positions.js";
import { CMD_REQ, SlotFields } from "./slot-fields.js";

const UNKNOWN: RingPositions = {
  producerIndex: null,
  consumerIndex: null,
  producerSlot: null,
  consumerSlot: null,
};

/** How often the status words are read again when the ring moved meanwhile. */
const STATUS_TRIES = 4;

const FREE: SlotState = { published: false, index: null };
const PUBLISHED: SlotState = { published: true, index: null };

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
    const index = this.#readStatus(live, known);
    let same = true;
    for (let slot = 0; slot < this.status.length; slot++) {
      if (!this.#copy(live, slot)) continue;
      same = false;
      this.#classify(slot, nowNs);
    }
    this.#looked = true;
    if (!same || index !== this.#known) this.#locate(index);
    this.#known = index;
    return same;
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
    let differs = !this.#looked;
    for (let i = 0; i < this.#stride; i++) {
      const word = (i === 0 ? this.status[slot] : live[from + i]) ?? 0;
      if (word === this.words[to + i]) continue;
      this.words[to + i] = word;
      differs = true;
    }
    return differs;
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
    const slots = Array.from(this.status, (status) => (status === 0 ? FREE : PUBLISHED));
    this.occupied = slots.filter((slot) => slot.published).length;
    this.positions = recoverPositions(this.name, slots, index);
  }
}

export type RingsLook = Readonly<Record<RingName, RingLook>>;

/** Empty looks at both rings of a device of this dialect. */
export function emptyLook(dialect: Dialect): RingsLook {
  return { kuring: new RingLook("kuring", dialect), ukring: new RingLook("ukring", dialect) };
}
