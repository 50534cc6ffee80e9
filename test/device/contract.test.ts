// SPDX-License-Identifier: MIT
// The device contract on everything that needs no kernel; test/guest runs it on /dev/tgt.
import { join } from "node:path";
import { describe, it } from "vitest";
import { dialectByName } from "../../src/abi/dialects.js";
import { native } from "../../src/device/native.js";
import { RingImage } from "../../src/device/ring-image.js";
import { SimulatorDevice } from "../../src/device/simulator.js";
import { LIVE_CHECKS, RING_CHECKS } from "./contract.js";

const IMAGE = join(import.meta.dirname, "../../fixtures/ring-after-probe.bin");
const OPTIONS = { depth: 1, read: 50, block: 4096, rate: 0, seed: 1, lun: 0, count: 0 };

function withSimulator(body: (sim: number) => void): void {
  const sim = native().simCreate(OPTIONS);
  try {
    body(sim);
  } finally {
    native().simDestroy(sim);
  }
}

describe("ring image", () => {
  it.each(RING_CHECKS)("$name", ({ run }) => {
    run(() => new RingImage(IMAGE, dialectByName("seed-x86_64")));
  });
});

describe.each(["owner", "observer"] as const)("simulator, %s", (role) => {
  it.each(RING_CHECKS)("$name", ({ run }) => {
    withSimulator((sim) => run(() => new SimulatorDevice(native(), sim, "sim", role)));
  });
});

describe("simulator, live", () => {
  it.each(LIVE_CHECKS)("$name", ({ run }) => {
    withSimulator((sim) => {
      run({
        open: (role) => new SimulatorDevice(native(), sim, "sim", role),
        wakeFd: () => native().wakeFd(),
        wake: (fd) => native().wake(fd),
      });
    });
  });
});
