// SPDX-License-Identifier: MIT
// The default responder: from CMD_REQ to CMD_DONE, through the task set of the unit it is for.
import { Alarms, type Clock } from "./alarms.js";
import { AnswerBuffers } from "./answer-buffers.js";
import { Asking } from "./asking.js";
import {
  BUSY,
  type Call,
  type CallServices,
  CHECK_CONDITION,
  TASK_ABORTED,
  TASK_SET_FULL,
} from "./call.js";
import { commandTable } from "./commands/opcodes.js";
import { type Counters, newCounters } from "./counters.js";
import { Dispatcher } from "./dispatcher.js";
import type { FaultAction, Faults } from "./faults.js";
import { type Flight, Flights } from "./flights.js";
import type { Handlers } from "./handlers.js";
import { Jobs } from "./jobs.js";
import { alreadyAnswered, answerRefused, commandGone, wrongDirection } from "./refusals.js";
import type {
  Answer,
  Command,
  CommandKey,
  KnownCommand,
  LateAnswer,
  Rejection,
  Responder,
  SenseCode,
} from "./responder.js";
import { Steps } from "./steps.js";
import type { StoreIo } from "./stores/store.js";
import { ORDERED } from "./task-set.js";
import { manageTasks, type Tasks } from "./tasks.js";
import { closeUnits } from "./units/close-units.js";
import type { LogicalUnit } from "./units/logical-unit.js";
import { UnitList } from "./units/unit-list.js";

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
  /** So many commands, the first that come, were begun before this responder: see `Flight.inherited`. */
  readonly inherited?: number;
  readonly faults?: Faults;
  readonly handlers?: Handlers;
  /** Default: performance.now. */
  readonly clock?: Clock;
}

/** What is said at last is a status alone; a kernel that refuses even that is not asked again. */
const MOST_REFUSALS = 3;

export class DefaultResponder implements Responder {
  readonly counters: Counters = newCounters();
  aborted: CommandKey | null = null;
  readonly #faults: Faults | null;
  #inherited: number;
  readonly #units: UnitList;
  readonly #flights = new Flights();
  readonly #alarms: Alarms;
  readonly #asking: Asking | null;
  readonly #services: CallServices;
  readonly #dispatcher: Dispatcher;
  readonly #steps: Steps;
  readonly #tasks: Tasks;

