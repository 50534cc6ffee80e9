// SPDX-License-Identifier: MIT
// The default responder: finds unit and handler of each command and keeps its record until CMD_DONE.
import { isSystemError } from "../errors.js";
import { AnswerBuffers } from "./answer-buffers.js";
import { Call, CHECK_CONDITION, TASK_ABORTED } from "./call.js";
import { closeUnits } from "./close-units.js";
import { type Counters, newCounters } from "./counters.js";
import { type Flight, Flights } from "./flights.js";
import { type Flush, Flushes } from "./flushes.js";
import type { LogicalUnit } from "./logical-unit.js";
import { type CommandTable, commandTable, rowOf, unusableBit, unusableByte } from "./opcodes.js";
import {
  alreadyAnswered,
  answerRefused,
  commandGone,
  flushFailure,
  INTERNAL_FAILURE,
} from "./refusals.js";
import type { Answer, Command, LateAnswer, Rejection, Responder } from "./responder.js";
import type { StoreIo } from "./store.js";
import { manageTasks, type TaskSet } from "./tasks.js";
import { UnitList } from "./unit-list.js";

export interface DefaultResponderOptions {
  readonly io: StoreIo;
  /** Owned from here on: closed by `close`. */
  readonly units: readonly LogicalUnit[];
  /** Woken when `poll` has something to say. */
  readonly wakeFd: number;
  /** The kernel announced data only (telemetry): FUA is claimed and honoured. */
  readonly dataOnlySupported: boolean;
  /** Told of errors that became HARDWARE ERROR sense: our bugs, or a native call that failed. */
  readonly onError?: (error: unknown) => void;
}

const BUSY = 0x08;
const TASK_SET_FULL = 0x28;
/** What is said at last is a status alone; a kernel that refuses even that is not asked again. */
const MOST_REFUSALS = 3;
const NONE: readonly LateAnswer[] = [];

function emptyAnswer(): Answer {
  return { status: 0, len: 0, uaddr: 0, rw: 0, dataOnly: false };
}

export class DefaultResponder implements Responder {
  readonly counters: Counters = newCounters();
  readonly #options: DefaultResponderOptions;
  readonly #units: UnitList;
  readonly #flights = new Flights();
  readonly #buffers: AnswerBuffers;
  readonly #flushes: Flushes;
  readonly #table: CommandTable;
  readonly #call: Call;
  readonly #taskSet: TaskSet;
  #late: LateAnswer[] = [];

