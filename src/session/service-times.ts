// SPDX-License-Identifier: MIT
// How long commands take to be answered: a small log-linear histogram over the last 5 to 10 s.

/** Values below 2^EXPONENTS ns; 16 steps per power of two: at most 6 % off. */
const STEPS = 16;
const EXPONENTS = 40;
const SIZE = (EXPONENTS - 3) * STEPS;
const ROTATE_NS = 5e9;

interface Period {
  readonly counts: Uint32Array;
  count: number;
  sum: number;
  min: number;
}

/** All in ns; null where nothing was answered in the period. */
export interface ServiceSummary {
  readonly count: number;
  readonly min: number;
  readonly mean: number;
  readonly p50: number;
  readonly p99: number;
}

function emptyPeriod(): Period {
  return { counts: new Uint32Array(SIZE), count: 0, sum: 0, min: Number.POSITIVE_INFINITY };
}

function reset(period: Period): void {
  period.counts.fill(0);
  period.count = 0;
  period.sum = 0;
  period.min = Number.POSITIVE_INFINITY;
}

function bucket(ns: number): number {
  if (ns < STEPS) return Math.max(0, ns) | 0;
  // clz32 sees 32 bits: what is longer is looked at without its low 16
  const high = ns >= 2 ** 32;
  const word = (high ? ns / 65536 : ns) >>> 0;
  const top = 31 - Math.clz32(word);
  const exponent = top + (high ? 16 : 0);
  return Math.min(SIZE - 1, (exponent - 3) * STEPS + ((word >>> (top - 4)) & 15));
}

/** The middle of a bucket, ns. */
function middleOf(index: number): number {
  if (index < STEPS) return index;
  const exponent = Math.floor(index / STEPS) + 3;
  return (1 + ((index % STEPS) + 0.5) / STEPS) * 2 ** exponent;
}

export class ServiceTimes {
  #now = emptyPeriod();
  #before = emptyPeriod();
  #rotated = 0;

  /** `ns` from request to answer, seen at `tNs`. */
  record(ns: number, tNs: number): void {
    this.#rotate(tNs);
    const period = this.#now;
    const at = bucket(ns);
    period.counts[at] = (period.counts[at] ?? 0) + 1;
    period.count++;
    period.sum += ns;
    if (ns < period.min) period.min = ns;
  }

  #rotate(tNs: number): void {
    if (tNs - this.#rotated < ROTATE_NS) return;
    if (tNs - this.#rotated > 2 * ROTATE_NS) reset(this.#now);
    [this.#now, this.#before] = [this.#before, this.#now];
    reset(this.#now);
    this.#rotated = tNs;
  }

  /** As of `tNs`; null if nothing was answered lately. */
  summary(tNs: number): ServiceSummary | null {
    this.#rotate(tNs);
    const a = this.#now;
    const b = this.#before;
    const count = a.count + b.count;
    if (count === 0) return null;
    const quantile = (q: number): number => {
      let left = Math.ceil(count * q);
      for (let i = 0; i < SIZE; i++) {
        left -= (a.counts[i] ?? 0) + (b.counts[i] ?? 0);
        if (left <= 0) return middleOf(i);
      }
      return middleOf(SIZE - 1);
    };
    return {
      count,
      min: Math.min(a.min, b.min),
      mean: (a.sum + b.sum) / count,
      p50: quantile(0.5),
      p99: quantile(0.99),
    };
  }
}