  constructor(options: DefaultResponderOptions) {
    const { io, wakeFd, dataOnlySupported: dataOnly, onError = () => {} } = options;
    this.#faults = options.faults ?? null;
    this.#inherited = options.inherited ?? 0;
    this.#alarms = new Alarms(options.clock ?? (() => performance.now()));
    this.#units = new UnitList(options.units, onError);
    this.#asking = options.handlers ? this.#desk(options.handlers) : null;
    const table = commandTable(dataOnly);
    this.#dispatcher = new Dispatcher(table, this.#asking);
    this.#services = {
      buffers: new AnswerBuffers(io),
      jobs: new Jobs(io, wakeFd),
      counters: this.counters,
      dataOnly,
      table,
      luns: () => this.units().map((unit) => unit.lun),
      lunsKnown: (hostNo) => this.#units.lunsKnown(hostNo),
      abortOf: (unit, hostNo) => this.#abortOf(unit, hostNo),
    };
    this.#steps = new Steps({
      flights: this.#flights,
      services: this.#services,
      wake: () => io.wake(wakeFd),
      onError,
      turn: (call, unit) => this.#run(call, unit),
      forget: (flight) => this.#asking?.forget(flight),
      unused: (unit) => this.#units.unused(unit),
    });
    this.#tasks = {
      flights: () => this.#flights.all(),
      units: () => this.units(),
      unit: (lun) => this.#units.at(lun),
      drop: (flight) => this.#drop(flight),
      abortForeign: (flight) => this.#steps.abort(flight),
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
    return waiting.length + this.#steps.waiting;
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

  /** Units whose store has another size now get it, in whole blocks. What became of each. */
  followSizes(): { lun: number; size: number; error: unknown }[] {
    const resized = [];
    for (const unit of this.units()) {
      let size = unit.store.size;
      let error: unknown = null;
      try {
        size = unit.store.available();
        size -= size % unit.blockSize;
        if (size === unit.store.size) continue;
        unit.resize(size);
      } catch (cause) {
        error = cause;
      }
      resized.push({ lun: unit.lun, size, error });
    }
    return resized;
  }

  runsAlone({ attribute, cdb }: Command): boolean {
    return attribute === ORDERED || this.#dispatcher.isExclusive(cdb[0] ?? 0);
  }

  command(command: Command, answer: Answer): boolean {
    const { hostNo, cid } = command;
    this.counters.commands++;
    this.done(hostNo, cid); // a stale one: the kernel uses the name again
    const flight = this.#flights.add(hostNo, cid);
    flight.lun = command.lun;
    flight.tagLow = command.tagLow;
    flight.tagHigh = command.tagHigh;
    flight.attribute = command.attribute;
    flight.dataLen = command.dataLen;
    flight.inherited = this.#inherited > 0;
    if (flight.inherited) this.#inherited--;
    flight.cdb.set(command.cdb);
    const unit = this.#units.at(command.lun);
    return this.#steps.now(flight, answer, (call) =>
      unit ? this.#admit(call, unit, command) : this.#dispatcher.absent(call),
    );
  }

  dataMoved(hostNo: number, cid: number, answer: Answer): boolean {
    const known = this.#flights.find(hostNo, cid);
    const flight = known ?? this.#flights.add(hostNo, cid);
    const { next, unit, phase } = flight;
    return this.#steps.now(flight, answer, (call) => {
      // Meanwhile; the kernel knows, or shall.
      if (phase === "answered" || phase === "held") return call.status(TASK_ABORTED);
      // Never asked for: the initiator shall send the command again.
      if (!unit || !next || phase !== "moving") return call.status(BUSY);
      flight.next = null;
      return next(call, unit, { errno: 0, at: -1 });
    });
  }

  done(hostNo: number, cid: number): void {
    const flight = this.#flights.find(hostNo, cid);
    if (!flight) return;
    const { unit, phase } = flight;
    this.#steps.finish(flight);
    if (unit && phase !== "answered") this.#steps.pump(unit); // the kernel ended it
  }

  rejected(hostNo: number, cid: number, why: Rejection, answer: Answer): boolean {
    this.counters.rejected++;
    const flight = this.#flights.find(hostNo, cid);
    if (!flight || alreadyAnswered(why)) return false;
    if (commandGone(why)) {
      this.done(hostNo, cid);
      return false;
    }
    if (++flight.refusals > MOST_REFUSALS) return false;
    return this.#steps.now(flight, answer, (call) => {
      const { unit, wrongWay } = flight;
      flight.next = null;
      flight.wrongWay = null;
      if (wrongWay && wrongDirection(why)) return wrongWay(call);
      // The sense was refused too: the status alone.
      if (flight.refusals > 1) return call.status(CHECK_CONDITION);
      return answerRefused(call, unit, why);
    });
  }

  get holding(): boolean {
    return this.#steps.holding;
  }

  set holding(on: boolean) {
    this.#steps.holding = on;
  }

  hold(hostNo: number, cid: number): void {
    const flight = this.#flights.find(hostNo, cid);
    if (flight) this.#steps.hold(flight);
  }

  sent(hostNo: number, cid: number): void {
    const flight = this.#flights.find(hostNo, cid);
    if (flight) this.#steps.sent(flight);
  }

  lose(hostNo: number, cid: number): void {
    const flight = this.#flights.find(hostNo, cid);
    if (flight) this.#steps.lose(flight);
  }

  answerWithSense(hostNo: number, cid: number, sense: SenseCode, answer: Answer): boolean {
    const flight = this.#flights.find(hostNo, cid);
    if (!flight) return false;
    flight.next = null;
    return this.#steps.instead(flight, answer, (call) => call.sense(sense));
  }

  find(hostNo: number, cid: number): KnownCommand | null {
    return this.#flights.find(hostNo, cid);
  }

  taskManagement(hostNo: number, fn: number, tagLow: number, tagHigh: number, lun: number): number {
    const result = manageTasks(this.#tasks, { hostNo, fn, tagLow, tagHigh, lun });
    for (const unit of this.#units.open()) this.#steps.pump(unit);
    return result;
  }

  poll(): readonly LateAnswer[] {
    const late = this.#steps.collected(() => {
      for (const job of this.#services.jobs.finished()) this.#steps.jobDone(job);
      this.#alarms.run();
      this.#asking?.collect();
    });
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
    closeUnits(this.#units.drain(), this.#services.jobs, keepMemory);
    // A thread that hangs may still come to read its bytes.
    if (this.#services.jobs.running === 0) this.#services.buffers.close();
  }

  #desk(handlers: Handlers): Asking {
    return new Asking({
      handlers,
      alarm: (ms, ring) => this.#alarms.set(ms, ring),
      answerWith: (flight, step) => this.#steps.later(flight, step),
      answerByDefault: (flight) => {
        const { unit } = flight;
        if (unit) this.#steps.later(flight, (call) => this.#dispatcher.execute(call, unit));
      },
    });
  }

  #admit(call: Call, unit: LogicalUnit, command: Command): boolean {
    const { flight } = call;
    flight.unit = unit;
    unit.users++;
    if (unit.tasks.full) return call.status(TASK_SET_FULL);
    if (this.#dispatcher.isExclusive(flight.cdb[0] ?? 0)) flight.attribute = ORDERED;
    flight.fault = this.#faults?.match(command) ?? null;
    if (unit.tasks.admits(flight.attribute)) return this.#run(call, unit);
    unit.tasks.park(flight);
    return false;
  }

  /** A command whose turn it is: the fault a rule has for it, then what it asks for. */
  #run(call: Call, unit: LogicalUnit): boolean {
    const { flight } = call;
    const { fault } = flight;
    flight.fault = null;
    return fault ? this.#suffer(call, unit, fault) : this.#dispatcher.run(call, unit);
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
          this.#steps.later(flight, (later) => this.#dispatcher.run(later, unit));
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

  #drop(flight: Flight): void {
    if (flight.isOpen) this.aborted = { hostNo: flight.hostNo, cid: flight.cid };
    this.counters.aborted++;
    this.#steps.finish(flight);
  }

  #abortOf(unit: LogicalUnit, hostNo: number): void {
    for (const flight of this.#flights.all()) {
      if (flight.unit !== unit || flight.hostNo !== hostNo || !flight.isOpen) continue;
      this.#steps.abort(flight);
    }
    this.#steps.pump(unit);
  }
}
