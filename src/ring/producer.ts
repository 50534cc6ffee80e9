// SPDX-License-Identifier: MIT
// The user's side of ukring: reserve, fill, publish. One thread, one owner.
import {
  CMD_RSP,
  INDEX_MASK,
  LEN,
  SLOT_WORDS,
  STATUS,
  TSK_MGMT_RSP,
  TYPE,
  TYPE_CMD_RSP,
  TYPE_TSK_MGMT_RSP,
  UKRING_WORD,
} from "./live-layout.js";

const TWO_32 = 4294967296;

export class Producer {
  readonly #words: Int32Array;
  /** Free-running index of the next slot to publish. */
  index = 0;
  /** Indices further on that are taken already. */
  readonly #ahead = new Set<number>();

  /** `words`: both rings as 32-bit words. */
  constructor(words: Int32Array) {
    this.#words = words;
  }

  /** Word offset of the slot of a free-running index. */
  slotAt(index: number): number {
    return UKRING_WORD + (index & INDEX_MASK) * SLOT_WORDS;
  }

  /** True while the kernel has not consumed what lies in the next slot. */
  get full(): boolean {
    return Atomics.load(this.#words, this.slotAt(this.index) + STATUS) !== 0;
  }

  /** The caller has seen `full` false. Returns the index it was published at. */
  cmdRsp(
    hostNo: number,
    cid: number,
    len: number,
    result: number,
    uaddr: number,
    rw: number,
  ): number {
    const words = this.#words;
    const at = this.slotAt(this.index);
    words[at + LEN] = 0;
    words[at + TYPE] = TYPE_CMD_RSP;
    words[at + CMD_RSP.host_no] = hostNo;
    words[at + CMD_RSP.cid] = cid;
    words[at + CMD_RSP.len] = len;
    words[at + CMD_RSP.result] = result;
    words[at + CMD_RSP.uaddr] = (uaddr % TWO_32) | 0;
    words[at + CMD_RSP.uaddr + 1] = (uaddr / TWO_32) | 0;
    words[at + CMD_RSP.rw] = rw;
    return this.#publish(at);
  }

  /** As `cmdRsp`, for a task management function. */
  tskMgmtRsp(hostNo: number, midLow: number, midHigh: number, result: number): number {
    const words = this.#words;
    const at = this.slotAt(this.index);
    words[at + LEN] = 0;
    words[at + TYPE] = TYPE_TSK_MGMT_RSP;
    words[at + TSK_MGMT_RSP.host_no] = hostNo;
    words[at + TSK_MGMT_RSP.mid] = midLow;
    words[at + TSK_MGMT_RSP.mid + 1] = midHigh;
    words[at + TSK_MGMT_RSP.result] = result;
    return this.#publish(at);
  }

  /** Any slot, as it is: `slot` has SLOT_WORDS words, whose first two (status, len) do not count. */
  words(slot: Int32Array): number {
    const at = this.slotAt(this.index);
    this.#words[at + LEN] = 0;
    this.#words.set(slot.subarray(TYPE, SLOT_WORDS), at + TYPE);
    return this.#publish(at);
  }

  /** Any bytes, with any status word but 0. Returns the index it was published at. */
  raw(bytes: Uint8Array, status: number): number {
    const at = this.slotAt(this.index);
    this.#fill(at, bytes);
    return this.#publish(at, status);
  }

  /** As `raw`, `skip` slots further on: the slots between are still to come. Returns the index. */
  rawAhead(skip: number, bytes: Uint8Array, status: number): number {
    const index = (this.index + skip) >>> 0;
    const at = this.slotAt(index);
    this.#fill(at, bytes);
    Atomics.store(this.#words, at + STATUS, status | 0);
    this.#ahead.add(index);
    return index;
  }

  /** Fills the slot `skip` further on and does not publish it. */
  fillOnly(skip: number, bytes: Uint8Array): void {
    this.#fill(this.slotAt((this.index + skip) >>> 0), bytes);
  }

  /** All of the slot but its status word. */
  #fill(at: number, bytes: Uint8Array): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, SLOT_WORDS * 4);
    for (let i = STATUS + 1; i < SLOT_WORDS; i++) {
      this.#words[at + i] = view.getInt32(i * 4, true);
    }
  }

  #publish(at: number, status = 1): number {
    // pairs with the kernel's acquire in tgt_ring_peek(): the payload is there before the status
    Atomics.store(this.#words, at + STATUS, status | 0);
    const published = this.index;
    this.index = (published + 1) >>> 0;
    if (this.#ahead.size > 0)
      while (this.#ahead.delete(this.index)) this.index = (this.index + 1) >>> 0;
    return published;
  }
}
