// SPDX-License-Identifier: MIT
// Follows events past the thread that waits: when each was published, met and consumed, answered and judged.
import type { Telemetry } from "../../device/telemetry.js";
import {
  CMD_DONE,
  CMD_REQ,
  INDEX_MASK,
  NR_ENTRY,
  TSK_MGMT_REQ,
  TYPE,
  TYPE_CMD_DONE,
  TYPE_CMD_REQ,
  TYPE_TSK_MGMT_REQ,
} from "../../ring/live-layout.js";
import { COMMAND, FlightTable, FUNCTION } from "./flight-table.js";
import type { LatencyBook } from "./latency-book.js";
import type { Meeting, WorstSample } from "./report.js";
import type { OpenSample } from "./worst-samples.js";

export type StampTimes = Pick<Telemetry, "stampTime">;

export interface LatencyMeterOptions {
  /** Null: without it only a round trip can be measured. */
  readonly telemetry: StampTimes | null;
  /** Whether answers are ours, and are followed. */
  readonly answers: boolean;
  readonly breakNs: number | null;
  /** The first sample above `breakNs`. */
  readonly onBreak: (sample: WorstSample, book: LatencyBook) => void;
  /** CLOCK_MONOTONIC ns. */
  readonly now: () => number;
}

const NONE = -1;
/** The processor where none is known: a stamp that nobody wrote. */
export const NO_CPU = 0xffff_ffff;

/**
 * The thread that waits calls `woke` after each wait and `consumed` for each event of kuring in its order; who
 * answers, too, `published`, `rings`, `rang` and `judged`. Times are CLOCK_MONOTONIC ns.
 */
export class LatencyMeter {
  readonly #options: LatencyMeterOptions;
  readonly #flights = new FlightTable();
  /** By ukring slot, the flight whose answer lies there. */
  readonly #answers = new Int32Array(NR_ENTRY).fill(NONE);
  /** Where samples go; null: nowhere. */
  #book: LatencyBook | null = null;
  /** What is taken off an index to get the kernel's own: where that began again, owners have changed. */
  base = 0;
  /** Of kuring: where the book begins, and how far it has come. */
  #from = 0;
  #next = 0;
  #breakNs: number;
  #t1 = 0;
  #cpu: number | null = null;
  /** Found by this wake-up, and those of them that are kept. */
  #events = 0;
  #kept: OpenSample[] = [];
  /** Of the event consumed last. */
  #at = { t0: 0, t1: 0, t2: 0, sample: null as OpenSample | null, known: false };
  #rangNs = 0;

  constructor(options: LatencyMeterOptions) {
    this.#options = options;
    this.#breakNs = options.breakNs ?? Number.POSITIVE_INFINITY;
  }

  /** From `produced` on events are this book's; null: they are not counted. */
  begin(book: LatencyBook, produced: number | null): void {
    this.#book = book;
    this.#from = this.#next = produced ?? 0;
  }

