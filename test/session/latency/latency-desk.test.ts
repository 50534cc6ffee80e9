// SPDX-License-Identifier: MIT
// The latency verbs: one measurement at a time, its modes, its end, and the break.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Params } from "../../../src/session/engine/params.js";
import type { LatencyMethod } from "../../../src/session/engine/verbs.js";
import { EngineSource } from "../../../src/session/latency/engine-source.js";
import { LATENCY_PARAMETERS, LatencyDesk } from "../../../src/session/latency/latency-desk.js";
import type { RawReports } from "../../../src/session/latency/measurement.js";
import { ObserverLoop } from "../../../src/session/latency/observer-loop.js";
import type { Scheduling } from "../../../src/session/latency/report.js";
import { TraceBuffer } from "../../../src/session/latency/trace-buffer.js";
import { RingModel, request } from "../follow/ring-model.js";

/** A desk for an observer's thread; `waits` has the ways of waiting that were opened and closed, each after `opening`. */
function deskBench(opening: (model: RingModel) => void = () => {}) {
  const model = new RingModel();
  const waits: string[] = [];
  const asked: Scheduling[] = [];
  const device = {
    rings: model.rings,
    acknowledge: () => {},
    waiter: (mode: string) => {
      opening(model);
      waits.push(`+${mode}`);
      const wait = (_ms: number, stamp: BigUint64Array | null): number => {
        if (stamp) stamp[0] = model.timeNs;
        return 1;
      };
      return { wait, close: () => void waits.push(`-${mode}`) };
    },
  };
  const loop = new ObserverLoop(device, model.telemetry, -1);
  const noTrace = (): TraceBuffer => new TraceBuffer([]);
  const desk = new LatencyDesk(loop, (scheduling) => void asked.push(scheduling), noTrace);
  const run = (method: LatencyMethod, params: object = {}): unknown =>
    desk.run(method, new Params(method, params, LATENCY_PARAMETERS[method]));
  const reports = (method: LatencyMethod, id: number): RawReports =>
    run(method, { id }) as RawReports;
  const start = (params: object): number =>
    (run("latency.start", params) as { readonly id: number }).id;
  /** So many events, each met `late` ns after it was published. */
  const events = (count: number, late = 0n): void => {
    for (let i = 0; i < count; i++) {
      model.send(request(i));
      model.receive();
      model.timeNs += late;
      loop.round();
      desk.settle();
    }
  };
  return { model, loop, waits, asked, start, run, reports, events };
}

const usage = (text: RegExp) =>
  expect.objectContaining({ kind: "usage", message: expect.stringMatching(text) });
const ended = expect.objectContaining({
  kind: "unavailable",
  message: expect.stringMatching(/has ended/),
});

describe("latency.start", () => {
  it("keeps a report of each mode, and the modes take turns", () => {
    const { start, waits, events, reports } = deskBench();
    const id = start({ mode: "poll" });
    events(3);
    expect(start({ mode: "spin", id })).toBe(id);
    events(2);
    start({ mode: "poll", id });
    events(4);
    const { reports: all } = reports("latency.stop", id);
    expect(all.map(({ mode, samples, published }) => [mode, samples, published])).toEqual([
      ["poll", 7, 7],
      ["spin", 2, 2],
    ]);
    expect(waits).toEqual(["+poll", "+spin", "-poll", "+poll", "-spin", "-poll"]);
  });

  it("counts as missed what comes while the mode changes: together they have all", () => {
    let sent = 0;
    const { start, events, reports } = deskBench((model) => {
      for (let i = 0; i < 3; i++) model.send(request(sent++));
    });
    const id = start({ mode: "poll" });
    events(3);
    start({ mode: "spin", id });
    events(2);
    start({ mode: "poll", id });
    const { reports: all } = reports("latency.stop", id);
    expect(all.map(({ mode, missed, published }) => [mode, missed, published])).toEqual([
      ["poll", 3, 6],
      ["spin", 3, 5],
    ]);
  });

  it("is refused while somebody else measures, and free again afterwards", () => {
    const { start, reports } = deskBench();
    const id = start({ mode: "uv" });
    expect(() => start({ mode: "uv" })).toThrow(expect.objectContaining({ kind: "busy" }));
    reports("latency.stop", id);
    expect(() => reports("latency.read", id)).toThrow(ended);
    expect(start({ mode: "uv" })).toBe(id + 1);
    expect(() => start({ mode: "spin", id })).toThrow(ended);
  });

  it.each([
    [{}, /mode is not a text/],
    [{ mode: "select" }, /select is no mode/],
    [{ mode: "poll", worst: 1001 }, /worst/],
    [{ mode: "poll", worst: -1 }, /worst/],
    [{ mode: "poll", break_us: 0 }, /break_us/],
    [{ mode: "poll", priority: 100 }, /priority/],
    [{ mode: "poll", cpu: 1.5 }, /cpu/],
    [{ mode: "poll", lock_memory: 1 }, /lock_memory/],
    [{ mode: "poll", id: 7 }, /measurement 7 has ended/],
    [{ mode: "poll", rate: 7 }, /no parameter/],
  ])("refuses %j and has begun nothing", (params, message) => {
    const { start, waits, loop, asked } = deskBench();
    expect(() => start(params)).toThrow(usage(message));
    expect([waits, asked, loop.measuring]).toEqual([[], [], false]);
  });

  it("measures nothing where the way of waiting cannot be had", () => {
    const { start, loop, waits } = deskBench();
    expect(() => start({ mode: "uv" })).not.toThrow();
    waits.push = () => {
      throw new Error("EMFILE");
    };
    expect(() => start({ mode: "spin", id: 1 })).toThrow("EMFILE");
    expect(loop.measuring).toBe(false);
  });

  it("asks the scheduler for what is wanted, before anything is measured", () => {
    const { start, asked } = deskBench();
    start({ mode: "poll", cpu: 0, priority: 80 });
    expect(asked).toEqual([{ cpu: 0, priority: 80, lockMemory: false }]);
  });
});

