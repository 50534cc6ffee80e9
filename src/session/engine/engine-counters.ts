// SPDX-License-Identifier: MIT
// The engine's own counts, in shared memory: written by the engine, read by anybody.

const NAMES = [
  "wakeups",
  "commands",
  "doorbells",
  "rejections",
  "ukring_full",
  "bad_status",
  "unknown_type",
] as const;
export type EngineCounterName = (typeof NAMES)[number];

/** Doubles: exact to 2^53, and a single writer needs no read-modify-write across threads. */
export class EngineCounters {
  readonly memory: SharedArrayBuffer;
  readonly #values: Float64Array;

  constructor(memory = new SharedArrayBuffer(NAMES.length * 8)) {
    this.memory = memory;
    this.#values = new Float64Array(memory);
  }

  #add(at: number): void {
    this.#values[at] = (this.#values[at] as number) + 1;
  }

  wakeup(): void {
    this.#add(0);
  }
  command(): void {
    this.#add(1);
  }
  doorbell(): void {
    this.#add(2);
  }
  rejection(): void {
    this.#add(3);
  }
  ukringFull(): void {
    this.#add(4);
  }
  badStatus(): void {
    this.#add(5);
  }
  unknownType(): void {
    this.#add(6);
  }

  read(): Record<EngineCounterName, number> {
    return Object.fromEntries(NAMES.map((name, i) => [name, this.#values[i] ?? 0])) as Record<
      EngineCounterName,
      number
    >;
  }
}