  constructor(options: DefaultResponderOptions) {
    this.#options = options;
    this.#buffers = new AnswerBuffers(options.io);
    this.#flushes = new Flushes(options.io, options.wakeFd);
    this.#table = commandTable(options.dataOnlySupported);
    this.#units = new UnitList(options.units, (error) => options.onError?.(error));
    this.#call = new Call({
      buffers: this.#buffers,
      flushes: this.#flushes,
      counters: this.counters,
      dpofua: options.dataOnlySupported,
      luns: () => this.units().map((unit) => unit.lun),
    });
    this.#taskSet = {
      flights: () => this.#flights.all(),
      units: () => this.units(),
      unit: (lun) => this.#units.at(lun),
      drop: (flight) => this.#drop(flight),
      abortForeign: (flight) => this.#abortForeign(flight),
    };
  }

  /** Units served, by ascending LUN. */
  units(): LogicalUnit[] {
    return this.#units.all();
  }

  /** Commands between CMD_REQ and CMD_DONE. */
  get inFlight(): number {
    return this.#flights.size;
  }

  /** Of these, commands whose answer comes through `poll`. Walks them all: not for the hot path. */
  get owed(): number {
    const waiting = this.#flights.all().filter((flight) => flight.phase === "waiting");
    return waiting.length + this.#late.length;
  }

  /** Serves one more unit; the initiators of the others are told. False: its LUN is taken. */
  addUnit(unit: LogicalUnit): boolean {
    return this.#units.add(unit);
  }

  /** Stops serving a LUN; its store is closed with the last command on it. False: no such unit. */
  removeUnit(lun: number): boolean {
    return this.#units.remove(lun);
  }

  command(command: Command, answer: Answer): boolean {
    const { hostNo, cid, lun } = command;
    this.counters.commands++;
    const stale = this.#flights.find(hostNo, cid);
    if (stale) this.#finish(stale);
    const flight = this.#flights.add(hostNo, cid);
    flight.lun = lun;
    flight.tagLow = command.tagLow;
    flight.tagHigh = command.tagHigh;
    flight.dataLen = command.dataLen;
    const call = this.#begin(flight, answer);
    call.cdb = command.cdb;
    try {
      return this.#dispatch(call, this.#units.at(lun));
    } catch (error) {
      return this.#failed(call, error);
    }
  }

  dataMoved(hostNo: number, cid: number, answer: Answer): boolean {
    const flight = this.#flights.find(hostNo, cid);
    const call = this.#begin(flight ?? this.#flights.add(hostNo, cid), answer);
    // Never asked for: the initiator shall send the command again.
    if (!flight?.unit || flight.phase !== "moving") return call.status(BUSY);
    try {
      return call.flush(flight.unit, flight.offset, Math.min(flight.length, flight.dataLen));
    } catch (error) {
      return this.#failed(call, error);
    }
  }

  done(hostNo: number, cid: number): void {
    const flight = this.#flights.find(hostNo, cid);
    if (flight) this.#finish(flight);
  }

  rejected(hostNo: number, cid: number, why: Rejection, answer: Answer): boolean {
    this.counters.rejected++;
    const flight = this.#flights.find(hostNo, cid);
    if (!flight || alreadyAnswered(why)) return false;
    if (commandGone(why)) {
      this.#finish(flight);
      return false;
    }
    const call = this.#begin(flight, answer);
    if (++flight.refusals > MOST_REFUSALS) return false;
    // The sense was refused too: the status alone.
    if (flight.refusals > 1) return call.status(CHECK_CONDITION);
    try {
      return answerRefused(call, flight.unit, why);
    } catch (error) {
      return this.#failed(call, error);
    }
  }

  taskManagement(hostNo: number, fn: number, tagLow: number, tagHigh: number, lun: number): number {
    return manageTasks(this.#taskSet, { hostNo, fn, tagLow, tagHigh, lun });
  }

  poll(): readonly LateAnswer[] {
    for (const flush of this.#flushes.finished()) this.#flushed(flush);
    if (this.#late.length === 0) return NONE;
    const late = this.#late;
    this.#late = [];
    this.counters.late += late.length;
    return late;
  }

  /**
   * Waits for running flushes, then flushes and closes every store. `keepMemory`: `ram:` units stay
   * for the next owner. Throws `io` after closing all if a flush failed.
   */
  close(keepMemory = false): void {
    closeUnits(this.#units.drain(), this.#flushes, keepMemory);
    this.#buffers.close();
  }

  #dispatch(call: Call, unit: LogicalUnit | undefined): boolean {
    const { cdb, flight } = call;
    const candidates = this.#table[cdb[0] ?? 0];
    const row = candidates && rowOf(candidates, cdb);
    if (!unit && !row?.absent) return call.refuse(0x25, 0x00);
    if (unit) {
      flight.unit = unit;
      unit.users++;
      const queue = unit.attentions.queue(flight.hostNo);
      const attention = row?.ignoresAttention || queue.length === 0 ? undefined : queue.shift();
      if (attention) return call.sense(attention);
    }
    if (!row) return candidates ? call.illegal(1, 4) : call.illegal(0, undefined, 0x20);
    const wrong = unusableByte(row, cdb);
    if (wrong >= 0) return call.illegal(wrong, unusableBit(row, cdb, wrong));
    if (unit) return row.handler(call, unit);
    return row.absent ? row.absent(call) : call.refuse(0x25, 0x00);
  }

  #begin(flight: Flight, answer: Answer): Call {
    const call = this.#call;
    call.flight = flight;
    call.answer = answer;
    return call;
  }

  #failed(call: Call, error: unknown): boolean {
    // No room for one more flush: the initiator shall send the command again.
    if (isSystemError(error) && error.code === "EAGAIN") return call.status(TASK_SET_FULL);
    this.counters.internalErrors++;
    this.#options.onError?.(error);
    try {
      return call.sense(INTERNAL_FAILURE);
    } catch {
      return call.status(BUSY); // not even memory for the sense: a status needs none
    }
  }

  #finish(flight: Flight): void {
    if (flight.buffer) this.#buffers.give(flight.buffer);
    const { unit } = flight;
    this.#flights.remove(flight);
    if (!unit) return;
    unit.users--;
    this.#units.unused(unit);
  }

  #drop(flight: Flight): void {
    this.counters.aborted++;
    this.#finish(flight);
  }

  #abortForeign(flight: Flight): void {
    this.counters.aborted++;
    flight.job = 0;
    const answer = emptyAnswer();
    this.#begin(flight, answer).status(TASK_ABORTED);
    this.#late.push({ hostNo: flight.hostNo, cid: flight.cid, answer });
    this.#options.io.wake(this.#options.wakeFd);
  }

  #flushed(flush: Flush): void {
    const { unit, hostNo, cid, cookie, errno } = flush;
    if (errno !== 0) this.counters.flushErrors++;
    const flight = cid < 0 ? null : this.#flights.find(hostNo, cid);
    if (flight && flight.job === cookie) {
      const answer = emptyAnswer();
      const call = this.#begin(flight, answer);
      flight.job = 0;
      try {
        if (errno !== 0) call.sense(flushFailure(errno));
        else call.complete(unit);
      } catch (error) {
        this.#failed(call, error);
      }
      this.#late.push({ hostNo, cid, answer });
    } else if (errno !== 0) {
      unit.attentions.add(hostNo, { ...flushFailure(errno), deferred: true });
    }
    this.#units.unused(unit);
  }
}
