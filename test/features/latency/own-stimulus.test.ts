// SPDX-License-Identifier: MIT
// A target that is busy is left alone; one that is idle and has no disk here is said to be that.
import { expect, it } from "vitest";
import type { LatencyWay } from "../../../src/features/latency/latency-way.js";
import { startStimulus } from "../../../src/features/latency/own-stimulus.js";
import type { LatencyReports } from "../../../src/session/latency/report.js";
import { FakeSource } from "./fake-source.js";
import { steadyReport, worstSample } from "./reports.js";

/** Nobody sends anything. */
class IdleSource extends FakeSource {
  override async read(): Promise<LatencyReports> {
    await super.read();
    return { reports: [steadyReport("poll", { samples: 7, missed: 0 })], broke: null };
  }
}

function wayOf(source: FakeSource, more: Partial<LatencyWay> = {}): LatencyWay {
  const failed = new Promise<never>(() => {});
  return { source, owner: "", nodes: [], intervalNs: null, failed, close: async () => {}, ...more };
}

const stop = new AbortController().signal;

it("adds nothing to traffic, and says so where it was asked to", async () => {
  const said: string[] = [];
  const wish = { device: "/dev/tgt", stop, say: (text: string) => void said.push(text) };
  const way = wayOf(new FakeSource(), { nodes: ["/dev/sg1"] });
  await way.source.start({ mode: "poll", worst: 0, breakUs: null });
  expect(await startStimulus(way, { ...wish, rate: null })).toBeNull();
  expect(said).toEqual([]);
  expect(await startStimulus(way, { ...wish, rate: 100 })).toBeNull();
  expect(said).toEqual(["there is traffic: --rate adds none to it"]);
});

it("says where it has no disk to send to, and forgets what came before", async () => {
  const said: string[] = [];
  const source = new IdleSource();
  const wish = {
    device: "/dev/tgt",
    rate: null,
    stop,
    say: (text: string) => void said.push(text),
  };
  expect(await startStimulus(wayOf(source), wish)).toBeNull();
  expect(said).toEqual([
    "/dev/tgt is idle, and no disk of it is attached here that could be sent a command",
  ]);
  expect(source.calls.at(-1)).toBe("reset");
});

it("calls no target idle whose events nobody counts any more: the measurement broke off", async () => {
  const source = new IdleSource();
  const read = source.read.bind(source);
  const rings = new Uint8Array();
  const broke = { mode: "poll", sample: worstSample(), rings, trace: null } as const;
  source.read = async () => ({ ...(await read()), broke });
  const wish = { device: "/dev/tgt", rate: 100, stop, say: () => expect.unreachable() };
  expect(await startStimulus(wayOf(source, { nodes: ["/dev/sg1"] }), wish)).toBeNull();
  expect(source.calls).not.toContain("reset");
});

it("says nothing of traffic where it is told to stop before it knows", async () => {
  const stopping = new AbortController();
  const source = new FakeSource();
  const way = wayOf(source);
  await way.source.start({ mode: "poll", worst: 0, breakUs: null });
  const say = () => expect.unreachable();
  const asked = startStimulus(way, { device: "/dev/tgt", rate: 100, stop: stopping.signal, say });
  stopping.abort();
  expect(await asked).toBeNull();
});

it("leaves a simulator to its own initiator", async () => {
  const source = new FakeSource();
  const wish = { device: "sim", rate: 500, stop, say: () => expect.unreachable() };
  expect(await startStimulus(wayOf(source, { intervalNs: 2e6 }), wish)).toBeNull();
  expect(source.calls).toEqual([]);
});
