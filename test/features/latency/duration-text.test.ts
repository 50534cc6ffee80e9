// SPDX-License-Identifier: MIT
// Times fit their columns, whatever they are.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nsText, spanText } from "../../../src/features/latency/duration-text.js";

describe("nanoseconds as text", () => {
  it.each([
    [null, "-"],
    [Number.NaN, "-"],
    [0, "0 ns"],
    [812, "812 ns"],
    [999.4, "999 ns"],
    [999.6, "1.00 us"],
    [4210, "4.21 us"],
    [9_996, "10.0 us"],
    [99_960, "100 us"],
    [999_600, "1.00 ms"],
    [3_600e9, "3600 s"],
  ])("%d is %s", (ns, text) => expect(nsText(ns)).toBe(text));

  it("never needs more than eight columns, and says the number to half a percent", () => {
    const factor: Readonly<Record<string, number>> = { ns: 1, us: 1e3, ms: 1e6, s: 1e9 };
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3_600_000_000_000 }), (ns) => {
        const text = nsText(ns);
        const [number = "", unit = ""] = text.split(" ");
        expect(text.length).toBeLessThanOrEqual(8);
        expect(text).not.toMatch(/^1000 [num]/);
        expect(Math.abs(Number(number) * (factor[unit] ?? 0) - ns)).toBeLessThanOrEqual(ns * 0.006);
      }),
    );
  });
});

it.each([
  [350, "350 ms"],
  [20_000, "20.0 s"],
  [125_000, "2 min 5 s"],
  [7_500_000, "2 h 5 min"],
])("%d ms took %s", (ms, text) => expect(spanText(ms)).toBe(text));
