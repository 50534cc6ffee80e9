// SPDX-License-Identifier: MIT
// What clients may cost together: bursts are lent, and paid back before more is begun.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Pace } from "../../../src/session/control/pace.js";

let now = 0;
const pass = (ms: number): void => {
  now += ms;
  vi.advanceTimersByTime(ms);
};

beforeEach(() => {
  now = 0;
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

describe("pace", () => {
  it("lends ten ms at once, and a tenth of the time in the long run", () => {
    const pace = new Pace(() => now);
    const work = (ms: number): void => pace.spend(() => pass(ms));
    work(9);
    expect(pace.exhausted).toBe(false);
    work(5);
    expect(pace.exhausted).toBe(true);
    pass(35);
    expect(pace.exhausted).toBe(true);
    pass(15);
    expect(pace.exhausted).toBe(false);
  });

  it("counts work that throws", () => {
    const pace = new Pace(() => now);
    const work = (): never => {
      pass(30);
      throw new Error("of the work");
    };
    expect(() => pace.spend(work)).toThrow("of the work");
    expect(pace.exhausted).toBe(true);
  });

  it("lets those that wait go on in their order, as far as there is time, newcomers last", () => {
    const pace = new Pace(() => now);
    const seen: string[] = [];
    const turn = (name: string, ms: number) => (): void => {
      seen.push(name);
      pace.spend(() => {
        now += ms;
      });
    };
    turn("first", 20)();
    pace.wait(turn("a", 50));
    pace.wait(turn("b", 1));
    pass(199);
    expect(seen).toEqual(["first"]);
    pass(1);
    expect(seen).toEqual(["first", "a"]);
    pace.wait(turn("c", 1));
    pass(1000);
    expect(seen).toEqual(["first", "a", "b", "c"]);
  });

  it("spends no more than its share over a second, however much there is to do", () => {
    const pace = new Pace(() => now);
    let spent = 0;
    const busy = (): void => {
      while (!pace.exhausted) {
        pace.spend(() => {
          now += 1;
        });
        spent++;
      }
      pace.wait(busy);
    };
    busy();
    for (let i = 0; i < 1000; i++) pass(1);
    expect(spent / now).toBeGreaterThan(0.08);
    expect(spent / now).toBeLessThan(0.12);
  });
});
