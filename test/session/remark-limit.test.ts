// SPDX-License-Identifier: MIT
// Remarks by the thousand: the first at once, then counts.
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { RemarkLimit } from "../../src/session/remark-limit.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("says the first at once, then how many more in each window, then nothing", () => {
  const said: string[] = [];
  const limit = new RemarkLimit((text) => said.push(text), 1000);
  for (let i = 0; i < 500; i++) limit.say("a", `boom ${i}`);
  expect(said).toEqual(["boom 0"]);
  vi.advanceTimersByTime(1000);
  expect(said.splice(0)).toEqual(["boom 0", "boom 499 (499 more like it)"]);
  limit.say("a", "once");
  vi.advanceTimersByTime(1000);
  expect(said.splice(0)).toEqual(["once"]);
  vi.advanceTimersByTime(5000);
  limit.say("a", "again", 3);
  expect(said).toEqual(["again (3 times)"]);
});

it("counts what it has no room for together, and says the rest when it is closed", () => {
  const said: string[] = [];
  const limit = new RemarkLimit((text) => said.push(text), 1000);
  for (let i = 0; i < 100; i++) limit.say(`key ${i}`, `text ${i}`);
  expect(said.splice(0).length).toBe(21);
  limit.close();
  expect(said).toEqual(["text 99 (79 more like it)"]);
  expect(vi.getTimerCount()).toBe(0);
});
