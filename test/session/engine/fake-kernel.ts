// SPDX-License-Identifier: MIT
// A kernel half in plain memory for engine tests: publishes requests, consumes ukring at the
// doorbell, keeps telemetry stamps with verdicts the test chooses.
import { decode, encode } from "../../../src/abi/codec.js";
import { dialectByName } from "../../../src/abi/dialects.js";
import type { TgtEvent } from "../../../src/abi/event.js";
import type { LiveDevice, Waiter } from "../../../src/device/ring-device.js";
import { TELEMETRY_MAGIC, TELEMETRY_OFFSETS, Telemetry } from "../../../src/device/telemetry.js";

const STAMPS = 4096;
const WINDOW = STAMPS + 2 * 512 * 16;

export class FakeKernel implements LiveDevice {
  readonly name = "fake";
  readonly source = "simulator" as const;
  readonly role = "owner" as const;
  readonly dialect = dialectByName("seed-x86_64");
  readonly rings = new ArrayBuffer(131072);
  readonly #window = new ArrayBuffer(WINDOW);
  readonly telemetry: Telemetry;
  readonly #bytes = new Uint8Array(this.rings);
  readonly #words = new Int32Array(this.rings);
  /** What the engine published, in the order the kernel consumed it. */
  readonly answers: TgtEvent[] = [];
  /** Verdict on the answer at a ukring index; default 0. */
  verdict: (event: TgtEvent, status: number) => number = () => 0;
  /** Called for each consumed answer: publish what follows from it. */
  react: (event: TgtEvent, verdict: number) => void = () => {};
  doorbells = 0;
  waits = 0;
  races = 0;
  produced = 0;
  consumed = 0;
  /** CLOCK_MONOTONIC ns of what happens in the kernel; null: kuring has no stamps, ukring others. */
  clock: (() => number) | null = null;
  /** While true, doorbells consume nothing. */
  deaf = false;

  constructor(withTelemetry = true) {
    const words = new Uint32Array(this.#window);
    const set = (at: number, value: number): void => {
      words[at >> 2] = value;
    };
    set(TELEMETRY_OFFSETS.magic, TELEMETRY_MAGIC);
    set(TELEMETRY_OFFSETS.version, 1);
    set(TELEMETRY_OFFSETS.nr_entry, 512);
    set(TELEMETRY_OFFSETS.entry_size, 96);
    set(TELEMETRY_OFFSETS.kuring_stamps, STAMPS);
    set(TELEMETRY_OFFSETS.ukring_stamps, STAMPS + 512 * 16);
    for (let i = 0; i < 1024; i++) words[(STAMPS >> 2) + i * 4] = ~(i & 511);
    const telemetry = new Telemetry(this.#window, 0);
    this.telemetry = withTelemetry ? telemetry : (null as unknown as Telemetry);
  }

  /** False if kuring is full. */
  publish(event: TgtEvent): boolean {
    const at = (this.produced & 511) * 96;
    if (this.#words[at >> 2] !== 0) return false;
    encode(this.dialect, event, this.#bytes, at + 8);
    if (this.clock) this.#stampTime(STAMPS, this.produced, this.clock());
    this.#words[at >> 2] = 1;
    this.produced = (this.produced + 1) >>> 0;
    new Uint32Array(this.#window)[TELEMETRY_OFFSETS.kuring_produced >> 2] = this.produced;
    return true;
  }

  kick(): void {
    this.doorbells++;
    for (let lap = 0; lap < 512 && !this.deaf; lap++) {
      const at = 65536 + (this.consumed & 511) * 96;
      const status = this.#words[at >> 2] as number;
      if (status === 0) return;
      const event = decode(this.dialect, this.#bytes.slice(at + 8, at + 96), 0);
      this.answers.push(event);
      const verdict = this.verdict(event, status);
      this.#stamp(this.consumed, verdict);
      this.#words[at >> 2] = 0;
      this.consumed = (this.consumed + 1) >>> 0;
      new Uint32Array(this.#window)[TELEMETRY_OFFSETS.ukring_consumed >> 2] = this.consumed;
      this.react(event, verdict);
    }
  }

  #stamp(index: number, verdict: number): void {
    const words = new Int32Array(this.#window, STAMPS + 512 * 16 + (index & 511) * 16, 4);
    words[1] = verdict;
    words[2] = index + 1;
    words[0] = index;
    if (this.clock) this.#stampTime(STAMPS + 512 * 16, index, this.clock());
  }

  #stampTime(stamps: number, index: number, ns: number): void {
    const at = stamps + (index & 511) * 16;
    new BigUint64Array(this.#window, at + 8, 1)[0] = BigInt(ns);
    new Uint32Array(this.#window, at, 1)[0] = index;
  }

  wait(): number {
    if (++this.waits > 1000) throw new Error("the engine waits for ever");
    return 1;
  }
  waiter(): Waiter {
    return { wait: () => this.wait(), close: () => {} };
  }
  kickRacing(at: number, first: Uint8Array, second: Uint8Array): void {
    this.#bytes.set(this.races++ % 2 === 0 ? first : second, at);
    this.kick();
  }
  readOnlyAddress(): bigint {
    return 0x7000_0000n;
  }
  hold(): void {}
  acknowledge(): void {}
  commands(): null {
    return null;
  }
  close(): void {}
}
