// SPDX-License-Identifier: MIT
// The engine: consumes kuring, lets the responder answer, publishes, rings once per batch, reads
// verdicts. Runs in its own thread; nothing in it waits for anything but the device. What is held, and
// where, is engine-control.ts's.
import { type LiveDevice, RINGS_SIZE, type Waiter } from "../../device/ring-device.js";
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
} from "../../ring/live-layout.js";
import { TASK_ABORTED } from "../../target/call.js";
import {
  type Answer,
  emptyAnswer,
  type KnownCommand,
  type Responder,
} from "../../target/responder.js";
import { EngineControl } from "../hold/engine-control.js";
import type { EngineHands } from "../hold/letting-go.js";
import { Injector, type InjectorPort } from "../inject/injector.js";
import type { JournalWriter } from "../journal.js";
import type { LatencyMeter } from "../latency/latency-meter.js";
import { NO_CPU } from "../latency/wake-up.js";
import type { EngineCounters } from "./engine-counters.js";
import { EngineEvent, type Task } from "./engine-event.js";
import { Outgoing, type VerdictTaker } from "./outgoing.js";

/**
 * Events consumed before the doorbell is rung: the initiator works on the first answers while we
 * prepare the next. Larger batches save doorbells, smaller ones save latency (npm run bench:ring).
 */
const BATCH = 64;
export interface EngineOptions {
  readonly device: LiveDevice;
  readonly responder: Responder;
  readonly counters: EngineCounters;
  readonly journal: JournalWriter | null;
  /** eventfd on which background work and the session wake the engine. */
  readonly wakeFd: number;
  /** See EngineControlOptions. */
  readonly onHold?: (on: boolean) => void;
  readonly onChange?: () => void;
}

export class Engine {
  readonly #device: LiveDevice;
  readonly #responder: Responder;
  readonly #counters: EngineCounters;
  readonly #journal: JournalWriter | null;
  readonly #wakeFd: number;
  readonly #words: Int32Array;
  readonly #out: Outgoing;
  /** When the wait returned, where, and when it began. */
  readonly #stamp = BigUint64Array.of(0n, BigInt(NO_CPU), 0n);
  readonly #stampHalves: Uint32Array;
  readonly #cdbWords = new Int32Array(4);
  readonly #command: KnownCommand;
  readonly #answer: Answer = emptyAnswer();
  /** What holds the target, and lets go of what is held. */
  readonly control: EngineControl;
  readonly #event: EngineEvent;
  /** Puts events of somebody else's making into ukring. */
  readonly injector: Injector;
  #next = 0;
  /** Null: nobody measures, as nearly always. */
  #meter: LatencyMeter | null = null;
  /** Another way to wait than the device's own. */
  #waiter: Waiter | null = null;

