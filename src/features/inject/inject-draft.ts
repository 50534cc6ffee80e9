// SPDX-License-Identifier: MIT
// One event in the making: the plan's parts, which malformations and options change in turn.
import { encode } from "../../abi/codec.js";
import type { EventTypeName, TgtEvent } from "../../abi/event.js";
import { SEED_X86_64 } from "../../abi/seed.js";
import type { SeededRandom } from "../../session/faults/seeded-random.js";
import type { Edit, InjectBase, InjectPlan } from "../../session/inject/inject-plan.js";
import { HARMLESS_CID } from "../../session/inject/inject-slot.js";
import { fieldOf, integerBytes, TYPE_WORD, wordBytes } from "./slot-bytes.js";

const { headerSize, entrySize, eventSize } = SEED_X86_64;
const LEN_WORD = 4;

const ALL_ONES = 0xffff_ffff_ffff_ffffn;
/** No mixture of bytes of it and of 0 or 1 is a type but those two. */
const OTHER_TYPE = 0x7f7f_7f7f;

const FIELD_BYTES = { u8: 1, u32: 4, s32: 4, u64: 8 } as const;

/** An event that concerns nobody. */
function harmlessEvent(type: EventTypeName, hostNo: number): TgtEvent {
  const host_no = hostNo;
  const lun = new Uint8Array(8);
  switch (type) {
    case "CMD_RSP":
      return { type, host_no, cid: HARMLESS_CID, len: 0, result: 0, uaddr: 0n, rw: 0 };
    case "TSK_MGMT_RSP":
      return { type, host_no, mid: ALL_ONES, result: 0 };
    case "CMD_REQ": {
      const cid = HARMLESS_CID;
      const scb = new Uint8Array(16);
      return { type, host_no, cid, data_len: 0, scb, lun, attribute: 0x20, tag: 0n };
    }
    case "CMD_DONE":
      return { type, host_no, cid: HARMLESS_CID, result: 0 };
    case "TSK_MGMT_REQ":
      return { type, host_no, function: 0x0d, tag: 0n, lun, mid: ALL_ONES };
  }
}

export class Draft {
  status = 1;
  skip = 0;
  slot: number | null = null;
  fill = false;
  doorbells = 1;
  leave = false;
  readonly #edits: Edit[] = [];
  #race: Edit[] | null = null;
  #base: InjectBase;

  constructor(
    readonly type: EventTypeName,
    /** Target host of whatever has no other. */
    readonly hostNo: number,
    readonly random: SeededRandom,
  ) {
    const bytes = new Uint8Array(entrySize);
    encode(SEED_X86_64, harmlessEvent(type, hostNo), bytes, headerSize);
    this.#base = { kind: "bytes", hex: Buffer.from(bytes).toString("hex") };
  }

  startFrom(base: InjectBase): void {
    this.#base = base;
  }

  get base(): InjectBase {
    return this.#base;
  }

  edit(edit: Edit): void {
    this.#edits.push(edit);
  }

  setBytes(at: number, bytes: Uint8Array): void {
    this.edit({ op: "set", at, hex: Buffer.from(bytes).toString("hex") });
  }

  /** Wraps to the field's width. Fields the event does not have are the caller's mistake. */
  setField(name: string, value: bigint): void {
    this.setBytes(...this.#fieldBytes(name, value));
  }

  setWord(at: number, value: number): void {
    this.setBytes(at, wordBytes(value));
  }

  #fieldBytes(name: string, value: bigint): [at: number, bytes: Uint8Array] {
    const field = fieldOf(this.type, name);
    if (!field || typeof field.kind === "number") throw new RangeError(`${this.type}: ${name}`);
    return [field.at, integerBytes(value, FIELD_BYTES[field.kind])];
  }

  /** All of it but the status word. */
  fillBytes(value: number): void {
    this.setBytes(LEN_WORD, new Uint8Array(entrySize - LEN_WORD).fill(value));
  }

  /** A real type and host half of the time, but nothing that can be alive. */
  randomBytes(): void {
    const words = Uint32Array.from({ length: eventSize / 4 }, () => this.random.word());
    const dice = this.random.word();
    if ((dice & 1) !== 0) words[0] = (dice >>> 8) & 1;
    if ((dice & 2) !== 0) words[2] = this.hostNo;
    for (const high of [3, 5]) words[high] = ((words[high] ?? 0) | 0x8000_0000) >>> 0; // cid, mid
    this.setBytes(headerSize, new Uint8Array(words.buffer));
  }

  /** Every field of the event, and not its type. */
  staleType(): void {
    this.startFrom({ kind: "stale" });
    this.setField("host_no", BigInt(this.hostNo));
    this.setField("mid", ALL_ONES);
  }

  /** Another cid, length and address: any mixture is for nobody and has no valid result. */
  tear(): void {
    this.setField("result", -1n);
    this.#race = [];
    for (const [name, value] of [
      ["cid", 0xffff_fffen],
      ["len", 0xffn],
      ["uaddr", ALL_ONES],
    ] as const) {
      const [at, bytes] = this.#fieldBytes(name, value);
      this.#race.push({ op: "set", at, hex: Buffer.from(bytes).toString("hex") });
    }
  }

  /** Whatever it is taken for, it is for nobody. */
  flipType(): void {
    this.setBytes(TYPE_WORD + 12, new Uint8Array(eventSize - 12).fill(0xff));
    const other = (this.random.word() & 1) === 0 ? 1 : OTHER_TYPE;
    const hex = Buffer.from(wordBytes(other)).toString("hex");
    this.#race = [{ op: "set", at: TYPE_WORD, hex }];
  }

  plan(waitMs: number): InjectPlan {
    const { status, slot, skip, fill, doorbells, leave, hostNo } = this;
    const race = this.#race;
    const edits = this.#edits;
    return {
      base: this.#base,
      edits,
      status,
      slot,
      skip,
      fill,
      race,
      doorbells,
      leave,
      hostNo,
      waitMs,
    };
  }
}
