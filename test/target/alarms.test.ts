// SPDX-License-Identifier: MIT
// Alarms ring in the order of their times; of one that was cancelled nothing is left.
import { expect, it } from "vitest";
import { Alarms } from "../../src/target/alarms.js";

it("rings what is due, soonest first, and says how long the next one takes", () => {
  let now = 0;
  const rung: number[] = [];
  const alarms = new Alarms(() => now);
  for (const ms of [30, 10, 20]) alarms.set(ms, () => rung.push(ms));
  expect(alarms.dueIn()).toBe(10);
  now = 20;
  alarms.run();
  expect([rung, alarms.dueIn()]).toEqual([[10, 20], 10]);
});

it("forgets a cancelled one at once, also while others ring", () => {
  let now = 0;
  const rung: string[] = [];
  const alarms = new Alarms(() => now);
  alarms.set(5, () => {})();
  expect(alarms.dueIn()).toBe(-1);
  const cancel = alarms.set(7, () => rung.push("late"));
  alarms.set(6, () => {
    rung.push("early");
    cancel();
  });
  now = 8;
  alarms.run();
  cancel();
  expect([rung, alarms.dueIn()]).toEqual([["early"], -1]);
});
