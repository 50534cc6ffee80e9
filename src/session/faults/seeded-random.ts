// SPDX-License-Identifier: MIT
// Random numbers that are the same everywhere for the same seed (mulberry32).

export class SeededRandom {
  #state: number;

  /** `seed`: a u32. */
  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** A u32. */
  word(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }

  /** 0 <= number < 1. */
  draw(): number {
    return this.word() / 0x1_0000_0000;
  }
}
