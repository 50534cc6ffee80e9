// SPDX-License-Identifier: MIT
// A kernel half and a responder in plain memory, one step at a time: what followers are held to.

import { encode } from "../../../src/abi/codec.js";
import type { Dialect } from "../../../src/abi/dialect.js";
import { EVENT_TYPES, type RingName, type TgtEvent } from "../../../src/abi/event.js";
import { SEED_X86_64 } from "../../../src/abi/seed.js";
import { RING_SIZE, RINGS_SIZE, type RingDevice } from "../../../src/device/ring-device.js";
import {
  TELEMETRY_OFFSETS as AT,
  TELEMETRY_MAGIC,
  TELEMETRY_VERSION,
  Telemetry,
} from "../../../src/device/telemetry.js";

const STAMP_SIZE = 16;
const HEADER = 512;

/** `first`: where both free-running indices start, to test their wrap at 2^32. */
export class RingModel {
  readonly dialect: Dialect = SEED_X86_64;
  readonly rings = new ArrayBuffer(RINGS_SIZE);
  readonly telemetry: Telemetry;
  readonly #bytes = new Uint8Array(this.rings);
  readonly #view = new DataView(this.rings);
  /** The telemetry window's memory. */
  readonly window: ArrayBuffer;
  readonly #window: DataView;
  timeNs = 1_000_000_000n;
  kuring = { produced: 0, consumed: 0 };
  ukring = { produced: 0, consumed: 0 };

  constructor(first = 0) {
    const nr = this.dialect.nrEntry;
    const window = new ArrayBuffer(HEADER + 2 * nr * STAMP_SIZE);
    this.window = window;
    this.#window = new DataView(window);
    this.#set(AT.magic, TELEMETRY_MAGIC);
    this.#set(AT.version, TELEMETRY_VERSION);
    this.#set(AT.total_size, window.byteLength);
    this.#set(AT.nr_entry, nr);
    this.#set(AT.entry_size, this.dialect.entrySize);
    this.#set(AT.kuring_stamps, HEADER);
    this.#set(AT.ukring_stamps, HEADER + nr * STAMP_SIZE);
    this.#set(AT.epoch, 1);
    this.#set(AT.owner_pid, 4121);
    this.#set(AT.flags, 1);
    this.clearStamps();
    this.telemetry = new Telemetry(window, 0);
    for (const ring of [this.kuring, this.ukring]) ring.produced = ring.consumed = first >>> 0;
    this.#set(AT.kuring_produced, first);
    this.#set(AT.ukring_consumed, first);
  }

