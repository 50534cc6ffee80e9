// SPDX-License-Identifier: MIT
// The engine: consumes kuring, lets the responder answer, publishes, rings once per batch, reads
// verdicts. Runs in its own thread; nothing in it waits for anything but the device.
import { type LiveDevice, RINGS_SIZE } from "../device/ring-device.js";
import {
  CMD_DONE,
  CMD_REQ,
  INDEX_MASK,
  lunOfWords,
  NR_ENTRY,
  SLOT_WORDS,
  STATUS,
  TSK_MGMT_REQ,
  TYPE,
  TYPE_CMD_DONE,
  TYPE_CMD_REQ,
  TYPE_TSK_MGMT_REQ,
} from "../ring/live-layout.js";
import { Producer } from "../ring/producer.js";
import { type Answer, type Command, emptyAnswer, type Responder } from "../target/responder.js";
import { AnswerLedger } from "./answer-ledger.js";
import type { EngineCounters } from "./engine-counters.js";
import type { JournalWriter } from "./journal.js";

/**
 * Events consumed before the doorbell is rung: the initiator works on the first answers while we
 * prepare the next. Larger batches save doorbells, smaller ones save latency (npm run bench:ring).
 */
const BATCH = 64;
/** How long to wait for a slot when the kernel does not consume, before looking again. */
const FULL_RETRY_MS = 10;

export interface EngineOptions {
  readonly device: LiveDevice;
  readonly responder: Responder;
  readonly counters: EngineCounters;
  readonly journal: JournalWriter | null;
  /** eventfd on which background work and the session wake the engine. */
  readonly wakeFd: number;
}

export class Engine {
  readonly #device: LiveDevice;
  readonly #responder: Responder;
  readonly #counters: EngineCounters;
  readonly #journal: JournalWriter | null;
  readonly #wakeFd: number;
  readonly #words: Int32Array;
  readonly #producer: Producer;
  readonly #ledger: AnswerLedger;
  readonly #stamp = new BigUint64Array(1);
  readonly #stampHalves: Uint32Array;
  readonly #cdbWords = new Int32Array(4);
  readonly #command: Command & { readonly cdb: Uint8Array };
  readonly #answer: Answer = emptyAnswer();
  #next = 0;

  constructor(options: EngineOptions) {
    this.#device = options.device;
    this.#responder = options.responder;
    this.#counters = options.counters;
    this.#journal = options.journal;
    this.#wakeFd = options.wakeFd;
    this.#words = new Int32Array(options.device.rings, 0, RINGS_SIZE >> 2);
    this.#producer = new Producer(this.#words);
    this.#ledger = new AnswerLedger(options.device.telemetry);
    this.#stampHalves = new Uint32Array(this.#stamp.buffer);
    this.#command = {
      hostNo: 0,
      cid: 0,
      dataLen: 0,
      cdb: new Uint8Array(this.#cdbWords.buffer),
      lun: 0,
      attribute: 0,
      tagLow: 0,
      tagHigh: 0,
    };
  }

  /** Commands whose answer the responder still owes. */
  get owed(): number {
    return this.#responder.owed;
  }

  /** Ms until the responder has something to do without a wake-up; -1: nothing. */
  get dueIn(): number {
    return this.#responder.dueIn();
  }

  /** Blocks until there is work or a wake-up, at most `timeoutMs` (-1: for ever). Returns WAIT_* bits. */
  wait(timeoutMs: number): number {
    const bits = this.#device.wait(this.#wakeFd, timeoutMs, this.#stamp);
    this.#counters.wakeup();
    return bits;
  }

  /**
   * Consumes and answers what is there, and what our own answers bring about: a lap at most, so that
   * an initiator that refills as fast as this is cannot keep the thread from what else it waits for.
   */
  drain(): void {
    for (let taken = 0; taken < NR_ENTRY; ) {
      const batch = this.#consumeBatch();
      if (batch === 0) return;
      taken += batch;
      this.settle();
    }
  }

  /** Publishes answers that became ready off-thread, rings if anything is unrung, reads verdicts. */
  settle(): void {
    this.#ringAll(); // first: what starts in poll() may rely on the data of earlier answers
    this.#publishLate();
    this.#ringAll();
  }

  #ringAll(): void {
    while (this.#ledger.unrung(this.#producer.index)) this.#ring();
  }

