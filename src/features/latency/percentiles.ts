// SPDX-License-Identifier: MIT
// Distributions as HdrHistogram's tools know them: built again of what a report says.
import { build, type Histogram } from "hdr-histogram-js";
import { type Distribution, HIGHEST_NS } from "../../session/latency/report.js";

/** Steps of one correction: more would take seconds. */
const MOST_ADDED = 1_000_000;

/** The five that are shown of a distribution. */
export interface Percentiles {
  readonly p50: number | null;
  readonly p90: number | null;
  readonly p99: number | null;
  readonly p999: number | null;
  readonly max: number | null;
}

export interface Corrected extends Percentiles {
  /** How often a sample was to come, ns. */
  readonly interval_ns: number;
  /** Samples and what was added to them. */
  readonly count: number;
}

export function histogramOf({ histogram }: Pick<Distribution, "histogram">): Histogram {
  const whole = empty();
  for (const [value, count] of histogram) whole.recordValueWithCount(within(value), count);
  return whole;
}

/**
 * With a stimulus at a steady pace, one long wake-up hides those that would have begun meanwhile (coordinated
 * omission): they are added, each as late as it would have been. Null where that would be too many.
 */
export function correctedHistogram(
  { histogram, count }: Pick<Distribution, "histogram" | "count">,
  intervalNs: number,
): Histogram | null {
  if (count === 0 || !(intervalNs > 0)) return null;
  const added = histogram.reduce((sum, [value]) => sum + value / intervalNs, 0);
  if (added > MOST_ADDED) return null;
  const whole = empty();
  for (const [value, often] of histogram) {
    whole.recordValueWithCount(within(value), often);
    for (let late = value - intervalNs; late >= intervalNs; late -= intervalNs) {
      whole.recordValueWithCount(within(late), often);
    }
  }
  return whole;
}

/** Null as `correctedHistogram`. */
export function corrected(distribution: Distribution, intervalNs: number): Corrected | null {
  const whole = correctedHistogram(distribution, intervalNs);
  if (whole === null) return null;
  const at = (percentile: number): number => whole.getValueAtPercentile(percentile);
  return {
    interval_ns: intervalNs,
    count: whole.totalCount,
    p50: at(50),
    p90: at(90),
    p99: at(99),
    p999: at(99.9),
    max: distribution.max,
  };
}

function empty(): Histogram {
  return build({
    bitBucketSize: 64,
    autoResize: false,
    lowestDiscernibleValue: 1,
    highestTrackableValue: HIGHEST_NS,
    numberOfSignificantValueDigits: 3,
    useWebAssembly: false,
  });
}

function within(value: number): number {
  return Math.max(0, Math.min(HIGHEST_NS, Math.round(value)));
}

/** One line of a percentile curve: so much of all is not above `value`. */
export interface CurvePoint {
  readonly value: number;
  /** 0..1. */
  readonly share: number;
}

/** Ascending, a point for each value that was there; the last one is the maximum, share 1. */
export function curve({
  histogram,
  count,
}: Pick<Distribution, "histogram" | "count">): CurvePoint[] {
  let below = 0;
  return histogram.map(([value, often]) => {
    below += often;
    return { value, share: below / count };
  });
}

/** How finely a curve is asked for, per tenfold share. */
const STEPS = 24;

/** As `curve`, of what is known by its percentiles only. */
export function curveOf(whole: Histogram): CurvePoint[] {
  const points: CurvePoint[] = [];
  for (let step = 0; 10 ** (step / STEPS) <= whole.totalCount; step++) {
    const share = 1 - 10 ** (-step / STEPS);
    points.push({ value: whole.getValueAtPercentile(share * 100), share });
  }
  return points;
}
