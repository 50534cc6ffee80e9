// SPDX-License-Identifier: MIT
// The wake-ups of a thread that only looks: every event of kuring by its stamp, whoever owns the device.
import type { LiveDevice, Waiter } from "../../device/ring-device.js";
import type { Telemetry } from "../../device/telemetry.js";
import { INDEX_MASK, NR_ENTRY, SLOT_WORDS } from "../../ring/live-layout.js";
import type { StampTimes } from "./answer-way.js";
import type { LatencyMeter } from "./latency-meter.js";
import type { Measured } from "./measurement.js";
import { NO_CPU } from "./wake-up.js";

/** One round takes at most this many laps: a producer faster than us must not keep us here. */
const LAPS_PER_ROUND = 4;
const TRIES = 8;

export type WatchedTelemetry = Pick<
  Telemetry,
  "epoch" | "kuringProduced" | "stampTime" | "counters"
>;
export type Watched = Pick<LiveDevice, "rings" | "waiter" | "acknowledge">;

export class ObserverLoop implements Measured {
  readonly answers = false;
  readonly stamps: StampTimes = { stampTime: () => this.#time };
  readonly #telemetry: WatchedTelemetry;
  readonly #words: Int32Array;
  readonly #slot = new Int32Array(SLOT_WORDS);
  readonly #stamp = BigUint64Array.of(0n, BigInt(NO_CPU), 0n);
  readonly #halves = new Uint32Array(this.#stamp.buffer);
  #meter: LatencyMeter | null = null;
  #waiter: Waiter | null = null;
  #epoch: number;
  /** Events before this epoch, as of the first that we have seen; modulo 2^32, as all indices. */
  #base = 0;
  #totalBefore: number;
  /** Of this epoch. */
  #next = 0;
  /** Stamp of the event at hand. */
  #time: number | null = null;

  constructor(
    readonly device: Watched,
    telemetry: WatchedTelemetry,
    readonly wakeFd: number,
  ) {
    this.#telemetry = telemetry;
    this.#words = new Int32Array(device.rings);
    this.#epoch = telemetry.epoch;
    this.#totalBefore = this.#total();
  }

  get measuring(): boolean {
    return this.#meter !== null;
  }

  produced(): number {
    this.#followOwner();
    return (this.#base + this.#telemetry.kuringProduced) >>> 0;
  }

  measure(meter: LatencyMeter | null, waiter: Waiter | null): void {
    if (meter !== null && this.#meter === null) this.#next = this.#telemetry.kuringProduced;
    this.#meter = meter;
    this.#waiter = waiter;
  }

  /** One wait and all that it found. Returns WAIT_* bits; 0 where nobody measures. */
  round(): number {
    const [meter, waiter] = [this.#meter, this.#waiter];
    if (meter === null || waiter === null) return 0;
    const bits = waiter.wait(-1, this.#stamp, this.#next);
    meter.woke(this.#ns(0), this.#halves[2] as number, this.#ns(2));
    this.device.acknowledge(); // before the look: what comes after it wakes us again
    this.#followOwner();
    meter.base = this.#base;
    this.#take(meter);
    return bits;
  }

  #ns(at: number): number {
    return (this.#halves[2 * at + 1] as number) * 4294967296 + (this.#halves[2 * at] as number);
  }

  #take(meter: LatencyMeter): void {
    const telemetry = this.#telemetry;
    for (let left = LAPS_PER_ROUND * NR_ENTRY; left > 0; ) {
      const end = telemetry.kuringProduced;
      const behind = (end - this.#next) | 0;
      if (behind <= 0) return;
      if (behind > NR_ENTRY) this.#next = (end - NR_ENTRY) >>> 0; // the meter counts what it does not see
      for (; this.#next !== end; this.#next = (this.#next + 1) >>> 0) this.#look(meter);
      left -= behind;
    }
  }

  /** An event that is overwritten while it is looked at was missed. */
  #look(meter: LatencyMeter): void {
    const index = this.#next;
    const at = (index & INDEX_MASK) * SLOT_WORDS;
    const time = this.#telemetry.stampTime(0, index);
    for (let i = 0; i < SLOT_WORDS; i++) this.#slot[i] = this.#words[at + i] as number;
    const again = this.#telemetry.stampTime(0, index);
    if (time === null || time !== again) return;
    this.#time = time;
    meter.consumed((this.#base + index) >>> 0, this.#slot, 0);
  }

  /** A new owner wiped the rings and counts from 0; what was not seen of the one before never will be. */
  #followOwner(): void {
    const telemetry = this.#telemetry;
    if (telemetry.epoch === this.#epoch) return;
    const [before, now] = [this.#totalBefore, this.#total()];
    this.#epoch = telemetry.epoch;
    this.#base = (this.#base + (now - before)) >>> 0;
    this.#totalBefore = now;
    this.#next = 0;
  }

  /** Events of all epochs before this one, by counters that never begin again. */
  #total(): number {
    const telemetry = this.#telemetry;
    let total = 0;
    for (let i = 0; i < TRIES; i++) {
      const produced = telemetry.kuringProduced;
      total = telemetry.counters().kuring_events.reduce((a, b) => a + b, 0) - produced;
      if (produced === telemetry.kuringProduced) break; // else the kernel is counting
    }
    return total;
  }
}
