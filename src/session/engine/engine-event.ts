// SPDX-License-Identifier: MIT
// An event in the engine's hands as breakpoints see it. What nobody asks for is not looked up.
import { RW_DATA_ONLY } from "../../abi/event.js";
import { SEED_X86_64 } from "../../abi/seed.js";
import type { JoinedEvent, Wide } from "../../expression/joined-event.js";
import {
  CMD_REQ,
  CMD_RSP,
  INDEX_MASK,
  STATUS,
  TSK_MGMT_RSP,
  TYPE,
  TYPE_CMD_DONE,
  TYPE_CMD_REQ,
  TYPE_CMD_RSP,
  TYPE_TSK_MGMT_REQ,
  TYPE_TSK_MGMT_RSP,
} from "../../ring/live-layout.js";
import type { Halves } from "../../scsi/cdb-numbers.js";
import type { Answer, KnownCommand } from "../../target/responder.js";
import { CommandEvent } from "../command-event.js";
import type { HeldTask } from "../hold/hold.js";

/** A function as the engine handles it. */
export type Task = Omit<HeldTask, "kind" | "heldNs">;

export interface EngineEventSources {
  /** Both rings. */
  readonly words: Int32Array;
  readonly find: (hostNo: number, cid: number) => KnownCommand | null;
  /** CLOCK_MONOTONIC ns of an event of kuring (0) or ukring (1). */
  readonly timeOf: (ring: 0 | 1, index: number) => number;
}

const TWO_32 = 4294967296;
const NONE = -1;
const newHalves = (): Halves => ({ high: 0, low: 0 });

/** One object for any number of events: one of the methods, then the fields. Allocates nothing. */
export class EngineEvent implements JoinedEvent {
  readonly #sources: EngineEventSources;
  readonly #words: Int32Array;
  ring: 0 | 1 = 0;
  type = 0;
  host_no = 0;
  verdict: number | null = null;
  /** First word of its slot; NONE: it is about to be published. */
  #at = NONE;
  #index = 0;
  /** NONE: it is of no command. */
  #cid = NONE;
  #result: number | null = null;
  #answer: Answer | null = null;
  #task: Task | null = null;
  /** Undefined: nobody has asked yet. */
  #command: KnownCommand | null | undefined = null;
  #pointed = false;
  readonly #request = new CommandEvent(SEED_X86_64);
  readonly #uaddr = newHalves();
  readonly #mid = newHalves();
  readonly #taskTag = newHalves();

  constructor(sources: EngineEventSources) {
    this.#sources = sources;
    this.#words = sources.words;
  }

  request(at: number, index: number, command: KnownCommand): void {
    this.#begin(0, TYPE_CMD_REQ, at, index, command.hostNo);
    this.#cid = command.cid;
    this.#command = command;
  }

  done(at: number, index: number, hostNo: number, cid: number, result: number): void {
    this.#begin(0, TYPE_CMD_DONE, at, index, hostNo);
    this.#cid = cid;
    this.#command = undefined;
    this.#result = result;
  }

  task(at: number, index: number, task: Task): void {
    this.#begin(0, TYPE_TSK_MGMT_REQ, at, index, task.hostNo);
    this.#task = task;
  }

  /** Of a type that does not belong into kuring. */
  unknown(at: number, index: number): void {
    const words = this.#words;
    this.#begin(0, words[at + TYPE] as number, at, index, words[at + CMD_REQ.host_no] as number);
  }

  /** An answer that is about to be published, at `index`. */
  answer(hostNo: number, cid: number, answer: Answer, index: number): void {
    this.#begin(1, TYPE_CMD_RSP, NONE, index, hostNo);
    this.#cid = cid;
    this.#command = undefined;
    this.#result = answer.status;
    this.#answer = answer;
  }

  taskAnswer(task: Task, result: number, index: number): void {
    this.#begin(1, TYPE_TSK_MGMT_RSP, NONE, index, task.hostNo);
    this.#task = task;
    this.#result = result;
  }

  /** What the kernel made of the event at `at` in ukring. */
  judged(at: number, index: number, verdict: number): void {
    const words = this.#words;
    const type = words[at + TYPE] as number;
    this.#begin(1, type, at, index, words[at + CMD_RSP.host_no] as number);
    this.verdict = verdict;
    if (type === TYPE_TSK_MGMT_RSP) {
      this.#result = words[at + TSK_MGMT_RSP.result] as number;
    } else {
      this.#cid = (words[at + CMD_RSP.cid] as number) >>> 0;
      this.#command = undefined;
      this.#result = words[at + CMD_RSP.result] as number;
    }
  }