  #set(at: number, value: number): void {
    this.#window.setUint32(at, value >>> 0, true);
  }

  #count(at: number): void {
    this.#window.setBigUint64(at, this.#window.getBigUint64(at, true) + 1n, true);
  }

  clearStamps(): void {
    for (let slot = 0; slot < this.dialect.nrEntry; slot++) {
      this.#set(HEADER + slot * STAMP_SIZE, ~slot);
      this.#set(HEADER + (this.dialect.nrEntry + slot) * STAMP_SIZE, ~slot);
    }
  }

  #slotAt(ring: RingName, index: number): number {
    const base = ring === "kuring" ? 0 : RING_SIZE;
    return base + (index & (this.dialect.nrEntry - 1)) * this.dialect.entrySize;
  }

  status(ring: RingName, index: number): number {
    return this.#view.getUint32(this.#slotAt(ring, index), true);
  }

  setStatus(ring: RingName, index: number, status: number): void {
    this.#view.setUint32(this.#slotAt(ring, index), status, true);
  }

  #stampAt(ring: RingName, index: number): number {
    const slot = index & (this.dialect.nrEntry - 1);
    return HEADER + ((ring === "kuring" ? 0 : this.dialect.nrEntry) + slot) * STAMP_SIZE;
  }

  /** The kernel begins to write a stamp: readers must not believe it. */
  openStamp(ring: RingName, index: number): void {
    this.#set(this.#stampAt(ring, index), ~(index & (this.dialect.nrEntry - 1)));
  }

  closeStamp(ring: RingName, index: number, verdict = 0): void {
    const at = this.#stampAt(ring, index);
    this.#window.setInt32(at + 4, verdict, true);
    this.#window.setBigUint64(at + 8, this.timeNs, true);
    this.#set(at, index);
  }

  #fill(ring: RingName, index: number, event: TgtEvent): void {
    const at = this.#slotAt(ring, index);
    this.#bytes.fill(0, at, at + this.dialect.entrySize);
    encode(this.dialect, event, this.#bytes, at + this.dialect.headerSize);
    this.setStatus(ring, index, 1);
  }

  /** The kernel publishes; false where the ring is full. */
  send(event: TgtEvent): boolean {
    const index = this.kuring.produced;
    if (this.status("kuring", index) !== 0) return false;
    this.timeNs += 1000n;
    this.openStamp("kuring", index);
    this.#fill("kuring", index, event);
    this.closeStamp("kuring", index);
    this.kuring.produced = (index + 1) >>> 0;
    this.#set(AT.kuring_produced, this.kuring.produced);
    this.#count(AT.kuring_events + 8 * EVENT_TYPES.indexOf(event.type as never));
    return true;
  }

  /** The responder takes everything. */
  receive(): void {
    const ring = this.kuring;
    while (ring.consumed !== ring.produced) {
      this.setStatus("kuring", ring.consumed, 0);
      ring.consumed = (ring.consumed + 1) >>> 0;
    }
  }

  /** The responder publishes; false where the ring is full. */
  answer(event: TgtEvent): boolean {
    if (this.status("ukring", this.ukring.produced) !== 0) return false;
    this.#fill("ukring", this.ukring.produced, event);
    this.ukring.produced = (this.ukring.produced + 1) >>> 0;
    return true;
  }

  /** The doorbell: the kernel consumes everything published. */
  kick(verdict = 0): void {
    while (this.status("ukring", this.ukring.consumed) !== 0) {
      const index = this.ukring.consumed;
      const type = this.#view.getUint32(this.#slotAt("ukring", index) + 8, true);
      this.timeNs += 1000n;
      this.closeStamp("ukring", index, verdict);
      this.setStatus("ukring", index, 0);
      this.ukring.consumed = (index + 1) >>> 0;
      this.#set(AT.ukring_consumed, this.ukring.consumed);
      this.#count(AT.ukring_events + 8 * type);
    }
  }

  /** A new owner opens: rings wiped, indices at 0. */
  newOwner(): void {
    this.#bytes.fill(0);
    this.clearStamps();
    this.kuring = { produced: 0, consumed: 0 };
    this.ukring = { produced: 0, consumed: 0 };
    this.#set(AT.kuring_produced, 0);
    this.#set(AT.ukring_consumed, 0);
    this.#set(AT.epoch, this.telemetry.epoch + 1);
  }

  /** As an observer has it open. */
  device(name = "/dev/tgt"): RingDevice {
    const { dialect, rings, telemetry } = this;
    return { name, source: "device", role: "observer", dialect, rings, telemetry, close: () => {} };
  }
}

export function request(cid: number, tag = BigInt(cid), lun = 0): TgtEvent {
  const scb = new Uint8Array(16);
  scb.set([0x28, 0, 0, 0, cid >> 8, cid & 0xff, 0, 0, 8]);
  const bytes = new Uint8Array(8);
  bytes[1] = lun;
  return {
    type: "CMD_REQ",
    host_no: 3,
    cid,
    data_len: 4096,
    scb,
    lun: bytes,
    attribute: 0x20,
    tag,
  };
}

export function response(cid: number, result = 0, rw = 0): TgtEvent {
  return { type: "CMD_RSP", host_no: 3, cid, len: 4096, result, uaddr: 0x7f65ccf46000n, rw };
}

export function done(cid: number, result = 0): TgtEvent {
  return { type: "CMD_DONE", host_no: 3, cid, result };
}