  #publishLate(): void {
    for (const late of this.#responder.poll()) {
      this.#publish(late.hostNo, late.cid, late.answer);
    }
  }

  #consumeBatch(): number {
    for (let n = 0; n < BATCH; n++) {
      const at = (this.#next & INDEX_MASK) * SLOT_WORDS;
      // pairs with the release in tgt_ring_publish(); any nonzero word counts as published (H24)
      const status = Atomics.load(this.#words, at + STATUS);
      if (status === 0) return n;
      if (status !== 1) this.#counters.badStatus();
      this.#consume(at);
    }
    return BATCH;
  }

  #consume(at: number): void {
    const words = this.#words;
    const type = words[at + TYPE] as number;
    this.#note(0, this.#next, at, null);
    switch (type) {
      case TYPE_CMD_REQ:
        this.#takeCommand(at);
        this.#release(at);
        this.#answerCommand();
        break;
      case TYPE_CMD_DONE: {
        const hostNo = words[at + CMD_DONE.host_no] as number;
        const cid = (words[at + CMD_DONE.cid] as number) >>> 0;
        const result = words[at + CMD_DONE.result] as number;
        this.#release(at);
        this.#commandDone(hostNo, cid, result);
        break;
      }
      case TYPE_TSK_MGMT_REQ:
        this.#manageTask(at);
        break;
      default:
        this.#counters.unknownType();
        this.#release(at);
    }
  }

  #release(at: number): void {
    // pairs with the acquire in tgt_ring_full(): we are done with the slot's bytes
    Atomics.store(this.#words, at + STATUS, 0);
    this.#next = (this.#next + 1) >>> 0;
  }

  #takeCommand(at: number): void {
    const words = this.#words;
    const command = this.#command;
    for (let i = 0; i < 4; i++) this.#cdbWords[i] = words[at + CMD_REQ.scb + i] as number;
    command.hostNo = words[at + CMD_REQ.host_no] as number;
    command.cid = (words[at + CMD_REQ.cid] as number) >>> 0;
    command.dataLen = (words[at + CMD_REQ.data_len] as number) >>> 0;
    command.lun = lunOfWords(
      words[at + CMD_REQ.lun] as number,
      words[at + CMD_REQ.lun + 1] as number,
    );
    command.attribute = words[at + CMD_REQ.attribute] as number;
    command.tagLow = (words[at + CMD_REQ.tag] as number) >>> 0;
    command.tagHigh = (words[at + CMD_REQ.tag + 1] as number) >>> 0;
  }

  #answerCommand(): void {
    const { hostNo, cid } = this.#command;
    this.#counters.command();
    if (this.#responder.runsAlone(this.#command)) this.settle();
    if (this.#responder.command(this.#command, this.#freshAnswer())) {
      this.#publish(hostNo, cid, this.#answer);
    }
  }

  #commandDone(hostNo: number, cid: number, result: number): void {
    // Data that moved have result 0; with another the kernel took the command back before they did.
    if (!this.#ledger.takeMoved(hostNo, cid) || result !== 0) {
      this.#responder.done(hostNo, cid);
    } else if (this.#responder.dataMoved(hostNo, cid, this.#freshAnswer())) {
      this.#publish(hostNo, cid, this.#answer);
    }
  }

  #manageTask(at: number): void {
    const words = this.#words;
    const hostNo = words[at + TSK_MGMT_REQ.host_no] as number;
    const fn = words[at + TSK_MGMT_REQ.function] as number;
    const tagLow = (words[at + TSK_MGMT_REQ.tag] as number) >>> 0;
    const tagHigh = (words[at + TSK_MGMT_REQ.tag + 1] as number) >>> 0;
    const lun = lunOfWords(
      words[at + TSK_MGMT_REQ.lun] as number,
      words[at + TSK_MGMT_REQ.lun + 1] as number,
    );
    const midLow = words[at + TSK_MGMT_REQ.mid] as number;
    const midHigh = words[at + TSK_MGMT_REQ.mid + 1] as number;
    this.#release(at);
    // Before: no answer that the kernel has yet to read may lie in a buffer that is given back.
    this.settle();
    const result = this.#responder.taskManagement(hostNo, fn, tagLow, tagHigh, lun);
    // TASK ABORTED first: at this answer the kernel ends all that is not answered, of other nexuses too.
    this.#publishLate();
    this.#makeRoom();
    this.#producer.tskMgmtRsp(hostNo, midLow, midHigh, result);
  }

  #freshAnswer(): Answer {
    const answer = this.#answer;
    answer.status = 0;
    answer.len = 0;
    answer.uaddr = 0;
    answer.rw = 0;
    answer.dataOnly = false;
    answer.duplicate = false;
    return answer;
  }

  #publish(hostNo: number, cid: number, answer: Answer): void {
    this.#makeRoom();
    const rw = answer.dataOnly ? answer.rw | 0x80 : answer.rw;
    const index = this.#producer.cmdRsp(hostNo, cid, answer.len, answer.status, answer.uaddr, rw);
    this.#ledger.published(index, hostNo, cid, answer.dataOnly);
    if (!answer.duplicate) return;
    this.#makeRoom();
    this.#producer.cmdRsp(hostNo, cid, answer.len, answer.status, answer.uaddr, rw);
  }

  /** A free slot in ukring: the kernel frees them when the doorbell rings. */
  #makeRoom(): void {
    while (this.#producer.full) {
      this.#counters.ukringFull();
      this.#ring();
      if (this.#producer.full) this.#device.wait(this.#wakeFd, FULL_RETRY_MS, null);
    }
  }

  /** One doorbell for all that was published, then what the kernel made of it. */
  #ring(): void {
    const upTo = this.#producer.index;
    this.#device.kick();
    this.#counters.doorbell();
    this.#ledger.rung(upTo);
    this.#readVerdicts(upTo);
  }

  #readVerdicts(upTo: number): void {
    const ledger = this.#ledger;
    while (ledger.unread !== upTo) {
      const index = ledger.unread;
      const verdict = ledger.verdictOf(index);
      if (verdict === undefined) return; // not consumed yet: at most one lap per doorbell
      this.#note(1, index, this.#producer.slotAt(index), verdict);
      if (verdict !== null && verdict < 0) this.#refused(index, verdict);
      else ledger.accepted(index);
    }
  }

  #refused(index: number, verdict: number): void {
    const entry = this.#ledger.refused(index);
    this.#counters.rejection();
    if (entry === null) return; // a task management response: the function is over
    const answer = emptyAnswer(); // the other may be waiting for room to be published
    if (this.#responder.rejected(entry.hostNo, entry.cid, verdict, answer)) {
      this.#publish(entry.hostNo, entry.cid, answer);
    }
  }

  #note(ring: 0 | 1, index: number, at: number, verdict: number | null): void {
    if (this.#journal === null) return;
    const t =
      this.#device.telemetry?.stampTime(ring, index) ??
      (this.#stampHalves[1] as number) * 4294967296 + (this.#stampHalves[0] as number);
    this.#journal.write(ring, index, t, verdict, this.#words, at, SLOT_WORDS);
  }
}
