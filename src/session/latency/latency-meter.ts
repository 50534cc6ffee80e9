// SPDX-License-Identifier: MIT
// Meets the events of kuring in the thread that waits: which wake-up found each, and after how long.
import {
  CMD_DONE,
  CMD_REQ,
  TSK_MGMT_REQ,
  TYPE,
  TYPE_CMD_DONE,
  TYPE_CMD_REQ,
  TYPE_TSK_MGMT_REQ,
} from "../../ring/live-layout.js";
import { AnswerWay, type Met, type StampTimes } from "./answer-way.js";
import { COMMAND, FUNCTION } from "./flight-table.js";
import type { LatencyBook } from "./latency-book.js";
import type { Meeting, WorstSample } from "./report.js";
import { RoundTrips } from "./round-trips.js";
import { cidOf, WakeUp } from "./wake-up.js";

export interface LatencyMeterOptions {
  /** Null: only round trips can be measured. */
  readonly telemetry: StampTimes | null;
  /** Whether answers are ours, and are followed. */
  readonly answers: boolean;
  readonly breakNs: number | null;
  /** The first sample above `breakNs`. */
  readonly onBreak: (sample: WorstSample, book: LatencyBook) => void;
  /** CLOCK_MONOTONIC ns. */
  readonly now: () => number;
}

/** Where an event is, and its slot, which is still ours. */
interface Place {
  index: number;
  words: Int32Array;
  at: number;
}

/**
 * The thread that waits calls `woke` after each wait and `consumed` for each event of kuring in its order; who
 * answers, too, `moved` and `over`, `published`, `rings`, `rang` and `judged`.
 */
export class LatencyMeter {
  readonly #options: LatencyMeterOptions;
  readonly #way: AnswerWay | null;
  readonly #trips: RoundTrips | null;
  /** What is taken off an index to get the kernel's own: where that began again, owners have changed. */
  base = 0;
  /** Where samples go; null: nowhere. */
  #book: LatencyBook | null = null;
  /** Of kuring: where the book begins, and how far it has come. */
  #from = 0;
  #next = 0;
  /** Where the book before ended; null: there was none, or nothing is counted. */
  #ended: number | null = null;
  #breakNs: number;
  readonly #wake = new WakeUp();
  /** The event consumed last; whether it counts. */
  readonly #met: Met = { t0: 0, t1: 0, t2: 0, sample: null };
  #isMet = false;
  readonly #place: Place = { index: 0, words: new Int32Array(), at: 0 };

  constructor(options: LatencyMeterOptions) {
    const { telemetry, answers, breakNs } = options;
    this.#options = options;
    this.#way = telemetry && answers ? new AnswerWay(telemetry) : null;
    this.#trips = telemetry === null ? new RoundTrips() : null;
    this.#breakNs = breakNs ?? Number.POSITIVE_INFINITY;
  }

