// SPDX-License-Identifier: MIT
// The way of each event that is answered: from where the thread met it to the return of the doorbell.
import type { Telemetry } from "../../device/telemetry.js";
import { INDEX_MASK, NR_ENTRY } from "../../ring/live-layout.js";
import { COMMAND, FlightTable } from "./flight-table.js";
import type { LatencyBook } from "./latency-book.js";
import type { OpenSample } from "./worst-samples.js";

/** When the kernel published or judged. */
export type StampTimes = Pick<Telemetry, "stampTime">;

const NONE = -1;

/** An event as it was met. */
export interface Met {
  t0: number;
  /** When poll returned; `t0` where the thread was awake. */
  t1: number;
  t2: number;
  /** Where it is kept. */
  sample: OpenSample | null;
}

/** All times are CLOCK_MONOTONIC ns. */
export class AnswerWay {
  readonly #stamps: StampTimes;
  readonly #flights = new FlightTable();
  /** By ukring slot, the flight whose answer lies there. */
  readonly #slots = new Int32Array(NR_ENTRY).fill(NONE);
  #rangNs = 0;

  constructor(stamps: StampTimes) {
    this.#stamps = stamps;
  }

  /** It will be answered; by the name of its command or function. */
  begin(met: Met, book: LatencyBook, kind: number, host: number, low: number, high: number): void {
    const flights = this.#flights;
    const id = flights.open(kind, host, low, high);
    if (id < 0) {
      book.unfollowed++;
      return;
    }
    flights.t0[id] = met.t0;
    flights.t1[id] = met.t1;
    flights.t2[id] = met.t2;
    flights.book[id] = book;
    flights.sample[id] = met.sample;
  }

  /** The command has ended: no answer will come. */
  over(host: number, cid: number): void {
    const id = this.#flights.take(COMMAND, host, cid, 0);
    if (id >= 0) this.#flights.free(id);
  }

  /** Its answer lies at `index` of ukring. */
  published(
    t3: number,
    index: number,
    kind: number,
    host: number,
    low: number,
    high: number,
  ): void {
    const id = this.#flights.take(kind, host, low, high);
    const slot = index & INDEX_MASK;
    const earlier = this.#slots[slot] as number;
    if (earlier >= 0) this.#lose(earlier);
    this.#slots[slot] = id;
    if (id >= 0) this.#flights.t3[id] = t3;
  }

  rang(t4: number): void {
    this.#rangNs = t4;
  }

  /** The kernel has consumed the answer at `index`, when the doorbell rang last. */
  judged(index: number): void {
    const slot = index & INDEX_MASK;
    const id = this.#slots[slot] as number;
    if (id < 0) return;
    this.#slots[slot] = NONE;
    const t5 = this.#stamps.stampTime(1, index);
    if (t5 === null) this.#lose(id);
    else this.#finish(id, t5);
  }

  #lose(id: number): void {
    const book = this.#flights.book[id];
    if (book) book.unfollowed++;
    this.#flights.free(id);
  }

  #finish(id: number, judgedNs: number): void {
    const flights = this.#flights;
    const [t0, t1] = [flights.t0[id] as number, flights.t1[id] as number];
    const [t2, t3] = [flights.t2[id] as number, flights.t3[id] as number];
    const t4 = Math.max(t3, this.#rangNs);
    const t5 = Math.min(t4, Math.max(t3, judgedNs)); // somebody else's doorbell may have been quicker
    const [wakeup, consume, answer] = [t1 - t0, t2 - t1, t3 - t2];
    const stages = { wakeup, consume, answer, kernel: t5 - t3, return: t4 - t5 };
    flights.book[id]?.answered(stages, t4 - t0);
    const sample = flights.sample[id];
    if (sample) {
      sample.stages = stages;
      sample.whole_ns = t4 - t0;
    }
    flights.free(id);
  }
}
