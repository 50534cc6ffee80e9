// SPDX-License-Identifier: MIT
// The steps of commands: each runs under guard, may be taken later, and gives the next one its turn.
import { isSystemError } from "../errors.js";
import { BuffersFull } from "./answer-buffers.js";
import { BUSY, Call, type CallServices, TASK_ABORTED, TASK_SET_FULL } from "./call.js";
import type { Flight, Flights } from "./flights.js";
import type { Job } from "./jobs.js";
import { flushFailure, INTERNAL_FAILURE } from "./refusals.js";
import { type Answer, emptyAnswer, type LateAnswer } from "./responder.js";
import type { LogicalUnit } from "./units/logical-unit.js";

export interface StepsOptions {
  readonly flights: Flights;
  readonly services: CallServices;
  /** There is a late answer: `Responder.poll` is to be called. */
  readonly wake: () => void;
  readonly onError: (error: unknown) => void;
  /** What a command does whose turn has come after others. */
  readonly turn: (call: Call, unit: LogicalUnit) => boolean;
  /** A user's handler is asked about a command that is gone. */
  readonly forget: (flight: Flight) => void;
  /** A user of the unit is gone. */
  readonly unused: (unit: LogicalUnit) => void;
}

const NONE: readonly LateAnswer[] = [];

export class Steps {
  readonly #options: StepsOptions;
  readonly #call: Call;
  /** The target is held: a command that has its final answer stays open until `sent`. */
  holding = false;
  #late: LateAnswer[] = [];
  #pumping = false;
  #collecting = false;

  constructor(options: StepsOptions) {
    this.#options = options;
    this.#call = new Call(options.services);
  }

  /** Late answers that nobody fetched yet. */
  get waiting(): number {
    return this.#late.length;
  }

  /** A step answered in the call that led to it; returns what `Responder.command` returns. */
  now(flight: Flight, answer: Answer, step: (call: Call) => boolean): boolean {
    let ready = this.#guard(flight, answer, step);
    if (ready && this.#late.length > 0) {
      // Data move in the order of the answers: nothing passes those that wait for `poll`.
      this.#deliver(flight, { ...answer });
      ready = false;
    }
    this.#track(flight);
    return ready;
  }

  /** As `now`, in place of an answer that is kept back: it moves no data, so it may pass others. */
  instead(flight: Flight, answer: Answer, step: (call: Call) => boolean): boolean {
    const ready = this.#guard(flight, answer, step);
    this.#track(flight);
    return ready;
  }