  /**
   * From `produced` on events are measured; those since another book ended came while the way to wait changed, and
   * are this one's, too. Null: they are not counted.
   */
  begin(book: LatencyBook, produced: number | null): void {
    this.#book = book;
    this.#from = this.#next = produced ?? 0;
    if (produced === null || this.#ended === null) return;
    const between = (produced - this.#ended) >>> 0;
    book.published += between;
    book.missed += between;
  }

  /** Up to `produced` they were. Those among them that nobody has met yet will not be measured. */
  end(produced: number | null): void {
    const book = this.#book;
    this.#book = null;
    this.#ended = produced;
    if (book === null || produced === null) return;
    book.published += (produced - this.#from) >>> 0;
    book.missed += (produced - this.#next) >>> 0;
  }

  /** Events of the book that is open, as far as they have been met or passed. */
  get going(): number {
    return (this.#next - this.#from) >>> 0;
  }

  /** The wait that began at `sleptNs` has returned. `cpu`: where, or NO_CPU. */
  woke(t1: number, cpu: number, sleptNs: number): void {
    this.#wake.woke(t1, cpu, sleptNs);
  }

  /** What is kept says what it knows. */
  settle(): void {
    this.#wake.settle();
  }

  /** An event in the slot at `words[at]`, still ours. */
  consumed(index: number, words: Int32Array, at: number): void {
    const { telemetry, now } = this.#options;
    const t2 = now();
    this.#isMet = false;
    const book = this.#book;
    if (book === null) return;
    const place = this.#place;
    place.index = index;
    place.words = words;
    place.at = at;
    if (this.#trips) this.#roundTrip(this.#trips, book, t2);
    else this.#wakeUp(book, telemetry?.stampTime(0, index) ?? null, t2);
  }

  #wakeUp(book: LatencyBook, t0: number | null, t2: number): void {
    const { index } = this.#place;
    const passed = (index - this.#next) | 0;
    if (passed < 0) return; // published before
    book.missed += passed;
    this.#next = (index + 1) >>> 0;
    if (t0 === null || t0 > t2) {
      book.missed++; // no stamp, or one of another clock
      return;
    }
    const meeting = this.#wake.meet(t0);
    const met = this.#met;
    met.t0 = t0;
    met.t1 = meeting === "awake" ? t0 : this.#wake.t1;
    met.t2 = t2;
    met.sample = this.#count(book, meeting, t0, met.t1 - t0, t2);
    this.#isMet = true;
    if (this.#way) this.#follow(this.#way, book);
  }

  #count(book: LatencyBook, meeting: Meeting, tNs: number, ns: number, now: number) {
    book.sample(meeting, ns, now);
    const kept = ns > 0 && book.worst.wants(ns);
    const broke = ns > this.#breakNs;
    if (!kept && !broke) return null;
    const { index, words, at } = this.#place;
    const own = (index - this.base) >>> 0;
    const sample = this.#wake.sample(meeting, tNs, ns, own, words, at);
    if (kept) book.worst.keep(sample);
    if (broke) {
      this.#breakNs = Number.POSITIVE_INFINITY;
      this.#options.onBreak(sample, book);
    }
    return sample;
  }

  /** A request will be answered. */
  #follow(way: AnswerWay, book: LatencyBook): void {
    const { words, at } = this.#place;
    const type = words[at + TYPE];
    if (type === TYPE_CMD_REQ) {
      way.begin(
        this.#met,
        book,
        COMMAND,
        words[at + CMD_REQ.host_no] as number,
        cidOf(words, at),
        0,
      );
    } else if (type === TYPE_TSK_MGMT_REQ) {
      const mid = at + TSK_MGMT_REQ.mid;
      const host = words[at + TSK_MGMT_REQ.host_no] as number;
      way.begin(this.#met, book, FUNCTION, host, words[mid] as number, words[mid + 1] as number);
    }
  }

  #roundTrip(trips: RoundTrips, book: LatencyBook, t2: number): void {
    const { words, at } = this.#place;
    if (words[at + TYPE] !== TYPE_CMD_DONE) return;
    const rang = trips.done(words[at + CMD_DONE.host_no] as number, cidOf(words, at));
    if (rang === null || rang > t2) {
      book.missed++; // answered before the measurement, or not by us
      return;
    }
    const meeting = this.#wake.meetSince(rang);
    this.#count(book, meeting, rang, (meeting === "awake" ? t2 : this.#wake.t1) - rang, t2);
  }

  /** The CMD_DONE consumed last says that the command's data have moved: it is to be answered, too. */
  moved(host: number, cid: number): void {
    if (this.#isMet && this.#book) this.#way?.begin(this.#met, this.#book, COMMAND, host, cid, 0);
  }

  /** The command has ended. */
  over(host: number, cid: number): void {
    this.#way?.over(host, cid);
  }

  /** An answer lies at `index` of ukring; `low` is the command's cid, or with `high` the function's mid. */
  published(index: number, kind: number, host: number, low: number, high: number): void {
    if (this.#way) this.#way.published(this.#options.now(), index, kind, host, low, high);
    else if (kind === COMMAND) this.#trips?.published(index, host, low);
  }

  /** The doorbell is about to ring for what lies from `from` to before `upTo`. */
  rings(from: number, upTo: number): void {
    this.#trips?.rings(this.#options.now(), from, upTo);
  }

  /** It has rung. */
  rang(): void {
    this.#way?.rang(this.#options.now());
  }

  /** The kernel has consumed the answer at `index`. */
  judged(index: number): void {
    this.#way?.judged(index);
  }
}
