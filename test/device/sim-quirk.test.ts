// SPDX-License-Identifier: MIT
// The simulator's known delay shows between an event's stamp and the wake-up of whoever sleeps, and nowhere else.
import { once } from "node:events";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { native, type SimQuirk, WAIT_DEVICE } from "../../src/device/native.js";
import { SimulatorDevice } from "../../src/device/simulator.js";
import { WAIT_MODES, type WaitMode } from "../../src/session/latency/report.js";

const shim = native();
const root = join(import.meta.dirname, "../..");

/** A thread that starts the simulator of this number when the owner is asleep. */
const toStart = new Int32Array(new SharedArrayBuffer(4));
const starter = new Worker(
  `const { toStart, root } = require("node:worker_threads").workerData;
  const shim = require("node-gyp-build")(root);
  for (;;) {
    Atomics.wait(toStart, 0, 0);
    const sim = Atomics.exchange(toStart, 0, 0);
    Atomics.wait(toStart, 0, 0, 5);
    shim.simStart(sim);
  }`,
  { eval: true, workerData: { toStart, root } },
);
beforeAll(() => once(starter, "online"));
afterAll(() => starter.terminate());

/** From the first event's publish to its wake-up, ms. `slice`: how long each wait may take. */
function wakeUp(mode: WaitMode, quirks: readonly SimQuirk[], slice = -1): number {
  const options = { depth: 1, read: 50, block: 4096, rate: 0, seed: 1, lun: 0, count: 0, quirks };
  const sim = shim.simCreate(options);
  const owner = new SimulatorDevice(shim, sim, "sim", "owner");
  const waiter = owner.waiter(mode, -1);
  const stamp = new BigUint64Array(1);
  Atomics.store(toStart, 0, sim);
  Atomics.notify(toStart, 0);
  while (waiter.wait(slice, stamp, 0) !== WAIT_DEVICE);
  const published = owner.telemetry?.stampTime(0, 0) ?? 0;
  owner.close();
  shim.simDestroy(sim);
  return (Number(stamp[0]) - published) / 1e6;
}

const sorted = (measure: () => number): number[] =>
  Array.from({ length: 7 }, () => measure()).sort((a, b) => a - b);
/** What else runs on the machine makes wake-ups late. */
const best = (measure: () => number): number => sorted(measure)[0] ?? Number.NaN;
/** Or it keeps this thread from falling asleep in time, and nothing is put off: now and then, not often. */
const median = (measure: () => number): number => sorted(measure)[3] ?? Number.NaN;
/** At least `ms`: the best of those that slept. */
const bestFrom = (ms: number, measure: () => number): number =>
  Math.min(...sorted(measure).filter((time) => time >= ms));

/** Who is busy for long does not keep the processor where others want it, too. */
const SIZES = { delay: [1, 20], "spin-delay": [0.1, 1] } as const;

describe.each(["delay", "spin-delay"] as const)("quirk=%s", (name) => {
  describe.each(WAIT_MODES.filter((mode) => mode !== "spin"))("%s", (mode) => {
    it.each(SIZES[name])("of %s ms", (ms) => {
      const measure = (): number => wakeUp(mode, [{ name, value: ms * 1000 }]);
      expect(median(measure)).toBeGreaterThanOrEqual(ms);
      expect(bestFrom(ms, measure)).toBeLessThan(ms * 1.05 + 0.1);
    });

    it("holds though the wait is a short one", () => {
      expect(median(() => wakeUp(mode, [{ name, value: 20_000 }], 1))).toBeGreaterThanOrEqual(20);
    });
  });

  it("is nothing to who reads the ring", () => {
    expect(best(() => wakeUp("spin", [{ name, value: 200_000 }]))).toBeLessThan(100);
  });
});

it("without a quirk nothing is put off", () => {
  expect(best(() => wakeUp("poll", []))).toBeLessThan(1);
});

it("the addon knows no other quirk", () => {
  const quirks = [{ name: "slow" as "delay", value: 1 }];
  expect(() => wakeUp("poll", quirks)).toThrow(/unknown: slow/);
});
