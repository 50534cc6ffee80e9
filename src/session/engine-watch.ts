// SPDX-License-Identifier: MIT
// What breakpoints are told of each event that the engine handles.
import type { JoinedEvent } from "../expression/joined-event.js";
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
} from "../ring/live-layout.js";
import type { Answer, KnownCommand } from "../target/responder.js";
import { EngineEvent } from "./engine-event.js";
import type { HeldTask } from "./hold.js";

const TWO_32 = 4294967296;
const DATA_ONLY = 0x80;

/** A function as the engine handles it. */
export type Task = Omit<HeldTask, "kind" | "heldNs">;

export interface EngineWatchOptions {
  /** Both rings. */
  readonly words: Int32Array;
  readonly find: (hostNo: number, cid: number) => KnownCommand | null;
  /** CLOCK_MONOTONIC ns of an event of kuring (0) or ukring (1). */
  readonly timeOf: (ring: 0 | 1, index: number) => number;
  /** Asks the breakpoints; `judged`: the kernel's verdict on an answer is known. */
  readonly check: (event: JoinedEvent, judged: boolean) => void;
}

/** Called only while there are breakpoints. `at`: the first word of the event's slot. */
export class EngineWatch {
  readonly #options: EngineWatchOptions;
  readonly #words: Int32Array;
  readonly #event = new EngineEvent();

  constructor(options: EngineWatchOptions) {
    this.#options = options;
    this.#words = options.words;
  }

  /** Notes in `command` when it was sent. */
  request(at: number, index: number, command: KnownCommand): void {
    const event = this.#event;
    command.since = this.#begin(at, index, TYPE_CMD_REQ, command.hostNo);
    event.cid = command.cid;
    event.join(command, command.since);
    this.#options.check(event, false);
  }

  done(at: number, index: number, hostNo: number, cid: number, result: number): void {
    const event = this.#event;
    const t = this.#begin(at, index, TYPE_CMD_DONE, hostNo);
    event.cid = cid;
    event.result = result;
    event.join(this.#options.find(hostNo, cid), t);
    this.#options.check(event, false);
  }

  task(at: number, index: number, task: Task): void {
    this.#begin(at, index, TYPE_TSK_MGMT_REQ, task.hostNo);
    this.#setTask(task);
    this.#options.check(this.#event, false);
  }

  /** An event of a type that does not belong into kuring. */
  unknown(at: number, index: number): void {
    const words = this.#words;
    this.#begin(at, index, words[at + TYPE] as number, words[at + CMD_REQ.host_no] as number);
    this.#options.check(this.#event, false);
  }

  /** An answer that is about to be published. */
  answer(hostNo: number, cid: number, answer: Answer, nowNs: number): void {
    const event = this.#event;
    event.begin(1, TYPE_CMD_RSP, hostNo);
    event.cid = cid;
    event.result = answer.status;
    event.len = answer.len;
    event.rw = answer.dataOnly ? answer.rw | DATA_ONLY : answer.rw;
    event.setUaddr(answer.uaddr);
    event.join(this.#options.find(hostNo, cid), nowNs);
    this.#options.check(event, false);
  }

  taskAnswer(task: Task, result: number): void {
    this.#event.begin(1, TYPE_TSK_MGMT_RSP, task.hostNo);
    this.#setTask(task);
    this.#event.result = result;
    this.#options.check(this.#event, false);
  }

  /** What the kernel made of the event at `at` in ukring. */
  verdict(at: number, index: number, verdict: number): void {
    const event = this.#event;
    if (this.#words[at + TYPE] === TYPE_TSK_MGMT_RSP) this.#taskAnswerAt(at);
    else this.#answerAt(at, index);
    event.index = index;
    event.slot = index & INDEX_MASK;
    event.verdict = verdict;
    this.#options.check(event, true);
  }

  /** Returns its time. */
  #begin(at: number, index: number, type: number, hostNo: number): number {
    const event = this.#event;
    event.begin(0, type, hostNo);
    event.index = index;
    event.slot = index & INDEX_MASK;
    event.status = this.#words[at + STATUS] as number;
    return this.#options.timeOf(0, index);
  }

  #setTask({ fn, tagLow, tagHigh, lun, midLow, midHigh }: Task): void {
    this.#event.setTask(fn, tagLow, tagHigh, lun);
    this.#event.setMid(midLow, midHigh);
  }

  #taskAnswerAt(at: number): void {
    const words = this.#words;
    const event = this.#event;
    event.begin(1, TYPE_TSK_MGMT_RSP, words[at + TSK_MGMT_RSP.host_no] as number);
    event.setMid(words[at + TSK_MGMT_RSP.mid] ?? 0, words[at + TSK_MGMT_RSP.mid + 1] ?? 0);
    event.result = words[at + TSK_MGMT_RSP.result] as number;
  }

  #answerAt(at: number, index: number): void {
    const words = this.#words;
    const event = this.#event;
    const hostNo = words[at + CMD_RSP.host_no] as number;
    event.begin(1, words[at + TYPE] as number, hostNo);
    event.cid = (words[at + CMD_RSP.cid] as number) >>> 0;
    event.result = words[at + CMD_RSP.result] as number;
    event.len = (words[at + CMD_RSP.len] as number) >>> 0;
    event.rw = (words[at + CMD_RSP.rw] as number) & 0xff;
    const high = (words[at + CMD_RSP.uaddr + 1] as number) >>> 0;
    event.setUaddr(high * TWO_32 + ((words[at + CMD_RSP.uaddr] as number) >>> 0));
    event.join(this.#options.find(hostNo, event.cid), this.#options.timeOf(1, index));
  }
}
