// SPDX-License-Identifier: MIT
// Our side of ukring: what is published, when the doorbell rings, and what the kernel made of each.

import { type CmdRsp, RW_DATA_ONLY } from "../../abi/event.js";
import { WAIT_WAKE } from "../../device/native.js";
import type { LiveDevice } from "../../device/ring-device.js";
import { Producer } from "../../ring/producer.js";
import type { Answer } from "../../target/responder.js";
import { type EditedAnswer, EditedAnswers } from "../hold/edited-answers.js";
import type { HeldAnswer } from "../hold/hold.js";
import { COMMAND, FUNCTION } from "../latency/flight-table.js";
import type { LatencyMeter } from "../latency/latency-meter.js";
import { AnswerLedger } from "./answer-ledger.js";
import type { EngineCounters } from "./engine-counters.js";
import type { Task } from "./engine-event.js";

/** How long to wait for a slot when the kernel does not consume, before looking again. */
const FULL_RETRY_MS = 10;

/** Who is told what the kernel said; called from within `ring`, and free to publish again. */
export interface VerdictTaker {
  /** Of every event, first. `at`: the first word of its slot. */
  judged(at: number, index: number, verdict: number | null): void;
  /** An answer of the responder's was refused: the command still waits. */
  refused(hostNo: number, cid: number, verdict: number): void;
  /** An answer that had been edited; `refused` with its verdict. */
  edited(answer: EditedAnswer, refused: number | null): void;
}

export interface OutgoingOptions {
  readonly device: LiveDevice;
  /** Both rings. */
  readonly words: Int32Array;
  readonly counters: EngineCounters;
  readonly wakeFd: number;
  readonly taker: VerdictTaker;
}

export class Outgoing {
  readonly producer: Producer;
  /** WAIT_WAKE if somebody woke us while we waited for room; whoever asks clears it. */
  woken = 0;
  readonly edits = new EditedAnswers();
  readonly ledger: AnswerLedger;
  /** Null: nobody measures. */
  meter: LatencyMeter | null = null;
  readonly #device: LiveDevice;
  readonly #counters: EngineCounters;
  readonly #wakeFd: number;
  readonly #taker: VerdictTaker;

  constructor({ device, words, counters, wakeFd, taker }: OutgoingOptions) {
    this.#device = device;
    this.#counters = counters;
    this.#wakeFd = wakeFd;
    this.#taker = taker;
    this.producer = new Producer(words);
    this.ledger = new AnswerLedger(device.telemetry);
  }

  /** Its index. */
  send(hostNo: number, cid: number, answer: Answer): number {
    this.#makeRoom();
    const rw = answer.dataOnly ? answer.rw | RW_DATA_ONLY : answer.rw;
    const { producer } = this;
    const index = producer.cmdRsp(hostNo, cid, answer.len, answer.status, answer.uaddr, rw);
    if (this.meter !== null) this.meter.published(index, COMMAND, hostNo, cid, 0);
    this.ledger.published(index, hostNo, cid, answer.dataOnly);
    if (answer.duplicate) {
      this.#makeRoom();
      producer.cmdRsp(hostNo, cid, answer.len, answer.status, answer.uaddr, rw);
    }
    return index;
  }

  /** `back`: what had been prepared. */
  sendEdited(event: CmdRsp, back: HeldAnswer): number {
    this.#makeRoom();
    const index = this.edits.publish(this.producer, this.ledger, event, back);
    this.meter?.published(index, COMMAND, back.hostNo, back.cid, 0);
    return index;
  }

  sendTask({ hostNo, midLow, midHigh }: Task, result: number): number {
    this.#makeRoom();
    const index = this.producer.tskMgmtRsp(hostNo, midLow, midHigh, result);
    this.meter?.published(index, FUNCTION, hostNo, midLow, midHigh);
    return index;
  }

  /** Rings while anything is unrung: also what its verdicts bring about. */
  ringAll(): void {
    while (this.ledger.unrung(this.producer.index)) this.ring();
  }

  /** One doorbell for all that was published (`kick`: another way to ring it), then the verdicts. */
  ring(kick: (() => void) | null = null): void {
    const upTo = this.producer.index;
    if (this.meter !== null) this.meter.rings(this.ledger.upTo, upTo);
    if (kick) kick();
    else this.#device.kick();
    if (this.meter !== null) this.meter.rang();
    this.#counters.doorbell();
    this.ledger.rung(upTo);
    this.#readVerdicts(upTo);
  }

  /** A free slot: the kernel frees them when the doorbell rings. */
  #makeRoom(): void {
    while (this.producer.full) {
      this.#counters.ukringFull();
      this.ring();
      if (!this.producer.full) return;
      this.woken |= this.#device.wait(this.#wakeFd, FULL_RETRY_MS, null) & WAIT_WAKE;
    }
  }

  #readVerdicts(upTo: number): void {
    const { ledger, producer } = this;
    while (((upTo - ledger.unread) | 0) > 0) {
      const index = ledger.unread;
      const verdict = ledger.verdictOf(index);
      if (verdict === undefined) return; // not consumed yet: at most one lap per doorbell
      if (this.meter !== null) this.meter.judged(index);
      this.#taker.judged(producer.slotAt(index), index, verdict);
      const edited = this.edits.judged(index);
      if (verdict !== null && verdict < 0) this.#refused(index, verdict, edited);
      else {
        ledger.accepted(index);
        if (edited) this.#taker.edited(edited, null);
      }
    }
  }

  #refused(index: number, verdict: number, edited: EditedAnswer | null): void {
    const entry = this.ledger.refused(index);
    this.#counters.rejection();
    if (edited) this.#taker.edited(edited, verdict);
    else if (entry) this.#taker.refused(entry.hostNo, entry.cid, verdict);
    // else a task management response: the function is over
  }
}
