// SPDX-License-Identifier: MIT
// START STOP UNIT, PREVENT ALLOW MEDIUM REMOVAL, and what a stopped unit still answers.
import { beforeEach, expect, it } from "vitest";
import { type Bench, diskBench } from "../bench.js";

const TUR = "00 00 00 00 00 00";
const START = "1b 00 00 00 01 00";
const STOP = "1b 00 00 00 00 00";

let bench: Bench;
beforeEach(() => {
  bench = diskBench();
});

it("stops when the cache is empty, and starts", () => {
  expect(bench.send(STOP)).toBe("LATER");
  bench.io.finishFlush();
  expect(bench.responder.poll().map(({ answer }) => bench.text(answer))).toEqual(["GOOD"]);
  for (const cdb of [TUR, "28 00 00000000 00 0001 00", "25", "35 00 00000000 00 0000 00"]) {
    expect(bench.sense(cdb)).toBe("2/04/02");
  }
  expect(bench.send("03 01 00 00 ff 00")).toBe("GOOD 7202040200000000");
  expect(bench.send("12 00 00 00 01 00")).toBe("GOOD 00");
  expect(bench.send("1a 08 08 00 01 00")).toBe("GOOD 17");
  expect(bench.send(START)).toBe("GOOD");
  expect(bench.send(TUR)).toBe("GOOD");
});

it("does not stop if the flush fails", () => {
  bench.ask(STOP);
  bench.io.finishFlush(5);
  const [late] = bench.responder.poll();
  expect(bench.text(late?.answer ?? null)).toMatch(/^CHECK 700003.{18}0c00/);
  bench.responder.done(0, bench.cid);
  expect(bench.send(TUR)).toBe("GOOD");
});

it("with IMMED stops at once; a failure is a deferred error", () => {
  expect(bench.send("1b 01 00 00 00 00")).toBe("GOOD");
  expect(bench.sense(TUR)).toBe("2/04/02");
  bench.io.finishFlush(5);
  bench.responder.poll();
  expect(bench.send(TUR)).toMatch(/^CHECK 710003.{18}0c00/);
});

it("with NO_FLUSH leaves the cache as it is", () => {
  expect(bench.send("1b 00 00 00 04 00")).toBe("GOOD");
  expect(bench.io.flushes).toEqual([]);
  expect(bench.sense(TUR)).toBe("2/04/02");
});

it("is started by a reset", () => {
  for (const fn of [0x17, 0x0c]) {
    bench.send("1b 01 00 00 00 00");
    bench.responder.taskManagement(0, fn, 0, 0, 0);
    expect(bench.sense(TUR)).toBe("6/29/03");
    expect(bench.sense(TUR)).toBe("GOOD");
  }
});

it("refuses LOEJ and power conditions: a fixed medium, always powered", () => {
  expect(bench.sense("1b 00 00 00 02 00")).toBe("5/24/00 @4.1");
  expect(bench.sense("1b 00 00 00 03 00")).toBe("5/24/00 @4.1");
  expect(bench.sense("1b 00 00 00 10 00")).toBe("5/24/00 @4.4");
  expect(bench.sense("1b 00 00 01 00 00")).toBe("5/24/00 @3.0");
  expect(bench.sense(TUR)).toBe("GOOD");
});

it("allows and prevents the removal of what cannot be removed", () => {
  expect(bench.sense("1e 00 00 00 01 00")).toBe("GOOD");
  expect(bench.sense("1e 00 00 00 00 00")).toBe("GOOD");
  expect(bench.sense("1e 00 00 00 02 00")).toBe("5/24/00 @4.1");
});
