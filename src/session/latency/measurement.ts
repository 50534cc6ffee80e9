// SPDX-License-Identifier: MIT
// One measurement in the thread that waits: its books, one for each way of waiting, and how it ends.
import { type LiveDevice, RINGS_SIZE, type Waiter } from "../../device/ring-device.js";
import type { StampTimes } from "./answer-way.js";
import { LatencyBook, type Measure, type RawReport } from "./latency-book.js";
import { LatencyMeter } from "./latency-meter.js";
import type { LatencyBreak, LatencyOptions, WaitMode, WorstSample } from "./report.js";
import { TraceBuffer } from "./trace-buffer.js";

/** Whose wake-ups are measured, from within the thread that it is. */
export interface Measured {
  readonly device: Pick<LiveDevice, "rings" | "waiter">;
  /** Null: this kernel has no telemetry. */
  readonly stamps: StampTimes | null;
  readonly wakeFd: number;
  /** Whether it answers, so that every stage can be measured. */
  readonly answers: boolean;
  /** Events ever in kuring, modulo 2^32; null: this kernel does not tell. */
  produced(): number | null;
  /** From the next wait on; both null: no more. */
  measure(meter: LatencyMeter | null, waiter: Waiter | null): void;
}

/** What a measurement has so far, before it is worked out. */
export interface RawReports {
  readonly reports: readonly RawReport[];
  readonly broke: LatencyBreak | null;
}

/** CLOCK_MONOTONIC ns, as the kernel stamps; of one call nothing is left but a short array. */
function now(): number {
  const [seconds, ns] = process.hrtime();
  return seconds * 1e9 + ns;
}

export class Measurement {
  readonly #measured: Measured;
  readonly #options: Omit<LatencyOptions, "mode">;
  readonly #books = new Map<WaitMode, LatencyBook>();
  readonly #beganNs = now();
  readonly #meter: LatencyMeter;
  readonly #trace: TraceBuffer | null;
  #book: LatencyBook;
  #waiter: Waiter | null = null;
  #broke: LatencyBreak | null = null;
  #running = true;

  /** Errors: those of the waiter; then nothing has begun. */
  constructor(
    measured: Measured,
    { mode, ...options }: LatencyOptions,
    openTrace: () => TraceBuffer = () => new TraceBuffer(),
  ) {
    this.#measured = measured;
    this.#options = options;
    this.#trace = options.breakUs === null ? null : openTrace();
    this.#meter = new LatencyMeter({
      ...{ now, answers: measured.answers },
      telemetry: measured.stamps,
      breakNs: options.breakUs === null ? null : options.breakUs * 1000,
      onBreak: (sample, book) => this.#breakAt(sample, book.mode),
    });
    this.#book = this.#bookOf(mode);
    this.#goOrEnd(mode);
  }

  /** False once it has ended by itself. */
  get running(): boolean {
    return this.#running;
  }

  /** Goes on in another mode; nothing if it has ended. */
  change(mode: WaitMode): void {
    if (!this.#running || this.#book.mode === mode) return;
    this.#pause();
    this.#book = this.#bookOf(mode);
    this.#goOrEnd(mode);
  }

  read(): RawReports {
    const t = now();
    this.#meter.settle();
    const going = (book: LatencyBook): number =>
      this.#running && book === this.#book ? this.#meter.going : 0;
    return {
      reports: [...this.#books.values()].map((book) => book.read(t, going(book))),
      broke: this.#broke,
    };
  }

  /** After each round: the sample that breaks it off is answered first, so that its stages are known. */
  endIfBroken(): void {
    if (this.#broke !== null) this.end();
  }

  /** Waits as ever; what was measured can still be read. */
  end(): void {
    if (!this.#running) return;
    this.#running = false;
    this.#pause();
    this.#measured.measure(null, null);
    this.#waiter?.close();
    this.#trace?.close();
  }

  #bookOf(mode: WaitMode): LatencyBook {
    const { worst } = this.#options;
    const measure = measureOf(this.#measured);
    const known = this.#books.get(mode);
    const book = known ?? new LatencyBook({ mode, measure, worst, beganNs: this.#beganNs });
    this.#books.set(mode, book);
    return book;
  }

  #goOrEnd(mode: WaitMode): void {
    try {
      this.#go(mode);
    } catch (error) {
      this.end();
      throw error;
    }
  }

  /** The last thing done is to begin: what it takes to get there is nobody's latency. */
  #go(mode: WaitMode): void {
    const measured = this.#measured;
    const before = this.#waiter;
    this.#waiter = measured.device.waiter(mode, measured.wakeFd);
    before?.close();
    measured.measure(this.#meter, this.#waiter);
    this.#book.open(now());
    this.#meter.begin(this.#book, measured.produced());
  }

  #pause(): void {
    this.#meter.end(this.#measured.produced());
    this.#book.close(now());
  }

  /** At once: what happened around it is still there. */
  #breakAt(sample: WorstSample, mode: WaitMode): void {
    const us = Math.round(sample.wakeup_ns / 1000);
    const { slot, index } = sample;
    const mark = `tgtctl latency: ${us} us in mode ${mode}, kuring slot ${slot} index ${index}\n`;
    const trace = this.#trace?.stop(mark) ?? null;
    const rings = new Uint8Array(this.#measured.device.rings, 0, RINGS_SIZE).slice();
    this.#broke = { mode, sample, rings, trace };
  }
}

function measureOf({ stamps, answers }: Measured): Measure {
  if (stamps === null) return "round-trip";
  return answers ? "stages" : "wakeup";
}
