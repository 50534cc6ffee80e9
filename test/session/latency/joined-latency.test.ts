// SPDX-License-Identifier: MIT
// Measuring real threads over the simulator: an owner's through its socket, and an observer's.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { parseDeviceSpec } from "../../../src/device/device-spec.js";
import { native } from "../../../src/device/native.js";
import { SimulatorDevice } from "../../../src/device/simulator.js";
import type { ControlClient } from "../../../src/session/control/client.js";
import { joinOwner } from "../../../src/session/join.js";
import { EngineSource } from "../../../src/session/latency/engine-source.js";
import { LatencyObserver } from "../../../src/session/latency/latency-observer.js";
import {
  type LatencyReports,
  STAGES,
  WAIT_MODES,
  type WaitMode,
} from "../../../src/session/latency/report.js";
import type { LatencySource } from "../../../src/session/latency/source.js";

const ROOT = join(import.meta.dirname, "../../..");
const device = `sim:name=latency-${process.pid}`;
let owner: ChildProcess | undefined;

afterEach(async () => {
  if (!owner) return;
  owner.kill("SIGINT");
  await once(owner, "exit");
  owner = undefined;
});

async function joined(): Promise<ControlClient> {
  if (!owner) {
    const args = [join(ROOT, "bin/tgtctl.js"), "serve", "-D", `${device},rate=500`, "--quiet"];
    owner = spawn(process.execPath, args);
    await once(owner.stdout ?? owner, "data");
  }
  return joinOwner(device);
}

const options = (mode: WaitMode) => ({ mode, worst: 5, breakUs: null });

/** Until each mode that was begun has met so many. */
async function met(source: LatencySource, least: number): Promise<LatencyReports> {
  for (;;) {
    const got = await source.read();
    if (got.reports.every(({ samples }) => samples >= least)) return got;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe("an owner that is joined", () => {
  it("is measured in every mode, every event counted and every stage added up", async () => {
    const client = await joined();
    const source = new EngineSource(client, "viewer");
    for (const mode of WAIT_MODES) {
      await source.start(options(mode));
      await met(source, 50);
    }
    const { reports, broke } = await source.stop();
    expect([reports.map(({ mode }) => mode), broke]).toEqual([[...WAIT_MODES], null]);
    for (const { samples, missed, published, stages, whole, worst } of reports) {
      expect(samples + missed).toBe(published);
      const sums = STAGES.map((stage) => stages?.[stage].sum ?? Number.NaN);
      expect(sums.reduce((a, b) => a + b, 0)).toBe(whole?.sum);
      expect(worst).toHaveLength(5);
      expect(worst[0]?.cpu).toEqual(expect.any(Number));
    }
    client.close();
  });

  it("is let go when its client goes without a word, and by nobody else until then", async () => {
    const [first, second] = [await joined(), await joined()];
    await new EngineSource(first, "viewer").start(options("spin"));
    const other = new EngineSource(second, "viewer");
    await expect(other.start(options("poll"))).rejects.toMatchObject({ kind: "busy" });
    first.close();
    await expect
      .poll(() => other.start(options("poll")).then(() => "begun", String), { timeout: 5000 })
      .toBe("begun");
    second.close();
  });
});

describe("an observer", () => {
  it("measures its own wake-up beside whoever owns the device", async () => {
    const spec = parseDeviceSpec("sim:rate=0");
    if (spec.kind !== "simulator") throw new Error("no simulator");
    const shim = native();
    const sim = shim.simCreate(spec.options);
    const owning = new SimulatorDevice(shim, sim, "sim", "owner");
    const observer = await LatencyObserver.start({
      device: { kind: "simulator", sim, name: "sim" },
      program: pathToFileURL(join(ROOT, "dist/observer.js")),
    });
    await observer.source.start(options("epoll"));
    shim.simStart(sim); // its first command waits for an answer that nobody gives
    await met(observer.source, 1);
    const { reports } = await observer.source.stop();
    expect(reports).toMatchObject([{ mode: "epoll", samples: 1, missed: 0, published: 1 }]);
    expect(reports[0]).toMatchObject({ measure: "wakeup", stages: null, whole: null });
    await observer.close();
    owning.close();
    shim.simDestroy(sim);
  });
});
