// SPDX-License-Identifier: MIT
// What is worked out of a distribution by whoever reads it: percentiles, deviation, fewer buckets.
import { bucketsOf, type RawDistribution } from "./recorder.js";
import type { Distribution } from "./report.js";

const NONE: Distribution = {
  ...{ count: 0, sum: 0, min: null, max: null, mean: null, stddev: null },
  ...{ p50: null, p90: null, p99: null, p999: null, histogram: [] },
};

/** A bucket counts as its highest value, as everywhere in HdrHistogram, but never beyond what was seen. */
export function distributionOf(raw: RawDistribution): Distribution {
  const { count, sum, min, max } = raw;
  if (count === 0) return NONE;
  const mean = sum / count;
  const histogram = bucketsOf(raw);
  const squares = histogram.reduce((all, [upper, n]) => all + n * (upper - mean) ** 2, 0);
  const at = (part: number): number => Math.min(max, percentile(histogram, count, part));
  return {
    ...{ count, sum, min, max, mean, stddev: Math.sqrt(squares / count) },
    ...{ p50: at(0.5), p90: at(0.9), p99: at(0.99), p999: at(0.999), histogram },
  };
}

function percentile(
  histogram: readonly (readonly [number, number])[],
  count: number,
  part: number,
): number {
  const wanted = Math.max(1, Math.ceil(count * part));
  let seen = 0;
  for (const [upper, n] of histogram) {
    seen += n;
    if (seen >= wanted) return upper;
  }
  return histogram.at(-1)?.[0] ?? 0;
}

/** With at most `most` buckets: neighbours are counted together, under the higher value. */
export function coarser(distribution: Distribution, most: number): Distribution {
  const { histogram } = distribution;
  if (histogram.length <= most) return distribution;
  const size = Math.ceil(histogram.length / most);
  const merged: [number, number][] = [];
  for (let i = 0; i < histogram.length; i += size) {
    const group = histogram.slice(i, i + size);
    const upper = group.at(-1)?.[0] ?? 0;
    merged.push([upper, group.reduce((sum, [, n]) => sum + n, 0)]);
  }
  return { ...distribution, histogram: merged };
}
