// SPDX-License-Identifier: MIT
// One run of a measurement: the modes in turns, until the time is over, there are samples enough, or it ends otherwise.
import type { LatencyOptions, LatencyReports, WaitMode } from "../../session/latency/report.js";
import type { LatencySource } from "../../session/latency/source.js";
import { answered, pause, stopped } from "./waiting.js";

export interface MeasurePlan extends Omit<LatencyOptions, "mode"> {
  readonly modes: readonly WaitMode[];
  /** Null: without a limit. */
  readonly durationMs: number | null;
  /** Of each mode; null: without a limit. */
  readonly samples: number | null;
}

export interface MeasureRun {
  /** Aborted: end now, with what there is. */
  readonly stop: AbortSignal;
  /** Rejects when the device or its owner has gone. */
  readonly failed: Promise<never>;
  /** Once measuring has begun, so that all that comes of it is measured; ended before that ends. */
  readonly stimulate?: () => Promise<{ stop(): Promise<void> } | null>;
  /** Several times a second. */
  readonly progress?: (reports: LatencyReports, elapsedMs: number, mode: WaitMode) => void;
}

/** What there is, also where `error` ended it. */
export interface Outcome {
  readonly reports: LatencyReports;
  readonly ended: "done" | "stopped" | "broke" | "failed";
  readonly error: unknown;
}

const NONE: LatencyReports = { reports: [], broke: null };
/** Between two looks, where somebody watches or a look may end it. */
const LOOK_MS = 250;
/** Where it only keeps what there is: each look costs the engine and its processor's caches something. */
const SELDOM_MS = 1000;
/** So many times as long as a look takes, there is none. */
const LEAST_REST = 4;
/** A joined owner ends what nobody asks about (LEASE_MS): this and the end of a stimulus are less. */
const MOST_REST_MS = 5000;
/** Each mode's turn: short, so that what the machine does besides meets all of them. */
const TURN_MS = 500;
/** What the kernel publishes after the last answer to a stimulus is consumed by then. */
const SETTLE_MS = 50;
/** Shorter ones would be made of beginnings. */
const LEAST_TURN_MS = 50;
/** Each mode has so many, however short it all is. */
const LEAST_TURNS = 2;

/** Errors: those of the first `start`; later ones are in the outcome. */
export async function measure(
  source: LatencySource,
  plan: MeasurePlan,
  run: MeasureRun,
): Promise<Outcome> {
  const round = new Round(source, plan, run);
  await round.begin();
  return round.toItsEnd();
}

class Round {
  readonly #source: LatencySource;
  readonly #plan: MeasurePlan;
  readonly #run: MeasureRun;
  #began = performance.now();
  #lookAt = 0;
  #latest = NONE;
  #turn = 0;

  constructor(source: LatencySource, plan: MeasurePlan, run: MeasureRun) {
    this.#source = source;
    this.#plan = plan;
    this.#run = run;
  }

  get #mode(): WaitMode {
    const { modes } = this.#plan;
    return modes[this.#turn % modes.length] ?? "poll";
  }

  get #lookMs(): number {
    const { samples, breakUs } = this.#plan;
    return this.#run.progress || samples !== null || breakUs !== null ? LOOK_MS : SELDOM_MS;
  }

  get #turnMs(): number {
    const { durationMs, modes } = this.#plan;
    if (modes.length === 1) return Number.POSITIVE_INFINITY;
    const fair = durationMs === null ? TURN_MS : durationMs / modes.length / LEAST_TURNS;
    return Math.max(LEAST_TURN_MS, Math.min(TURN_MS, fair));
  }

  get #elapsed(): number {
    return performance.now() - this.#began;
  }

  /** However slow it all is, each mode has one turn. */
  get #left(): number {
    if (this.#turn < this.#plan.modes.length - 1) return Number.POSITIVE_INFINITY;
    return (this.#plan.durationMs ?? Number.POSITIVE_INFINITY) - this.#elapsed;
  }

  begin(): Promise<void> {
    const { worst, breakUs, scheduling } = this.#plan;
    return this.#source.start({ mode: this.#mode, worst, breakUs, scheduling });
  }

  async toItsEnd(): Promise<Outcome> {
    const { stop, failed } = this.#run;
    try {
      const ended = await this.#stimulated(() =>
        Promise.race([this.#turns(), failed, stopped(stop)]),
      );
      const reports = await Promise.race([answered(this.#source.stop(), stop), failed]);
      return { reports, ended: reports.broke ? "broke" : ended, error: null };
    } catch (error) {
      return { reports: this.#latest, ended: stop.aborted ? "stopped" : "failed", error };
    }
  }

  async #stimulated<Result>(work: () => Promise<Result>): Promise<Result> {
    const stimulus = (await this.#run.stimulate?.()) ?? null;
    this.#began = performance.now();
    this.#lookAt = this.#began + this.#lookMs;
    try {
      return await work();
    } finally {
      await stimulus?.stop();
      if (stimulus) await pause(SETTLE_MS, SETTLE_MS, new AbortController().signal);
    }
  }

  async #turns(): Promise<"done" | "stopped"> {
    const { stop } = this.#run;
    for (;;) {
      const ends = performance.now() + this.#turnMs;
      while (performance.now() < ends) {
        await pause(Math.min(ends, this.#lookAt) - performance.now(), this.#left, stop);
        if (stop.aborted) return "stopped";
        if (this.#left <= 0) return "done";
        if (performance.now() >= this.#lookAt && (await this.#look())) return "done";
      }
      if (stop.aborted) return "stopped"; // an answer that came late begins nothing
      this.#turn++;
      await this.begin();
    }
  }

  /** True: there is nothing more to wait for. */
  async #look(): Promise<boolean> {
    const began = performance.now();
    this.#latest = await this.#source.read();
    if (this.#run.stop.aborted) return false;
    const now = performance.now();
    // an owner that was joined spends little on answers: the turns must not wait for them
    const took = now - began;
    this.#lookAt = now + Math.min(MOST_REST_MS, Math.max(this.#lookMs - took, LEAST_REST * took));
    this.#run.progress?.(this.#latest, this.#elapsed, this.#mode);
    return this.#latest.broke !== null || this.#isEnough();
  }

  #isEnough(): boolean {
    const { samples, modes } = this.#plan;
    if (samples === null) return false;
    const { reports } = this.#latest;
    return modes.every((mode) =>
      reports.some((report) => report.mode === mode && report.samples >= samples),
    );
  }
}