describe("a source", () => {
  it("reads what a thread of this process has measured, worked out", async () => {
    const { run, events } = deskBench();
    const call = async (method: string, params: object): Promise<unknown> =>
      structuredClone(run(method as LatencyMethod, params));
    const source = new EngineSource({ call }, "observer");
    expect(await source.read()).toEqual({ reports: [], broke: null });
    await source.start({ mode: "poll", worst: 2, breakUs: null });
    events(9, 700n);
    events(1, 9000n);
    await source.start({ mode: "spin", worst: 2, breakUs: null });
    const { reports } = await source.read();
    expect(reports.map(({ mode, samples }) => [mode, samples])).toEqual([
      ["poll", 10],
      ["spin", 0],
    ]);
    expect(reports[0]?.wakeup).toMatchObject({ count: 10, min: 700, p50: 700, p99: 9000 });
    expect(reports[0]?.worst.map(({ wakeup_ns }) => wakeup_ns)).toEqual([9000, 700]);
    await source.reset();
    expect(await source.stop()).toMatchObject({ reports: [{ mode: "poll", samples: 0 }] });
    await source.start({ mode: "uv", worst: 0, breakUs: null });
    expect(await source.read()).toMatchObject({ reports: [{ mode: "uv" }] });
  });
});

describe("latency.reset", () => {
  it("forgets what was measured, and says it", () => {
    const { start, events, reports } = deskBench();
    const id = start({ mode: "poll", worst: 3 });
    events(5);
    expect(reports("latency.reset", id).reports).toMatchObject([{ samples: 5 }]);
    events(2);
    expect(reports("latency.read", id).reports).toMatchObject([{ samples: 2, published: 2 }]);
  });
});

describe("a break", () => {
  it("ends it at the first sample above the limit, with the rings as they were", () => {
    const { start, events, reports, loop, model } = deskBench();
    const id = start({ mode: "epoll", break_us: 50 });
    events(3, 50_000n);
    expect(loop.measuring).toBe(true);
    events(1, 50_001n);
    expect(loop.measuring).toBe(false);
    const copied = new Uint8Array(model.rings.slice(0));
    events(5, 1_000_000n);
    model.send(request(999));
    const { broke, reports: all } = reports("latency.read", id);
    expect(broke).toMatchObject({ mode: "epoll", sample: { wakeup_ns: 50_001, index: 3 } });
    expect(broke?.trace).toMatch(/no trace buffer/);
    expect(broke?.rings).toEqual(copied);
    expect(all).toMatchObject([{ samples: 4, published: 4, missed: 0 }]);
    start({ mode: "spin", id });
    expect(loop.measuring).toBe(false);
    expect(start({ mode: "spin" })).toBe(id + 1);
  });
});

describe("the trace buffer", () => {
  it("is marked, then stopped", () => {
    const place = mkdtempSync(join(tmpdir(), "tgtctl-trace-"));
    for (const name of ["trace_marker", "tracing_on"]) writeFileSync(join(place, name), "");
    const buffer = new TraceBuffer([join(place, "elsewhere"), place]);
    expect(buffer.stop("tgtctl latency: 51 us\n")).toBeNull();
    expect(readFileSync(join(place, "trace_marker"), "utf8")).toBe("tgtctl latency: 51 us\n");
    expect(readFileSync(join(place, "tracing_on"), "utf8")).toBe("0");
    buffer.close();
    expect(buffer.stop("late")).toMatch(/closed/);
    rmSync(place, { recursive: true });
  });

  it("says why there is none", () => {
    expect(new TraceBuffer(["/nowhere/tracing"]).stop("x")).toMatch(/not mounted/);
  });
});
