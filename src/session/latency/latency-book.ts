// SPDX-License-Identifier: MIT
// What one way of waiting was measured to take: counts, distributions, the worst, the course of it.
import { Periods } from "./periods.js";
import { type RawDistribution, Recorder } from "./recorder.js";
import { type LatencyReport, type Meeting, STAGES, type Stage, type WaitMode } from "./report.js";
import { WorstSamples } from "./worst-samples.js";

/** A LatencyReport whose distributions are still to be worked out. */
export interface RawReport extends Omit<LatencyReport, "wakeup" | "stages" | "whole"> {
  readonly wakeup: RawDistribution;
  readonly stages: Readonly<Record<Stage, RawDistribution>> | null;
  readonly whole: RawDistribution | null;
}

/** Which of them can be measured: the wake-up alone, all stages, or the round trip. */
export type Measure = "wakeup" | "stages" | "round-trip";

export interface LatencyBookOptions {
  readonly mode: WaitMode;
  readonly measure: Measure;
  readonly worst: number;
  /** When the measurement began, CLOCK_MONOTONIC ns. */
  readonly beganNs: number;
}

export class LatencyBook {
  readonly mode: WaitMode;
  readonly worst: WorstSamples;
  /** What the kernel published while this one was measured; what is measured now not yet. */
  published = 0;
  missed = 0;
  unfollowed = 0;
  readonly #measure: Measure;
  readonly #beganNs: number;
  readonly #met: Record<Meeting, number> = { woken: 0, coalesced: 0, awake: 0 };
  readonly #wakeup = new Recorder();
  readonly #whole = new Recorder();
  readonly #stages: Readonly<Record<Stage, Recorder>> | null;
  readonly #periods = new Periods();
  #measuredNs = 0;
  /** Since when this one is measured; null: another one is. */
  #sinceNs: number | null = null;

  constructor({ mode, measure, worst, beganNs }: LatencyBookOptions) {
    this.mode = mode;
    this.worst = new WorstSamples(worst);
    this.#measure = measure;
    this.#beganNs = beganNs;
    this.#stages = measure === "stages" ? ofEachStage(() => new Recorder()) : null;
  }

  open(nowNs: number): void {
    this.#sinceNs ??= nowNs;
  }

  close(nowNs: number): void {
    this.#measuredNs = this.#measured(nowNs);
    this.#sinceNs = null;
  }

  sample(meeting: Meeting, valueNs: number, nowNs: number): void {
    this.#met[meeting]++;
    if (meeting === "awake" && this.#measure !== "round-trip") return;
    this.#wakeup.record(valueNs);
    this.#periods.record(Math.max(0, nowNs - this.#beganNs), valueNs);
  }

  answered(stages: Readonly<Record<Stage, number>>, wholeNs: number): void {
    const recorders = this.#stages;
    if (!recorders) return;
    recorders.wakeup.record(stages.wakeup);
    recorders.consume.record(stages.consume);
    recorders.answer.record(stages.answer);
    recorders.kernel.record(stages.kernel);
    recorders.return.record(stages.return);
    this.#whole.record(wholeNs);
  }

  /** `going`: published since it was opened. */
  read(nowNs: number, going: number): RawReport {
    const { woken, coalesced, awake } = this.#met;
    const stages = this.#stages;
    return {
      mode: this.mode,
      measure: this.#measure === "round-trip" ? "round-trip" : "wakeup",
      samples: woken + coalesced + awake,
      published: this.#measure === "round-trip" ? null : this.published + going,
      ...{ missed: this.missed, coalesced, awake, unfollowed: this.unfollowed, wakeups: woken },
      measured_ms: this.#measured(nowNs) / 1e6,
      wakeup: this.#wakeup.read(),
      stages: stages && ofEachStage((stage) => stages[stage].read()),
      whole: stages && this.#whole.read(),
      worst: this.worst.read(),
      over_time: this.#periods.read(),
    };
  }

  #measured(nowNs: number): number {
    return this.#measuredNs + (this.#sinceNs === null ? 0 : Math.max(0, nowNs - this.#sinceNs));
  }
}

export function ofEachStage<T>(make: (stage: Stage) => T): Record<Stage, T> {
  return Object.fromEntries(STAGES.map((stage) => [stage, make(stage)])) as Record<Stage, T>;
}
