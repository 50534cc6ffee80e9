// SPDX-License-Identifier: MIT
// Frames of `top -b --filter`: what changes with a filter, and that nothing does without one.

import { expect, it } from "vitest";
import { compile } from "../../src/expression/compile.js";
import { buildFrame } from "../../src/features/frame.js";
import { frameLines } from "../../src/features/frame-text.js";
import { Watch } from "../../src/session/watch.js";
import { imageScene } from "../tui/scenes.js";

function filtered(text: string): Watch {
  const { observation } = imageScene("ring-aborts-pending.bin");
  const watch = new Watch(observation, () => 5_000_000_000n, compile(text));
  watch.refresh();
  return watch;
}

function plain(): Watch {
  const watch = imageScene("ring-aborts-pending.bin");
  watch.refresh();
  return watch;
}

it("a JSON frame differs in what is filtered and says by what", () => {
  const all = buildFrame(plain(), 1);
  const some = buildFrame(filtered("cid <= 4489"), 1);
  expect(some.filter).toBe("cid <= 4489");
  expect(some.inflight).toEqual(all.inflight.filter((command) => command.cid <= 4489));
  expect(some.inflight).toHaveLength(3);
  expect(some.counters.seen).toEqual(all.counters.seen);
  expect(Object.keys(some.counters.matched ?? {})).toEqual(Object.keys(all.counters.seen));
  const { filter, inflight, counters, ...rest } = some;
  expect({ ...rest, inflight: all.inflight, counters: all.counters }).toEqual(all);
  expect([Object.hasOwn(all, "filter"), Object.hasOwn(all.counters, "matched")]).toEqual([
    false,
    false,
  ]);
});

it("ages of an image are not known, so none compares", () => {
  expect(buildFrame(filtered("age_ms >= 0"), 1).inflight).toEqual([]);
  expect(buildFrame(filtered("!(age_ms >= 0)"), 1).inflight).toHaveLength(8);
});

it("a plain frame shows the filter in one line that fits", () => {
  const lines = frameLines(filtered("cid <=\n4489"), 1);
  expect(lines[1]).toBe("filter  cid <= 4489");
  expect(lines).toContain("in flight 3");
  const long = frameLines(filtered(Array(40).fill("cid == 1").join(" || ")), 1);
  expect(long[1]).toMatch(/^filter {2}cid == 1 .{62}~$/);
  for (const line of long) expect(line).toMatch(/^[\x20-\x7e]{0,80}$/);
  const [head, , ...rest] = lines;
  const without = frameLines(plain(), 1);
  expect(head).toBe(without[0]);
  expect(rest.slice(0, 4)).toEqual(without.slice(1, 5));
});
