// SPDX-License-Identifier: MIT
// The engine measured while it answers, against a kernel in plain memory: which way each answer takes.
import { describe, expect, it } from "vitest";
import { Engine } from "../../../src/session/engine/engine.js";
import { EngineCounters } from "../../../src/session/engine/engine-counters.js";
import type { RawReport } from "../../../src/session/latency/latency-book.js";
import { Measurement } from "../../../src/session/latency/measurement.js";
import { STAGES } from "../../../src/session/latency/report.js";
import { FakeKernel } from "../engine/fake-kernel.js";
import { lun, request, ScriptedResponder } from "../engine/scripted-responder.js";

const now = (): number => Number(process.hrtime.bigint());

function bench(telemetry = true) {
  const kernel = new FakeKernel(telemetry);
  kernel.clock = now;
  kernel.waiter = () => ({
    wait: (_ms, stamp) => {
      if (stamp) stamp[2] = process.hrtime.bigint();
      sleeps.shift()?.();
      if (stamp) stamp[0] = process.hrtime.bigint();
      return kernel.wait();
    },
    close: () => {},
  });
  /** What the kernel does while the engine sleeps. */
  const sleeps: (() => void)[] = [];
  const responder = new ScriptedResponder();
  const counters = new EngineCounters();
  const engine = new Engine({ device: kernel, responder, counters, journal: null, wakeFd: -1 });
  const measurement = new Measurement(
    {
      ...{ device: kernel, stamps: kernel.telemetry, wakeFd: -1, answers: true },
      produced: () => engine.produced,
      measure: (meter, waiter) => engine.measure(meter, waiter),
    },
    { mode: "poll", worst: 10, breakUs: null },
  );
  const round = (asleep: () => void = () => {}): void => {
    sleeps.push(asleep);
    engine.wait(-1);
    engine.settle();
    engine.drain();
  };
  const report = (): RawReport => {
    const [first] = measurement.read().reports;
    if (!first) throw new Error("no report");
    return first;
  };
  return { kernel, responder, engine, measurement, round, report };
}

/** Every answered event, its stages adding up. */
function answered(report: RawReport): number {
  const sums = STAGES.map((stage) => report.stages?.[stage].sum ?? Number.NaN);
  expect(sums.reduce((a, b) => a + b, 0)).toBe(report.whole?.sum);
  for (const stage of STAGES) expect(report.stages?.[stage].min).toBeGreaterThanOrEqual(0);
  for (const { stages, whole_ns } of report.worst) {
    if (stages) expect(STAGES.reduce((sum, stage) => sum + stages[stage], 0)).toBe(whole_ns);
  }
  return report.whole?.count ?? 0;
}

describe("an engine that is measured", () => {
  it("counts commands met asleep, coalesced and awake, and follows each to its verdict", () => {
    const { kernel, round, report } = bench();
    kernel.react = (event) => {
      if (event.type !== "CMD_RSP") return;
      kernel.publish({ type: "CMD_DONE", host_no: 3, cid: event.cid, result: 0 });
    };
    kernel.publish(request(11)); // nobody slept then
    round(() => {
      for (let cid = 1; cid <= 10; cid++) kernel.publish(request(cid));
    });
    const got = report();
    expect(got).toMatchObject({ samples: 22, missed: 0, published: 22, measure: "wakeup" });
    expect(got).toMatchObject({ wakeups: 1, coalesced: 9, awake: 12, unfollowed: 0 });
    expect(answered(got)).toBe(11);
    expect(got.worst.map(({ events, cid }) => [events, cid])).toEqual(
      Array.from({ length: 10 }, (_, i) => [10, i + 1]),
    );
  });

  it("follows a late answer, a refused one, a function and data that move first", () => {
    const { kernel, responder, round, report } = bench();
    const plain = responder.onCommand;
    responder.onCommand = (command, answer) => {
      if (command.cid === 3) {
        answer.dataOnly = true;
        answer.len = 512;
        return true;
      }
      if (command.cid !== 1) return plain(command, answer);
      responder.late.push({ hostNo: 3, cid: 1, answer: { ...answer } });
      return false;
    };
    responder.onRefused = () => true;
    kernel.verdict = (event) => (event.type === "CMD_RSP" && event.cid === 2 ? -14 : 0);
    kernel.react = (event, verdict) => {
      if (event.type === "CMD_RSP" && event.cid === 2) kernel.verdict = () => 0;
      if (event.type !== "CMD_RSP" || verdict < 0) return;
      kernel.publish({ type: "CMD_DONE", host_no: 3, cid: event.cid, result: 0 });
    };
    for (const cid of [1, 2, 3]) kernel.publish(request(cid));
    const mid = 0xfedc_ba98_7654_3210n;
    const task = { host_no: 3, function: 1, tag: 1n, mid, lun: lun(0) };
    kernel.publish({ type: "TSK_MGMT_REQ", ...task });
    round();
    round();
    const got = report();
    // 4 requests, and 4 CMD_DONEs, of which one is of the data
    expect(got).toMatchObject({ samples: 8, missed: 0, unfollowed: 0 });
    expect(answered(got)).toBe(5);
  });

  it("begins with what is published from then on, and ends with what has been met", () => {
    const { kernel, measurement, round, report } = bench();
    kernel.publish(request(1));
    round();
    measurement.end();
    kernel.publish(request(2));
    round();
    expect(report()).toMatchObject({ samples: 1, published: 1 });
    expect(measurement.running).toBe(false);
  });

  it("does not count what it met before, and misses what it has no time for any more", () => {
    const { kernel, engine, measurement, round } = bench();
    measurement.end();
    kernel.publish(request(1));
    const later = new Measurement(
      {
        ...{ device: kernel, stamps: kernel.telemetry, wakeFd: -1, answers: true },
        produced: () => engine.produced,
        measure: (meter, waiter) => engine.measure(meter, waiter),
      },
      { mode: "epoll", worst: 0, breakUs: null },
    );
    round();
    kernel.publish(request(2));
    round();
    kernel.publish(request(3));
    later.end();
    round();
    const [got] = later.read().reports;
    expect(got).toMatchObject({ mode: "epoll", samples: 1, missed: 1, published: 2 });
  });

  it("measures round trips where the kernel stamps nothing", () => {
    const { kernel, round, report } = bench(false);
    const dones: number[] = [];
    kernel.react = (event) => {
      if (event.type !== "CMD_RSP") return;
      if (event.cid % 2 === 0) dones.push(event.cid);
      else kernel.publish({ type: "CMD_DONE", host_no: 3, cid: event.cid, result: 0 });
    };
    for (let cid = 1; cid <= 10; cid++) kernel.publish(request(cid));
    round();
    for (const cid of dones) kernel.publish({ type: "CMD_DONE", host_no: 3, cid, result: 0 });
    kernel.publish({ type: "CMD_DONE", host_no: 3, cid: 99, result: 0 }); // of before
    round();
    const got = report();
    expect(got).toMatchObject({ measure: "round-trip", stages: null, whole: null });
    expect(got).toMatchObject({ samples: 10, missed: 1, published: null });
    expect(got).toMatchObject({ wakeups: 1, coalesced: 4, awake: 5 });
    expect(got.wakeup.count).toBe(10);
    expect(got.wakeup.min).toBeGreaterThan(0);
    expect(got.worst).toHaveLength(10);
  });
});
