// SPDX-License-Identifier: MIT
// A distribution against the sorted list of what was recorded: sums exact, percentiles to 3 digits.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { coarser, distributionOf } from "../../../src/session/latency/distribution.js";
import { Recorder } from "../../../src/session/latency/recorder.js";
import type { Distribution } from "../../../src/session/latency/report.js";

const HOUR = 3_600e9;

function recorded(values: readonly number[]): Distribution {
  const recorder = new Recorder();
  for (const value of values) recorder.record(value);
  return distributionOf(recorder.read());
}

/** Half of them small, as most are; some beyond what the histogram tells apart. */
const values = fc.array(
  fc.oneof(fc.nat(5000), fc.integer({ min: 0, max: 1e10 }), fc.integer({ min: 0, max: 2 * HOUR })),
  { minLength: 1, maxLength: 300 },
);

describe("a distribution", () => {
  it("has exact sums, and percentiles that are one of the values, to 3 digits", () => {
    fc.assert(
      fc.property(values, (all) => {
        const got = recorded(all);
        const sorted = [...all].sort((a, b) => a - b);
        expect(got.count).toBe(all.length);
        expect(got.sum).toBe(all.reduce((a, b) => a + b, 0));
        expect([got.min, got.max]).toEqual([sorted[0], sorted.at(-1)]);
        for (const [part, value] of [
          [0.5, got.p50],
          [0.9, got.p90],
          [0.99, got.p99],
          [0.999, got.p999],
        ] as const) {
          const exact = Math.min(HOUR, sorted[Math.ceil(all.length * part) - 1] ?? 0);
          expect(value).toBeGreaterThanOrEqual(exact);
          expect(value).toBeLessThanOrEqual(Math.max(exact * 1.001, exact + 1, exact));
        }
      }),
    );
  });

  it("has a histogram in which each value is once, under no lower and nearly no higher one", () => {
    fc.assert(
      fc.property(values, (all) => {
        const { histogram } = recorded(all);
        const left = all.map((value) => Math.min(HOUR, value)).sort((a, b) => a - b);
        let before = -1;
        for (const [upper, count] of histogram) {
          expect(upper).toBeGreaterThan(before);
          expect(count).toBeGreaterThan(0);
          for (const value of left.splice(0, count)) {
            expect(value).toBeGreaterThan(before);
            expect(value).toBeLessThanOrEqual(upper);
            expect(upper).toBeLessThanOrEqual(Math.max(value * 1.001, value + 1));
          }
          before = upper;
        }
        expect(left).toEqual([]);
      }),
    );
  });

  it("agrees with the mean and the deviation of its values", () => {
    const all = Array.from({ length: 1000 }, (_, i) => 1000 + 10 * i);
    const mean = all.reduce((a, b) => a + b, 0) / all.length;
    const variance = all.reduce((a, b) => a + (b - mean) ** 2, 0) / all.length;
    const got = recorded(all);
    expect(got.mean).toBe(mean);
    expect(got.stddev).toBeGreaterThan(0.998 * Math.sqrt(variance));
    expect(got.stddev).toBeLessThan(1.002 * Math.sqrt(variance));
  });

  it("says nothing of nothing", () => {
    expect(recorded([])).toMatchObject({ count: 0, sum: 0, min: null, max: null, p50: null });
  });

  it("is copied when it is read: what comes later does not change it", () => {
    const recorder = new Recorder();
    recorder.record(7);
    const before = recorder.read();
    recorder.record(7);
    recorder.record(9000);
    expect(distributionOf(before)).toMatchObject({ count: 1, max: 7, histogram: [[7, 1]] });
  });

  it("loses no count and no order when its buckets are made fewer", () => {
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 50 }), (all, most) => {
        const full = recorded(all);
        const few = coarser(full, most);
        expect(few.histogram.length).toBeLessThanOrEqual(most);
        const counts = (d: Distribution): number => d.histogram.reduce((sum, [, n]) => sum + n, 0);
        expect(counts(few)).toBe(counts(full));
        expect(few.histogram.at(-1)?.[0]).toBe(full.histogram.at(-1)?.[0]);
        expect(few.p99).toBe(full.p99);
      }),
    );
  });
});
