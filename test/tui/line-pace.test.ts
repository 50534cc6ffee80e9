// SPDX-License-Identifier: MIT
// Frames on a slow line: half of it at most, whatever their sizes, and never stuck.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LinePace } from "../../src/tui/line-pace.js";

const TICK_MS = 250;

/** Bytes of the frames that went, one offered at each tick. */
function run(baud: number | null, sizes: readonly number[]): { sent: number; frames: number } {
  const pace = new LinePace(baud);
  let [sent, frames] = [0, 0];
  sizes.forEach((size, i) => {
    if (!pace.isFree(i * TICK_MS)) return;
    pace.sent(size, i * TICK_MS);
    sent += size;
    frames++;
  });
  return { sent, frames };
}

describe("the pace of a line", () => {
  it("is no pace without a line", () => {
    const sizes = Array.from({ length: 100 }, () => 50_000);
    expect(run(null, sizes).frames).toBe(100);
  });

  it("leaves half of it, but for the last frame", () => {
    const sizes = fc.array(fc.nat({ max: 8000 }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(fc.constantFrom(300, 9600, 115200), sizes, (baud, frames) => {
        const half = (((frames.length - 1) * TICK_MS) / 1000) * (baud / 20);
        expect(run(baud, frames).sent).toBeLessThanOrEqual(half + Math.max(...frames));
      }),
    );
  });

  it("uses what it may: at 115200 a frame of 1 kB goes every time, one of 4 kB every third", () => {
    const of = (size: number) => run(115200, Array<number>(60).fill(size)).frames;
    expect(of(1000)).toBe(60);
    expect(of(4000)).toBe(20);
  });

  it("owes what keys wrote as well", () => {
    const pace = new LinePace(9600);
    pace.sent(120, 0);
    pace.sent(120, 10);
    expect(pace.isFree(480)).toBe(false);
    expect(pace.isFree(500)).toBe(true);
  });
});