  #begin(ring: 0 | 1, type: number, at: number, index: number, hostNo: number): void {
    this.ring = ring;
    this.type = type;
    this.host_no = hostNo;
    this.verdict = null;
    this.#at = at;
    this.#index = index;
    this.#cid = NONE;
    this.#result = null;
    this.#answer = null;
    this.#task = null;
    this.#command = null;
    this.#pointed = false;
  }

  #joined(): KnownCommand | null {
    if (this.#command === undefined) {
      this.#command = this.#sources.find(this.host_no, this.#cid);
    }
    return this.#command;
  }

  /** The request, where its CDB is wanted. */
  #asked(): CommandEvent | null {
    const command = this.#joined();
    if (!command) return null;
    if (!this.#pointed) this.#request.point(command);
    this.#pointed = true;
    return this.#request;
  }

  /** True: the fields of a CMD_RSP are in its slot. */
  get #inSlot(): boolean {
    return this.ring === 1 && this.#at !== NONE && this.type === TYPE_CMD_RSP;
  }

  get slot(): number | null {
    return this.#at === NONE ? null : this.#index & INDEX_MASK;
  }
  get index(): number | null {
    return this.#at === NONE ? null : this.#index;
  }
  /** In ukring the kernel has taken it by the time it is asked for. */
  get status(): number | null {
    return this.ring === 0 ? (this.#words[this.#at + STATUS] as number) : null;
  }
  get cid(): number | null {
    return this.#cid === NONE ? null : this.#cid;
  }
  get result(): number | null {
    return this.#result;
  }
  get len(): number | null {
    if (this.#inSlot) return (this.#words[this.#at + CMD_RSP.len] as number) >>> 0;
    return this.#answer?.len ?? null;
  }
  get rw(): number | null {
    if (this.#inSlot) return (this.#words[this.#at + CMD_RSP.rw] as number) & 0xff;
    if (!this.#answer) return null;
    return this.#answer.dataOnly ? this.#answer.rw | RW_DATA_ONLY : this.#answer.rw;
  }
  get uaddr(): Wide | null {
    if (this.#inSlot) {
      this.#uaddr.low = (this.#words[this.#at + CMD_RSP.uaddr] as number) >>> 0;
      this.#uaddr.high = (this.#words[this.#at + CMD_RSP.uaddr + 1] as number) >>> 0;
      return this.#uaddr;
    }
    if (!this.#answer) return null;
    this.#uaddr.low = this.#answer.uaddr >>> 0;
    this.#uaddr.high = Math.floor(this.#answer.uaddr / TWO_32);
    return this.#uaddr;
  }
  get mid(): Wide | null {
    if (this.#task) {
      this.#mid.low = this.#task.midLow >>> 0;
      this.#mid.high = this.#task.midHigh >>> 0;
      return this.#mid;
    }
    if (this.ring === 0 || this.type !== TYPE_TSK_MGMT_RSP) return null;
    this.#mid.low = (this.#words[this.#at + TSK_MGMT_RSP.mid] as number) >>> 0;
    this.#mid.high = (this.#words[this.#at + TSK_MGMT_RSP.mid + 1] as number) >>> 0;
    return this.#mid;
  }
  get function(): number | null {
    return this.#task?.fn ?? null;
  }
  get tag(): Wide | null {
    if (!this.#task) return this.#asked()?.tag ?? null;
    this.#taskTag.low = this.#task.tagLow >>> 0;
    this.#taskTag.high = this.#task.tagHigh >>> 0;
    return this.#taskTag;
  }
  get lun(): number | null {
    const lun = this.#task ? this.#task.lun : this.#joined()?.lun;
    return lun === undefined || lun < 0 ? null : lun;
  }
  get data_len(): number | null {
    return this.#joined()?.dataLen ?? null;
  }
  get attribute(): number | null {
    return this.#joined()?.attribute ?? null;
  }
  get opcode(): number | null {
    return this.#joined()?.cdb[0] ?? null;
  }
  get service_action(): number | null {
    return this.#asked()?.service_action ?? null;
  }
  get lba(): Wide | null {
    return this.#asked()?.lba ?? null;
  }
  get blocks(): number | null {
    return this.#asked()?.blocks ?? null;
  }
  get age_ms(): number | null {
    const since = this.#joined()?.since ?? 0;
    if (since === 0) return null;
    return Math.max(0, this.#sources.timeOf(this.ring, this.#index) - since) / 1e6;
  }
}