  /** Up to `produced` they were. Those among them that nobody has met yet will not be measured. */
  end(produced: number | null): void {
    const book = this.#book;
    this.#book = null;
    if (book === null || produced === null) return;
    book.published += (produced - this.#from) >>> 0;
    book.missed += (produced - this.#next) >>> 0;
  }

  /** Of the book, between `begin` and `end`. */
  get going(): number {
    return (this.#next - this.#from) >>> 0;
  }

  /** The wait returned. `cpu`: where, or NO_CPU. */
  woke(t1: number, cpu: number): void {
    this.#settleKept();
    this.#t1 = t1;
    this.#cpu = cpu === NO_CPU ? null : cpu;
    this.#events = 0;
  }

  /** Until the next wake-up `events` of its samples is what was found so far. */
  #settleKept(): void {
    if (this.#kept.length === 0) return;
    for (const sample of this.#kept) sample.events = this.#events;
    this.#kept = [];
  }

  /** What is kept says what it knows. */
  settle(): void {
    for (const sample of this.#kept) sample.events = this.#events;
  }

  /** An event in the slot at `words[at]`, still ours. */
  consumed(index: number, words: Int32Array, at: number): void {
    const { telemetry, now } = this.#options;
    const t2 = now();
    this.#at.known = false;
    const book = this.#book;
    if (book === null) return;
    if (telemetry === null) this.#roundTrip(book, index, words, at, t2);
    else this.#wakeUp(book, index, telemetry.stampTime(0, index), t2, words, at);
  }

  #wakeUp(
    book: LatencyBook,
    index: number,
    t0: number | null,
    t2: number,
    words: Int32Array,
    at: number,
  ): void {
    const passed = (index - this.#next) | 0;
    if (passed < 0) return; // published before
    book.missed += passed;
    this.#next = (index + 1) >>> 0;
    if (t0 === null || t0 > t2) {
      book.missed++; // no stamp, or one of another clock
      return;
    }
    const meeting = this.#meet(t0);
    const last = this.#at;
    last.known = true;
    last.t0 = t0;
    last.t1 = meeting === "awake" ? t0 : this.#t1;
    last.t2 = t2;
    last.sample = this.#count(book, meeting, t0, last.t1 - t0, t2, index, words, at);
    if (this.#options.answers) this.#open(words, at);
  }

  #meet(since: number): Meeting {
    if (since > this.#t1) return "awake";
    return this.#events++ === 0 ? "woken" : "coalesced";
  }

  #count(
    book: LatencyBook,
    meeting: Meeting,
    tNs: number,
    valueNs: number,
    t2: number,
    index: number,
    words: Int32Array,
    at: number,
  ): OpenSample | null {
    book.sample(meeting, valueNs, t2);
    const kept = valueNs > 0 && book.worst.wants(valueNs);
    const broke = valueNs > this.#breakNs;
    if (!kept && !broke) return null;
    const own = (index - this.base) >>> 0;
    const sample: OpenSample = {
      ...{ t_ns: tNs, wakeup_ns: valueNs, index: own, slot: own & INDEX_MASK },
      type: words[at + TYPE] as number,
      host_no: words[at + CMD_REQ.host_no] as number,
      cid: cidOf(words, at),
      ...{ cpu: this.#cpu, events: Math.max(1, this.#events), meeting },
      ...{ stages: null, whole_ns: null },
    };
    if (kept) book.worst.keep(sample);
    if (meeting !== "awake") this.#kept.push(sample);
    if (broke) {
      this.#breakNs = Number.POSITIVE_INFINITY;
      this.#options.onBreak(sample, book);
    }
    return sample;
  }

  /** A request begins its way to its answer. */
  #open(words: Int32Array, at: number): void {
    const type = words[at + TYPE];
    if (type === TYPE_CMD_REQ) {
      this.#begin(COMMAND, words[at + CMD_REQ.host_no] as number, cidOf(words, at), 0);
    } else if (type === TYPE_TSK_MGMT_REQ) {
      const mid = at + TSK_MGMT_REQ.mid;
      const host = words[at + TSK_MGMT_REQ.host_no] as number;
      this.#begin(FUNCTION, host, words[mid] as number, words[mid + 1] as number);
    }
  }

  #begin(kind: number, host: number, low: number, high: number): void {
    const [flights, last] = [this.#flights, this.#at];
    const book = this.#book;
    if (book === null) return;
    const id = flights.open(kind, host, low, high);
    if (id < 0) {
      book.unfollowed++;
      return;
    }
    flights.t0[id] = last.t0;
    flights.t1[id] = last.t1;
    flights.t2[id] = last.t2;
    flights.book[id] = book;
    flights.sample[id] = last.sample;
  }

  /** The CMD_DONE consumed last says that the command's data have moved: it is to be answered, too. */
  moved(host: number, cid: number): void {
    if (this.#options.telemetry === null || !this.#options.answers || !this.#at.known) return;
    this.#begin(COMMAND, host, cid, 0);
  }

  /** The command has ended. */
  over(host: number, cid: number): void {
    if (this.#options.telemetry === null) return; // its CMD_DONE has been measured
    const id = this.#flights.take(COMMAND, host, cid, 0);
    if (id >= 0) this.#flights.free(id);
  }

  /** Its answer lies at `index` of ukring; `low` is the command's cid, or with `high` the function's mid. */
  published(index: number, kind: number, host: number, low: number, high: number): void {
    const t3 = this.#options.now();
    const flights = this.#flights;
    if (this.#options.telemetry === null) {
      if (kind === COMMAND) this.#awaitDone(index, host, low);
      return;
    }
    const id = flights.take(kind, host, low, high);
    const earlier = this.#answers[index & INDEX_MASK] as number;
    if (earlier >= 0) this.#lose(earlier);
    this.#answers[index & INDEX_MASK] = id;
    if (id >= 0) flights.t3[id] = t3;
  }

  #lose(id: number): void {
    const book = this.#flights.book[id];
    if (book) book.unfollowed++;
    this.#flights.free(id);
  }

  /** The doorbell is about to ring for what lies before `upTo`. */
  rings(from: number, upTo: number): void {
    if (this.#options.telemetry !== null) return;
    const t = this.#options.now();
    for (let index = from; index !== upTo; index = (index + 1) >>> 0) {
      const id = this.#answers[index & INDEX_MASK] as number;
      this.#answers[index & INDEX_MASK] = NONE;
      if (id >= 0) this.#flights.t0[id] = t;
    }
  }

  /** It has rung. */
  rang(): void {
    this.#rangNs = this.#options.now();
  }

  /** The kernel has consumed the answer at `index`. */
  judged(index: number): void {
    const { telemetry } = this.#options;
    const id = this.#answers[index & INDEX_MASK] as number;
    if (telemetry === null || id < 0) return;
    this.#answers[index & INDEX_MASK] = NONE;
    const t5 = telemetry.stampTime(1, index);
    if (t5 === null) this.#lose(id);
    else this.#finish(id, t5);
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

  #awaitDone(index: number, host: number, cid: number): void {
    const id = this.#flights.open(COMMAND, host, cid, 0);
    // a flight that was replaced may still be named by its slot; `rings` goes by the newer one
    this.#answers[index & INDEX_MASK] = id;
    if (id >= 0) this.#flights.t0[id] = Number.POSITIVE_INFINITY;
  }

  #roundTrip(book: LatencyBook, index: number, words: Int32Array, at: number, t2: number): void {
    if (words[at + TYPE] !== TYPE_CMD_DONE) return;
    const host = words[at + CMD_DONE.host_no] as number;
    const id = this.#flights.take(COMMAND, host, cidOf(words, at), 0);
    const t0 = id < 0 ? Number.POSITIVE_INFINITY : (this.#flights.t0[id] as number);
    if (id >= 0) this.#flights.free(id);
    if (t0 > t2) {
      book.missed++; // its answer is of before the measurement, or not of ours
      return;
    }
    const meeting = this.#meet(t0);
    const end = meeting === "awake" ? t2 : this.#t1;
    this.#count(book, meeting, t0, end - t0, t2, index, words, at);
  }
}

/** Commands have one, functions none: 0. */
function cidOf(words: Int32Array, at: number): number {
  return words[at + TYPE] === TYPE_TSK_MGMT_REQ ? 0 : (words[at + CMD_REQ.cid] as number) >>> 0;
}
