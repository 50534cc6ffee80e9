// SPDX-License-Identifier: MIT
// The default responder: keeps the record of each command from CMD_REQ to CMD_DONE, and whose turn it is.
import { isSystemError } from "../errors.js";
import { Alarms, type Clock } from "./alarms.js";
import { AnswerBuffers } from "./answer-buffers.js";
import { Asking } from "./asking.js";
import { BUSY, Call, CHECK_CONDITION, TASK_ABORTED, TASK_SET_FULL } from "./call.js";
import { closeUnits } from "./close-units.js";
import { type Counters, newCounters } from "./counters.js";
import { Dispatcher } from "./dispatcher.js";
import type { FaultAction, Faults } from "./faults.js";
import { type Flight, Flights } from "./flights.js";
import type { Handlers } from "./handlers.js";
import { type Job, Jobs } from "./jobs.js";
import type { LogicalUnit } from "./logical-unit.js";
import { commandTable } from "./opcodes.js";
import {
  alreadyAnswered,
  answerRefused,
  commandGone,
  flushFailure,
  INTERNAL_FAILURE,
  wrongDirection,
} from "./refusals.js";
import {
  type Answer,
  type Command,
  emptyAnswer,
  type LateAnswer,
  type Rejection,
  type Responder,
} from "./responder.js";
import type { StoreIo } from "./store.js";
import { ORDERED } from "./task-set.js";
import { manageTasks, type Tasks } from "./tasks.js";
import { UnitList } from "./unit-list.js";

export interface DefaultResponderOptions {
  readonly io: StoreIo;
  /** Owned from here on: closed by `close`. */
  readonly units: readonly LogicalUnit[];
  /** Woken when `poll` has something to say. */
  readonly wakeFd: number;
  /** The kernel announced data only (telemetry): commands whose data decide the status are claimed. */
  readonly dataOnlySupported: boolean;
  /** Told of errors that became HARDWARE ERROR sense: our bugs, or a native call that failed. */
  readonly onError?: (error: unknown) => void;
  readonly faults?: Faults;
  readonly handlers?: Handlers;
  /** Default: performance.now. */
  readonly clock?: Clock;
}

/** What is said at last is a status alone; a kernel that refuses even that is not asked again. */
const MOST_REFUSALS = 3;
const NONE: readonly LateAnswer[] = [];

export class DefaultResponder implements Responder {
  readonly counters: Counters = newCounters();
  readonly #options: DefaultResponderOptions;
  readonly #units: UnitList;
  readonly #flights = new Flights();
  readonly #buffers: AnswerBuffers;
  readonly #jobs: Jobs;
  readonly #alarms: Alarms;
  readonly #asking: Asking | null;
  readonly #dispatcher: Dispatcher;
  readonly #call: Call;
  readonly #tasks: Tasks;
  #late: LateAnswer[] = [];
  #pumping = false;
  #polling = false;