  /** A step whose answer goes out through `Responder.poll`. */
  later(flight: Flight, step: (call: Call) => boolean): void {
    const answer = emptyAnswer();
    if (this.#guard(flight, answer, step)) this.#deliver(flight, answer);
    this.#track(flight); // last: whoever waited for it is answered after it
  }

  /** What became ready: runs `collect`, then returns all late answers, oldest first. */
  collected(collect: () => void): readonly LateAnswer[] {
    this.#collecting = true;
    collect();
    this.#collecting = false;
    if (this.#late.length === 0) return NONE;
    const late = this.#late;
    this.#late = [];
    return late;
  }

  /** Store work has ended: its command goes on, or its failure is kept for the nexus. */
  jobDone(job: Job): void {
    const { unit, hostNo, cid, cookie, errno } = job;
    const { flights, services, unused } = this.#options;
    if (errno !== 0 && job.operation === "sync") services.counters.flushErrors++;
    if (job.orphanOf) services.buffers.give(job.orphanOf);
    if (job.barrier) unit.tasks.removeBarrier();
    const flight = cid < 0 ? null : flights.find(hostNo, cid);
    const next = flight?.next;
    if (flight && next && flight.job === cookie) {
      flight.job = 0;
      flight.next = null;
      this.later(flight, (call) => next(call, unit, job));
    } else if (errno !== 0 && (job.writes || job.operation === "sync")) {
      unit.attentions.add(hostNo, { ...flushFailure(errno), deferred: true });
    }
    if (job.barrier) this.pump(unit);
    unused(unit);
  }

  /** The command is over: its record and its buffer are free again. */
  finish(flight: Flight): void {
    const { flights, services, unused } = this.#options;
    if (flight.phase !== "answered") this.#callBack(flight);
    if (this.#late.length > 0) this.#withdraw(flight);
    if (flight.buffer) services.buffers.give(flight.buffer);
    const { unit } = flight;
    flights.remove(flight);
    if (!unit) return;
    unit.users--;
    unused(unit);
  }

  /** Ends an open command of another nexus with TASK ABORTED. */
  abort(flight: Flight): void {
    this.#options.services.counters.aborted++;
    this.#callBack(flight);
    const answer = emptyAnswer();
    this.#begin(flight, answer).status(TASK_ABORTED);
    this.#deliver(flight, answer);
  }

  /** Its final answer is kept back: the command counts as open, for its task set and for aborts. */
  hold(flight: Flight): void {
    if (flight.phase !== "answered") return; // its data are to move first, or it is held already
    flight.phase = "held";
    if (flight.unit && !flight.open) flight.unit.tasks.enter(flight);
  }

  /** The answer that was kept back goes out. */
  sent(flight: Flight): void {
    if (flight.phase !== "held") return;
    flight.phase = "answered";
    this.#track(flight, false);
  }

  /** It is never answered. */
  lose(flight: Flight): void {
    this.#callBack(flight);
    flight.next = null;
    flight.phase = "lost";
    this.#track(flight);
  }

  /** Runs what may run now that others are through. */
  pump(unit: LogicalUnit): void {
    if (this.#pumping) return; // the loop below goes on
    this.#pumping = true;
    for (let next = unit.tasks.next(); next; next = unit.tasks.next()) {
      next.phase = "new";
      this.later(next, (call) => this.#options.turn(call, unit));
    }
    this.#pumping = false;
  }

  /** What it threw becomes sense. */
  #guard(flight: Flight, answer: Answer, step: (call: Call) => boolean): boolean {
    const call = this.#begin(flight, answer);
    try {
      return step(call);
    } catch (error) {
      return this.#failed(call, error);
    }
  }

  #begin(flight: Flight, answer: Answer): Call {
    const call = this.#call;
    call.flight = flight;
    call.answer = answer;
    return call;
  }

  #failed(call: Call, error: unknown): boolean {
    // No room for more store work or data: the initiator shall send the command again.
    const full = isSystemError(error) && error.code === "EAGAIN";
    if (full || error instanceof BuffersFull) return call.status(TASK_SET_FULL);
    this.#options.services.counters.internalErrors++;
    this.#options.onError(error);
    try {
      return call.sense(INTERNAL_FAILURE);
    } catch {
      return call.status(BUSY); // not even memory for the sense: a status needs none
    }
  }

  #track(flight: Flight, holding = this.holding): void {
    if (holding && flight.phase === "answered") flight.phase = "held";
    const { unit, phase } = flight;
    if (!unit || phase === "dormant") return;
    if (phase !== "answered") {
      if (!flight.open) unit.tasks.enter(flight);
    } else if (flight.open) {
      unit.tasks.leave(flight);
      this.pump(unit);
    }
  }

  #deliver({ hostNo, cid }: Flight, answer: Answer): void {
    this.#late.push({ hostNo, cid, answer });
    if (!this.#collecting && this.#late.length === 1) this.#options.wake();
  }

  /** Answers of a command that is gone point into what is given back. */
  #withdraw({ hostNo, cid }: Flight): void {
    this.#late = this.#late.filter((late) => late.hostNo !== hostNo || late.cid !== cid);
  }

  /**
   * Takes back what an open command waits for. Work that changes the store cannot be called back:
   * nothing passes it until it ends.
   */
  #callBack(flight: Flight): void {
    flight.cancel?.();
    flight.cancel = null;
    if (flight.asked !== 0) this.#options.forget(flight);
    const job = flight.job === 0 ? undefined : this.#options.services.jobs.find(flight.job);
    flight.job = 0;
    if (job) {
      job.orphanOf = flight.buffer;
      flight.buffer = null;
      job.barrier = job.writes;
      if (job.barrier) job.unit.tasks.addBarrier();
    }
    flight.unit?.tasks.leave(flight);
  }
}
