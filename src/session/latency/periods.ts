// SPDX-License-Identifier: MIT
// A measurement over time in bounded memory: when there are too many periods, two become one.
import { MOST_PERIODS, type Period } from "./report.js";

const FIRST_MS = 10;

export class Periods {
  readonly #count = new Float64Array(MOST_PERIODS);
  readonly #sum = new Float64Array(MOST_PERIODS);
  readonly #max = new Float64Array(MOST_PERIODS);
  #lengthMs = FIRST_MS;
  #used = 0;

  /** `atNs`: since the beginning; values may come out of order. */
  record(atNs: number, value: number): void {
    let at = Math.floor(atNs / (this.#lengthMs * 1e6));
    while (at >= MOST_PERIODS) {
      this.#halve();
      at >>= 1;
    }
    if (at >= this.#used) this.#used = at + 1;
    this.#count[at] = (this.#count[at] as number) + 1;
    this.#sum[at] = (this.#sum[at] as number) + value;
    if (value > (this.#max[at] as number)) this.#max[at] = value;
  }

  #halve(): void {
    const [counts, sums, highest] = [this.#count, this.#sum, this.#max];
    for (let i = 0; i < MOST_PERIODS / 2; i++) {
      const [a, b] = [2 * i, 2 * i + 1];
      counts[i] = (counts[a] as number) + (counts[b] as number);
      sums[i] = (sums[a] as number) + (sums[b] as number);
      highest[i] = Math.max(highest[a] as number, highest[b] as number);
    }
    for (const each of [counts, sums, highest]) each.fill(0, MOST_PERIODS / 2);
    this.#used = (this.#used + 1) >> 1;
    this.#lengthMs *= 2;
  }

  read(): Period[] {
    return Array.from({ length: this.#used }, (_, i) => {
      const count = this.#count[i] ?? 0;
      const mean = count === 0 ? null : (this.#sum[i] ?? 0) / count;
      const max = count === 0 ? null : (this.#max[i] ?? 0);
      return { from_ms: i * this.#lengthMs, length_ms: this.#lengthMs, count, mean, max };
    });
  }
}