  constructor(options: DefaultResponderOptions) {
    this.#options = options;
    this.#buffers = new AnswerBuffers(options.io);
    this.#jobs = new Jobs(options.io, options.wakeFd);
    this.#alarms = new Alarms(options.clock ?? (() => performance.now()));
    this.#units = new UnitList(options.units, (error) => options.onError?.(error));
    this.#asking = options.handlers ? this.#desk(options.handlers) : null;
    this.#dispatcher = new Dispatcher(commandTable(options.dataOnlySupported), this.#asking);
    this.#call = new Call({
      buffers: this.#buffers,
      jobs: this.#jobs,
      counters: this.counters,
      dataOnly: options.dataOnlySupported,
      luns: () => this.units().map((unit) => unit.lun),
      abortOf: (unit, hostNo) => this.#abortOf(unit, hostNo),
    });
    this.#tasks = {
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

  /**
   * Of these, commands whose answer comes through `poll` without another event. Walks them all: not
   * for the hot path.
   */
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

  /** Gives a unit another capacity (bytes). False: no such unit. Throws what its store throws. */
  resizeUnit(lun: number, size: number): boolean {
    const unit = this.#units.at(lun);
    unit?.resize(size);
    return unit !== undefined;
  }

  command(command: Command, answer: Answer): boolean {
    const { hostNo, cid } = command;
    this.counters.commands++;
    const stale = this.#flights.find(hostNo, cid);
    if (stale) this.#finish(stale);
    const flight = this.#flights.add(hostNo, cid);
    flight.lun = command.lun;
    flight.tagLow = command.tagLow;
    flight.tagHigh = command.tagHigh;
    flight.attribute = command.attribute;
    flight.dataLen = command.dataLen;
    flight.cdb.set(command.cdb);
    const unit = this.#units.at(command.lun);
    return this.#now(flight, answer, (call) =>
      unit ? this.#admit(call, unit, command) : this.#dispatcher.absent(call),
    );
  }

  dataMoved(hostNo: number, cid: number, answer: Answer): boolean {
    const flight = this.#flights.find(hostNo, cid);
    const next = flight?.next;
    const unit = flight?.unit;
    // Never asked for: the initiator shall send the command again.
    if (!flight || !unit || !next || flight.phase !== "moving") {
      return this.#begin(flight ?? this.#flights.add(hostNo, cid), answer).status(BUSY);
    }
    flight.next = null;
    return this.#now(flight, answer, (call) => next(call, unit, { errno: 0, at: -1 }));
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
    if (++flight.refusals > MOST_REFUSALS) return false;
    return this.#now(flight, answer, (call) => {
      const { unit, wrongWay } = flight;
      flight.next = null;
      flight.wrongWay = null;
      if (unit && wrongWay && wrongDirection(why)) return wrongWay(call);
      // The sense was refused too: the status alone.
      if (flight.refusals > 1) return call.status(CHECK_CONDITION);
      return answerRefused(call, unit, why);
    });
  }

  taskManagement(hostNo: number, fn: number, tagLow: number, tagHigh: number, lun: number): number {
    const result = manageTasks(this.#tasks, { hostNo, fn, tagLow, tagHigh, lun });
    for (const unit of this.units()) this.#pump(unit);
    return result;
  }

  poll(): readonly LateAnswer[] {
    this.#polling = true;
    for (const job of this.#jobs.finished()) this.#jobDone(job);
    this.#alarms.run();
    this.#asking?.collect();
    this.#polling = false;
    if (this.#late.length === 0) return NONE;
    const late = this.#late;
    this.#late = [];
    this.counters.late += late.length;
    return late;
  }

  dueIn(): number {
    return this.#alarms.dueIn();
  }

  /**
   * Waits for running store work, then flushes and closes every store. `keepMemory`: `ram:` units
   * stay for the next owner. Throws `io` after closing all if a flush failed.
   */
  close(keepMemory = false): void {
    closeUnits(this.#units.drain(), this.#jobs, keepMemory);
    this.#buffers.close();
  }

  #desk(handlers: Handlers): Asking {
    return new Asking({
      handlers,
      alarm: (ms, ring) => this.#alarms.set(ms, ring),
      answerWith: (flight, step) => this.#later(flight, step),
      answerByDefault: (flight) => {
        const { unit } = flight;
        if (unit) this.#later(flight, (call) => this.#dispatcher.execute(call, unit));
      },
    });
  }

  #admit(call: Call, unit: LogicalUnit, command: Command): boolean {
    const { flight } = call;
    flight.unit = unit;
    unit.users++;
    if (unit.tasks.full) return call.status(TASK_SET_FULL);
    if (this.#dispatcher.isExclusive(flight.cdb[0] ?? 0)) flight.attribute = ORDERED;
    flight.fault = this.#options.faults?.match(command) ?? null;
    if (unit.tasks.admits(flight.attribute)) return this.#run(call, unit);
    unit.tasks.park(flight);
    return false;
  }

  /** A command whose turn it is: the fault a rule has for it, then what it asks for. */
  #run(call: Call, unit: LogicalUnit): boolean {
    const { fault } = call.flight;
    if (!fault) return this.#dispatcher.run(call, unit);
    call.flight.fault = null;
    return this.#suffer(call, unit, fault);
  }

  #suffer(call: Call, unit: LogicalUnit, fault: FaultAction): boolean {
    const { flight } = call;
    switch (fault.kind) {
      case "sense":
        return call.sense(fault);
      case "status":
        return call.status(fault.status);
      case "drop":
        flight.phase = "lost";
        return false;
      case "delay":
        flight.phase = "waiting";
        flight.cancel = this.#alarms.set(fault.ms, () => {
          flight.cancel = null;
          this.#later(flight, (later) => this.#dispatcher.run(later, unit));
        });
        return false;
      case "duplicate":
        flight.duplicate = true;
        break;
      case "short":
        flight.most = fault.bytes;
    }
    return this.#dispatcher.run(call, unit);
  }

  /** A step answered in the call that led to it. */
  #now(flight: Flight, answer: Answer, step: (call: Call) => boolean): boolean {
    const ready = this.#step(flight, answer, step);
    this.#track(flight);
    return ready;
  }

  /** One step of a command: what it threw becomes sense. */
  #step(flight: Flight, answer: Answer, step: (call: Call) => boolean): boolean {
    const call = this.#begin(flight, answer);
    try {
      return step(call);
    } catch (error) {
      return this.#failed(call, error);
    }
  }

  /** A step whose answer goes out through `poll`. */
  #later(flight: Flight, step: (call: Call) => boolean): void {
    const { hostNo, cid } = flight;
    const answer = emptyAnswer();
    if (this.#step(flight, answer, step)) this.#deliver(hostNo, cid, answer);
    this.#track(flight); // last: whoever waited for it is answered after it
  }

  #deliver(hostNo: number, cid: number, answer: Answer): void {
    this.#late.push({ hostNo, cid, answer });
    if (!this.#polling) this.#options.io.wake(this.#options.wakeFd);
  }

  #track(flight: Flight): void {
    const { unit, phase } = flight;
    if (!unit || phase === "dormant") return;
    if (phase !== "answered") {
      if (!flight.open) unit.tasks.enter(flight);
    } else if (flight.open) {
      unit.tasks.leave(flight);
      this.#pump(unit);
    }
  }

  /** Runs what may run now that others are through. */
  #pump(unit: LogicalUnit): void {
    if (this.#pumping) return; // the loop below goes on
    this.#pumping = true;
    for (let next = unit.tasks.next(); next; next = unit.tasks.next()) {
      next.phase = "new";
      this.#later(next, (call) => this.#run(call, unit));
    }
    this.#pumping = false;
  }

  #begin(flight: Flight, answer: Answer): Call {
    const call = this.#call;
    call.flight = flight;
    call.answer = answer;
    return call;
  }

  #failed(call: Call, error: unknown): boolean {
    // No room for more store work: the initiator shall send the command again.
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
    if (flight.phase !== "answered") this.#callBack(flight);
    if (flight.buffer) this.#buffers.give(flight.buffer);
    const { unit } = flight;
    this.#flights.remove(flight);
    if (!unit) return;
    unit.users--;
    this.#units.unused(unit);
  }

  /** Takes back what an open command waits for. What already works on the store goes on: a barrier. */
  #callBack(flight: Flight): void {
    const { unit } = flight;
    flight.cancel?.();
    flight.cancel = null;
    if (flight.asked !== 0) this.#asking?.forget(flight);
    const job = flight.job === 0 ? undefined : this.#jobs.find(flight.job);
    flight.job = 0;
    if (job) {
      job.orphanOf = flight.buffer;
      flight.buffer = null;
      if (job.writes) {
        job.barrier = true;
        job.unit.tasks.addBarrier();
      }
    }
    unit?.tasks.leave(flight);
  }

  #drop(flight: Flight): void {
    this.counters.aborted++;
    this.#finish(flight);
  }

  #abortForeign(flight: Flight): void {
    this.counters.aborted++;
    this.#callBack(flight);
    const answer = emptyAnswer();
    this.#begin(flight, answer).status(TASK_ABORTED);
    this.#deliver(flight.hostNo, flight.cid, answer);
  }

  #abortOf(unit: LogicalUnit, hostNo: number): void {
    for (const flight of this.#flights.all()) {
      const open = flight.phase !== "answered" && flight.phase !== "new";
      if (flight.unit === unit && flight.hostNo === hostNo && open) this.#abortForeign(flight);
    }
  }

  #jobDone(job: Job): void {
    const { unit, hostNo, cid, cookie, errno } = job;
    if (errno !== 0 && job.operation === "sync") this.counters.flushErrors++;
    if (job.orphanOf) this.#buffers.give(job.orphanOf);
    if (job.barrier) unit.tasks.removeBarrier();
    const flight = cid < 0 ? null : this.#flights.find(hostNo, cid);
    const next = flight?.next;
    if (flight && next && flight.job === cookie) {
      flight.job = 0;
      flight.next = null;
      this.#later(flight, (call) => next(call, unit, job));
    } else if (errno !== 0 && (job.writes || job.operation === "sync")) {
      unit.attentions.add(hostNo, { ...flushFailure(errno), deferred: true });
    }
    if (job.barrier) this.#pump(unit);
    this.#units.unused(unit);
  }
}