  constructor(options: EngineOptions) {
    this.#device = options.device;
    this.#responder = options.responder;
    this.#counters = options.counters;
    this.#journal = options.journal;
    this.#wakeFd = options.wakeFd;
    this.#words = new Int32Array(options.device.rings, 0, RINGS_SIZE >> 2);
    const { device, counters, wakeFd } = options;
    this.#out = new Outgoing({
      ...{ device, words: this.#words, counters, wakeFd },
      taker: this.#verdictTaker(),
    });
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
      isOpen: true,
      since: 0,
    };
    this.control = new EngineControl({
      responder: options.responder,
      edits: this.#out.edits,
      hands: this.#hands(),
      onHold: options.onHold ?? (() => {}),
      onChange: options.onChange ?? (() => {}),
      now: () => Number(process.hrtime.bigint()),
    });
    this.injector = new Injector(this.#injectorPort());
    this.#event = new EngineEvent({
      words: this.#words,
      find: (hostNo, cid) => options.responder.find(hostNo, cid),
      timeOf: (ring, index) => this.#timeOf(ring, index),
    });
  }

  /** Commands whose answer the responder still owes. */
  get owed(): number {
    return this.#responder.owed;
  }

  /** Ms until the responder has something to do without a wake-up; -1: nothing. */
  get dueIn(): number {
    const due = this.#responder.dueIn();
    if (!this.injector.waiting) return due;
    const inject = this.injector.dueIn(performance.now());
    return due < 0 ? inject : Math.min(due, inject);
  }

  /** Blocks until there is work or a wake-up, at most `timeoutMs` (-1: for ever). Returns WAIT_* bits. */
  wait(timeoutMs: number): number {
    const { woken } = this.#out;
    this.#out.woken = 0;
    const most = woken === 0 ? timeoutMs : 0;
    const bits = this.#waiter
      ? this.#waiter.wait(most, this.#stamp, this.#next)
      : this.#device.wait(this.#wakeFd, most, this.#stamp);
    this.#counters.wakeup();
    if (this.#meter !== null) this.#tellWoken(this.#meter);
    return bits | woken;
  }

  #tellWoken(meter: LatencyMeter): void {
    const halves = this.#stampHalves;
    const sleptNs = (halves[5] as number) * 4294967296 + (halves[4] as number);
    meter.woke(this.#wokenNs, halves[2] as number, sleptNs);
  }

  /** Events ever in kuring, modulo 2^32; null: this kernel does not tell. */
  get produced(): number | null {
    const { telemetry } = this.#device;
    if (telemetry === null) return null;
    const told = telemetry.kuringProduced;
    return ((told - this.#next) | 0) < 0 ? this.#next : told; // it tells after it has published
  }

  /** Has events followed from the next wait on, which waits by `waiter`; null: as ever. */
  measure(meter: LatencyMeter | null, waiter: Waiter | null): void {
    this.#meter = meter;
    this.#out.meter = meter;
    this.#waiter = waiter;
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
    if (this.injector.waiting) this.injector.expire(performance.now());
    this.#out.ringAll(); // first: what starts in poll() may rely on the data of earlier answers
    this.#publishLate();
    this.#out.ringAll();
  }

  #publishLate(): void {
    for (const { hostNo, cid, answer } of this.#responder.poll())
      this.#publish(hostNo, cid, answer);
  }

  #verdictTaker(): VerdictTaker {
    return {
      judged: (at, index, verdict) => this.#judged(at, index, verdict),
      refused: (hostNo, cid, verdict) => this.#refused(hostNo, cid, verdict),
      edited: (answer, refused) => this.control.editJudged(answer, refused),
    };
  }

  #hands(): EngineHands {
    const out = this.#out;
    return {
      send: (hostNo, cid, answer) => this.#send(hostNo, cid, answer),
      sendEdited: (event, back) => out.sendEdited(event, back),
      manage: (task, result) => this.#manage(task, result),
      collect: () => this.#publishLate(),
      ringAll: () => out.ringAll(),
      verdictOf: (index) => out.ledger.verdictOf(index),
    };
  }

  #injectorPort(): InjectorPort {
    const device = this.#device;
    const out = this.#out;
    return {
      words: this.#words,
      producer: out.producer,
      settle: () => out.ringAll(),
      ring: () => out.ring(),
      ringRacing: (at, first, second) => out.ring(() => device.kickRacing(at, first, second)),
      leaveUnrung: () => out.ledger.rung(out.producer.index),
      readOnlyAddress: () => device.readOnlyAddress(),
      verdictOf: (index) => out.ledger.verdictOf(index),
      aborted: () => this.#responder.aborted,
      dataMoves: (hostNo, cid) => out.ledger.moving(hostNo, cid),
      held: (suits) => this.control.heldAnswer(suits),
      heldAnswered: (held) => this.control.answered(held),
    };
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
      case TYPE_CMD_REQ: {
        this.#takeCommand(at);
        if (this.control.breakpoints.watching) this.#watchRequest(at);
        this.#release(at);
        this.#answerCommand();
        break;
      }
      case TYPE_CMD_DONE: {
        const hostNo = words[at + CMD_DONE.host_no] as number;
        const cid = (words[at + CMD_DONE.cid] as number) >>> 0;
        const result = words[at + CMD_DONE.result] as number;
        if (this.control.breakpoints.watching) {
          this.#event.done(at, this.#next, hostNo, cid, result);
          this.control.check(this.#event, false);
        }
        this.#release(at);
        this.#commandDone(hostNo, cid, result);
        break;
      }
      case TYPE_TSK_MGMT_REQ:
        this.#manageTask(at);
        break;
      default:
        this.#counters.unknownType();
        if (this.control.breakpoints.watching) {
          this.#event.unknown(at, this.#next);
          this.control.check(this.#event, false);
        }
        this.#release(at);
    }
  }

  #watchRequest(at: number): void {
    this.#command.since = this.control.breakpoints.wantsAges ? this.#timeOf(0, this.#next) : 0;
    this.#event.request(at, this.#next, this.#command);
    this.control.check(this.#event, false);
  }

  #release(at: number): void {
    if (this.#meter !== null) this.#meter.consumed(this.#next, this.#words, at);
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
    this.control.over(hostNo, cid); // an earlier one of the same name
    if (this.#responder.runsAlone(this.#command)) this.settle();
    const ready = this.#responder.command(this.#command, this.#freshAnswer());
    if (this.control.breakpoints.wantsAges) this.#noteSince(hostNo, cid);
    if (ready) this.#publish(hostNo, cid, this.#answer);
  }

  #noteSince(hostNo: number, cid: number): void {
    const known = this.#responder.find(hostNo, cid);
    if (known) known.since = this.#command.since;
  }

  #commandDone(hostNo: number, cid: number, result: number): void {
    if (this.injector.takeMove(hostNo, cid) && result === 0) return; // not by an answer of ours
    // Data that moved have result 0; with another the kernel took the command back before they did.
    if (!this.#out.ledger.takeMoved(hostNo, cid) || result !== 0) {
      if (this.#meter !== null) this.#meter.over(hostNo, cid);
      this.#responder.done(hostNo, cid);
      this.control.over(hostNo, cid);
      return;
    }
    if (this.#meter !== null) this.#meter.moved(hostNo, cid);
    if (this.control.movedByEdit(hostNo, cid)) return;
    // Aborted while they moved: an answer that nobody waits for is not kept.
    const forgotten = this.control.holding && !this.#responder.find(hostNo, cid);
    if (!this.#responder.dataMoved(hostNo, cid, this.#freshAnswer())) return;
    if (forgotten) this.#send(hostNo, cid, this.#answer);
    else this.#publish(hostNo, cid, this.#answer);
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
    const task = { hostNo, midLow, midHigh, fn, tagLow, tagHigh, lun };
    if (this.control.breakpoints.watching) {
      this.#event.task(at, this.#next, task);
      this.control.check(this.#event, false);
    }
    this.#release(at);
    if (this.control.holdsTasks) {
      const heldNs = Number(process.hrtime.bigint());
      this.control.keepTask({ kind: "task", ...task, heldNs });
    } else {
      this.#manage(task, null);
    }
  }

  /** Carries it out and answers it. `instead`: an answer of somebody's own, nothing is done but for 0. */
  #manage(task: Task, instead: number | null): number {
    const { hostNo, fn, tagLow, tagHigh, lun } = task;
    // Before: no answer that the kernel has yet to read may lie in a buffer that is given back.
    this.settle();
    let result = instead ?? 0;
    if (result === 0) {
      const own = this.#responder.taskManagement(hostNo, fn, tagLow, tagHigh, lun);
      result = instead ?? own;
    }
    // TASK ABORTED first: at this answer the kernel ends all that is not answered, of other nexuses too.
    this.#publishAborts();
    this.control.prune();
    if (this.control.breakpoints.watching) {
      this.#event.taskAnswer(task, result, this.#out.producer.index);
      this.control.check(this.#event, false);
    }
    return this.#out.sendTask(task, result);
  }

  /** Late answers after task management: what it ended goes out, held or not. */
  #publishAborts(): void {
    for (const { hostNo, cid, answer } of this.#responder.poll()) {
      if (answer.status !== TASK_ABORTED) {
        this.#publish(hostNo, cid, answer);
        continue;
      }
      if (this.control.breakpoints.watching) this.#askAbout(hostNo, cid, answer);
      this.#send(hostNo, cid, answer);
    }
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

  /** Into ukring, unless the target is held; `refused`: the verdict on the answer before. */
  #publish(hostNo: number, cid: number, answer: Answer, refused: number | null = null): void {
    const { control } = this;
    if (control.breakpoints.watching) this.#askAbout(hostNo, cid, answer);
    if (control.holding) control.keep(hostNo, cid, answer, refused);
    else this.#send(hostNo, cid, answer);
  }

  #askAbout(hostNo: number, cid: number, answer: Answer): void {
    this.#event.answer(hostNo, cid, answer, this.#out.producer.index);
    this.control.check(this.#event, false);
  }

  #send(hostNo: number, cid: number, answer: Answer): number {
    if (this.injector.waiting) {
      const taken = this.injector.offer(hostNo, cid, answer);
      if (taken !== null) return taken;
    }
    return this.#out.send(hostNo, cid, answer);
  }

  #judged(at: number, index: number, verdict: number | null): void {
    this.#note(1, index, at, verdict);
    if (!this.control.breakpoints.wantsVerdicts || verdict === null) return;
    this.#event.judged(at, index, verdict);
    this.control.check(this.#event, true);
  }

  #refused(hostNo: number, cid: number, verdict: number): void {
    const answer = emptyAnswer(); // the other may be waiting for room to be published
    if (this.#responder.rejected(hostNo, cid, verdict, answer)) {
      this.#publish(hostNo, cid, answer, verdict);
    }
  }

  /** CLOCK_MONOTONIC ns of an event: the kernel's stamp, or when this round began. */
  #timeOf(ring: 0 | 1, index: number): number {
    return this.#device.telemetry?.stampTime(ring, index) ?? this.#wokenNs;
  }

  /** When the last wait returned. */
  get #wokenNs(): number {
    return (this.#stampHalves[1] as number) * 4294967296 + (this.#stampHalves[0] as number);
  }

  #note(ring: 0 | 1, index: number, at: number, verdict: number | null): void {
    if (this.#journal === null) return;
    const t = this.#timeOf(ring, index);
    this.#journal.write(ring, index, t, verdict, this.#words, at, SLOT_WORDS);
  }
}
