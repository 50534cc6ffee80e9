// SPDX-License-Identifier: MIT
// No way to show a distribution loses a sample or moves one.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hgrmText } from "../../../src/features/latency/hgrm.js";
import { histogramLines } from "../../../src/features/latency/histogram-text.js";
import { bins } from "../../../src/features/latency/latency-bins.js";
import { corrected, curve, histogramOf } from "../../../src/features/latency/percentiles.js";
import { distributionOf } from "./reports.js";

const HOUR_NS = 3_600_000_000_000;
const nanoseconds = fc.oneof(
  fc.integer({ min: 0, max: 20_000 }),
  fc.integer({ min: 0, max: HOUR_NS }),
);
const samples = fc.array(nanoseconds, { minLength: 1, maxLength: 200 });

describe("pieces of a distribution", () => {
  it("have each sample in one of them, and are no more than there is room for", () => {
    fc.assert(
      fc.property(samples, fc.integer({ min: 1, max: 40 }), (values, most) => {
        const cut = bins(distributionOf(values), most);
        expect(cut.length).toBeLessThanOrEqual(most);
        cut.forEach(({ from, to, count }, i) => {
          expect(from).toBeGreaterThanOrEqual(cut[i - 1]?.to ?? 0);
          expect(to).toBeGreaterThan(from);
          const inside = values.filter((v) => (v > from || (v === 0 && from === 0)) && v <= to);
          expect(inside.length).toBe(count);
        });
        expect(cut.reduce((sum, { count }) => sum + count, 0)).toBe(values.length);
      }),
    );
  });

  it("are lines that fit, each with a bar", () => {
    fc.assert(
      fc.property(samples, fc.integer({ min: 50, max: 200 }), (values, width) => {
        for (const line of histogramLines(distributionOf(values), width, 20)) {
          expect(line.length).toBeLessThanOrEqual(width);
          expect(line).toMatch(/% #+$/);
        }
      }),
    );
  });
});

describe("for HdrHistogram's tools", () => {
  it("a distribution keeps its count, and its values to 3 digits", () => {
    fc.assert(
      fc.property(samples, (values) => {
        const { totalCount, maxValue } = histogramOf(distributionOf(values));
        expect(totalCount).toBe(values.length);
        expect(Math.abs(maxValue - Math.max(...values))).toBeLessThanOrEqual(
          Math.max(...values) / 1000,
        );
      }),
      { numRuns: 30 },
    );
  });

  it("the file is as their plotters read it, in microseconds", () => {
    const lines = hgrmText(distributionOf([1000, 2000, 3000, 4000])).split("\n");
    expect(lines[0]).toBe("       Value     Percentile TotalCount 1/(1-Percentile)");
    expect(lines[2]).toMatch(/^ +1\.000 0\.0{12} +1 +1\.00$/);
    expect(lines).toContain("#[Max     =        4.000, Total count    =            4]");
    expect(lines.filter((line) => line !== "").every((line) => /^[ #]/.test(line))).toBe(true);
  });
});

describe("coordinated omission", () => {
  it("adds what one late sample kept from coming", () => {
    // 99 of 1 us, one of 10 ms, one every ms: nine more would have come while it lasted
    const values = [...Array.from({ length: 99 }, () => 1000), 10_000_000];
    const fair = corrected(distributionOf(values), 1_000_000);
    expect(fair).toMatchObject({ count: 109, interval_ns: 1_000_000, max: 10_000_000 });
    expect(fair?.p50).toBe(1000);
    expect((fair?.p99 ?? 0) / 1e6).toBeGreaterThan(8.9); // of one sample in a hundred it would be 1 us
  });

  it("agrees with a list of them all", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 1, maxLength: 50 }),
        fc.integer({ min: 1000, max: 200_000 }),
        (values, interval) => {
          const all = values.flatMap((value) => {
            const late = [value];
            for (let v = value - interval; v >= interval; v -= interval) late.push(v);
            return late;
          });
          const naive = distributionOf(all);
          const fair = corrected(distributionOf(values), interval);
          expect(fair?.count).toBe(naive.count);
          for (const name of ["p50", "p90", "p99", "p999"] as const) {
            const expected = naive[name] ?? 0;
            expect(Math.abs((fair?.[name] ?? 0) - expected)).toBeLessThanOrEqual(
              expected / 500 + 1,
            );
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  it("is left out where it would take for ever, and where there is nothing", () => {
    expect(corrected(distributionOf([HOUR_NS]), 100)).toBeNull();
    expect(corrected(distributionOf([]), 1000)).toBeNull();
    expect(corrected(distributionOf([5]), 0)).toBeNull();
  });
});

it("a curve rises, and ends with everything", () => {
  fc.assert(
    fc.property(samples, (values) => {
      const points = curve(distributionOf(values));
      points.forEach(({ value, share }, i) => {
        expect(value).toBeGreaterThan(points[i - 1]?.value ?? -1);
        expect(share).toBeGreaterThan(points[i - 1]?.share ?? 0);
      });
      expect(points.at(-1)).toEqual({ value: Math.max(...values), share: 1 });
    }),
  );
});
