// SPDX-License-Identifier: MIT
// The figures of the footer: right, and still on a screen that is.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ScreenCost, screenThreadNs } from "../../src/tui/screen-cost.js";

/** A thread that spends `share` of each second, told four times a second. */
function spend(cost: ScreenCost, spent: { ns: number }, from: number, shares: readonly number[]) {
  const seen: (number | null)[] = [];
  shares.forEach((share, i) => {
    spent.ns += share * 250e6;
    cost.frame(0, from + i * 250);
    seen.push(cost.cpuPercent);
  });
  return seen;
}

describe("what the screen costs", () => {
  it("is a share of one processor over two seconds, and unknown before", () => {
    const spent = { ns: 0 };
    const seen = spend(new ScreenCost(() => spent.ns), spent, 0, Array<number>(9).fill(0.04));
    expect(seen.slice(0, 8).every((percent) => percent === null)).toBe(true);
    expect(seen[8]).toBeCloseTo(4);
  });

  it("stands still where it moves by less than anybody cares for", () => {
    const noise = fc.array(fc.double({ min: 0.002, max: 0.006, noNaN: true }), { minLength: 20 });
    fc.assert(
      fc.property(noise, (shares) => {
        const spent = { ns: 0 };
        const seen = spend(new ScreenCost(() => spent.ns), spent, 0, shares).slice(8);
        expect(new Set(seen).size).toBe(1);
      }),
    );
  });

  it("follows a change", () => {
    const spent = { ns: 0 };
    const cost = new ScreenCost(() => spent.ns);
    spend(cost, spent, 0, Array<number>(9).fill(0.05));
    spend(cost, spent, 2250, Array<number>(17).fill(0.002));
    expect(cost.cpuPercent).toBeLessThan(0.5);
  });

  it("does not move for two busy seconds in a quiet hour", () => {
    const spent = { ns: 0 };
    const cost = new ScreenCost(() => spent.ns);
    const quiet = Array<number>(16).fill(0.001);
    const seen = spend(cost, spent, 0, [...quiet, ...Array<number>(8).fill(0.02), ...quiet]);
    expect(new Set(seen.slice(8))).toEqual(new Set([cost.cpuPercent]));
  });

  it("is unknown where nothing tells", () => {
    const cost = new ScreenCost(() => null);
    for (let i = 0; i < 20; i++) cost.frame(0, i * 250);
    expect(cost.cpuPercent).toBeNull();
  });

  it("in bytes is the mean of frames that changed something, not of its own repaint", () => {
    const cost = new ScreenCost(() => null);
    expect(cost.bytesPerFrame).toBe(0);
    [600, 0, 400, 12, 0, 30].forEach((bytes, i) => {
      cost.frame(bytes, i * 250);
    });
    expect(cost.bytesPerFrame).toBe(500);
  });

  it("is known here", () => {
    const before = screenThreadNs();
    for (let i = 0; i < 3e7; i++) Math.sqrt(i);
    expect(screenThreadNs()).toBeGreaterThanOrEqual(before ?? Number.NaN);
  });
});
