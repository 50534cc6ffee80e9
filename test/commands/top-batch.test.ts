// SPDX-License-Identifier: MIT
// The loop behind `top -b`, where its observation ends under it.
import { Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import { dialectByName } from "../../src/abi/dialects.js";
import { runBatch } from "../../src/commands/top-batch.js";
import type { RingDevice } from "../../src/device/ring-device.js";
import type { Observation } from "../../src/session/observation.js";

const device: RingDevice = {
  name: "fake",
  source: "image",
  role: "offline",
  dialect: dialectByName("seed-x86_64"),
  rings: new ArrayBuffer(131072),
  telemetry: null,
  close: () => undefined,
};

describe("runBatch", () => {
  it("prints nothing more and waits for nothing once the engine has died", async () => {
    const failed = Promise.reject(new Error("engine: died"));
    failed.catch(() => undefined);
    const observation: Observation = {
      ...{ device, role: "offline", events: null, luns: [], failed },
      close: async () => undefined,
    };
    let frames = 0;
    const output = new Writable({
      write: (_chunk, _encoding, done) => {
        frames++;
        done();
      },
    });
    const timers = process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
    const options = { json: true, count: 5, seconds: 0.02, output };
    const run = runBatch(observation, { ...options, stop: new AbortController().signal });
    await expect(run).rejects.toThrow("engine: died");
    const left = process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
    expect(left).toBe(timers);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(frames).toBe(1);
  });
});
