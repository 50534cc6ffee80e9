// SPDX-License-Identifier: MIT
// One distribution while it grows: an HDR histogram of bounded size, and the sums that are exact.
import { createRequire } from "node:module";
import type { Float64Histogram } from "hdr-histogram-js";
import { HIGHEST_NS } from "./report.js";

const DIGITS = 3;

/** As it crosses threads: copied whole, so that whoever measures is not kept by what others work out of it. */
export interface RawDistribution {
  readonly count: number;
  readonly sum: number;
  /** 0 where `count` is. */
  readonly min: number;
  readonly max: number;
  /** Of the histogram from number `first` on. */
  readonly first: number;
  readonly counts: Float64Array;
}

type Histogram = InstanceType<typeof Float64Histogram>;

/** Whole ns, 0 and more. Doubles count to 2^53: longer than any measurement. */
export class Recorder {
  #count = 0;
  #sum = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = 0;
  readonly #histogram: Histogram = newHistogram();

  record(value: number): void {
    this.#count++;
    this.#sum += value;
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
    this.#histogram.recordValue(value < HIGHEST_NS ? value : HIGHEST_NS);
  }

  read(): RawDistribution {
    const [count, sum, max] = [this.#count, this.#sum, this.#max];
    if (count === 0) return { count, sum, min: 0, max, first: 0, counts: new Float64Array() };
    const min = this.#min;
    const histogram = this.#histogram;
    const number = (value: number): number =>
      histogram.countsArrayIndex(Math.min(value, HIGHEST_NS));
    const first = number(min);
    // the library's own array: its accessors would take a hundred times as long
    const all = histogram._counts as Float64Array;
    return { count, sum, min, max, first, counts: all.slice(first, number(max) + 1) };
  }
}

/** [highest value that counts as the same, how many], ascending, none empty. */
export function bucketsOf({ first, counts }: RawDistribution): [number, number][] {
  shape ??= newHistogram();
  const histogram = shape;
  const buckets: [number, number][] = [];
  counts.forEach((count, i) => {
    if (count === 0) return;
    const value = histogram.valueFromIndex(first + i);
    buckets.push([histogram.highestEquivalentValue(value), count]);
  });
  return buckets;
}

/** Only its layout is of interest. */
let shape: Histogram | undefined;

/** Loaded with the first measurement, and only this flavour: the whole library takes its time. */
function newHistogram(): Histogram {
  const load = createRequire(import.meta.url);
  const { default: Constructor } = load("hdr-histogram-js/dist/Float64Histogram.js") as {
    default: typeof Float64Histogram;
  };
  return new Constructor(1, HIGHEST_NS, DIGITS);
}
