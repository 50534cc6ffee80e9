// SPDX-License-Identifier: MIT
// Measuring over the socket: it ends with its connection, fits a message, and changes no thread of others.
import { afterEach, describe, expect, it, vi } from "vitest";
import { LEASE_MS } from "../../../src/session/control/latency-lease.js";
import { latencyMethods } from "../../../src/session/control/latency-methods.js";
import { MOST_BYTES_OUT } from "../../../src/session/control/protocol.js";
import { EngineSource } from "../../../src/session/latency/engine-source.js";
import { LatencyBook } from "../../../src/session/latency/latency-book.js";
import type { RawReports } from "../../../src/session/latency/measurement.js";
import { reportsOf } from "../../../src/session/latency/reading.js";
import { STAGES, type Stage, WAIT_MODES } from "../../../src/session/latency/report.js";

/** An engine that has `reports`, and what it was asked. */
function socket(reports: RawReports = { reports: [], broke: null }) {
  const asked: [string, unknown][] = [];
  let last = 0;
  const engine = {
    call: async (method: string, params: unknown) => {
      asked.push([method, params]);
      if (method !== "latency.start") return reports;
      const { id } = params as { readonly id?: number };
      return { id: id ?? ++last };
    },
  };
  const methods = latencyMethods(engine);
  const gone = new AbortController();
  /** As the socket carries it. */
  const call = async (method: string, params: object): Promise<unknown> => {
    const result = await methods[method]?.(params, { signal: gone.signal });
    return JSON.parse(JSON.stringify(result));
  };
  return { asked, call, gone };
}

afterEach(() => {
  vi.useRealTimers();
});

/** All that can be, everywhere. */
function largest(): RawReports {
  const rings = new Uint8Array(131_072).fill(0xa5);
  const reports = WAIT_MODES.map((mode) => {
    const book = new LatencyBook({ mode, measure: "stages", worst: 200, beganNs: 0 });
    for (let i = 0; i < 8_000; i++) {
      const ns = Math.floor(3_600e9 * (i / 8_000) ** 6) + i;
      const stages = Object.fromEntries(STAGES.map((s) => [s, ns])) as Record<Stage, number>;
      const sample = {
        ...{ t_ns: 9e15 + i, wakeup_ns: ns, index: 4294967295, slot: 511, type: 2, cpu: 8191 },
        ...{ host_no: -2147483648, cid: 4294967295, events: 2048, meeting: "coalesced" as const },
        ...{ stages: { ...stages }, whole_ns: 5 * ns },
      };
      if (book.worst.wants(ns)) book.worst.keep(sample);
      book.sample("woken", ns, i * 1e9);
      book.answered(stages, 5 * ns);
    }
    return book.read(1e15, 0);
  });
  const [sample] = reports[0]?.worst ?? [];
  if (!sample) throw new Error("no sample");
  return { reports, broke: { mode: "spin", sample, rings, trace: null } };
}

describe("latency over the socket", () => {
  it("fits one message whatever was measured, and comes out as it went in", async () => {
    const raw = largest();
    const { call } = socket(raw);
    const source = new EngineSource({ call }, "viewer");
    await source.start({ mode: "poll", worst: 200, breakUs: null });
    const text = JSON.stringify(await call("latency.read", { id: 1 }));
    expect(text.length).toBeLessThan(MOST_BYTES_OUT);
    expect(text.length).toBeGreaterThan(MOST_BYTES_OUT / 2); // else more could be told
    const [got, full] = [await source.read(), reportsOf(raw)];
    expect(got.broke).toEqual(full.broke);
    for (const [i, report] of got.reports.entries()) {
      const { wakeup, stages, whole, ...rest } = report;
      expect(full.reports[i]).toMatchObject(rest);
      const { histogram, ...numbers } = wakeup;
      expect(full.reports[i]?.wakeup).toMatchObject(numbers);
      expect(histogram.reduce((sum, [, n]) => sum + n, 0)).toBe(wakeup.count);
      expect([stages?.kernel.p99, whole?.max]).toEqual([
        full.reports[i]?.stages?.kernel.p99,
        full.reports[i]?.whole?.max,
      ]);
    }
  });

  it("ends with the connection that began it last", async () => {
    const { asked, call, gone } = socket();
    await call("latency.start", { mode: "spin" });
    await call("latency.stop", { id: 1 });
    await call("latency.start", { mode: "spin" });
    await call("latency.start", { mode: "poll", id: 2 });
    asked.length = 0;
    gone.abort();
    expect(asked).toEqual([["latency.stop", { id: 2 }]]);
  });

  it("ends, too, where the connection goes while it begins", async () => {
    const { asked, call, gone } = socket();
    const starting = call("latency.start", { mode: "spin" });
    gone.abort();
    await starting;
    expect(asked.map(([method]) => method)).toEqual(["latency.start", "latency.stop"]);
  });

  it("ends with a client that asks nothing any more, though its connection stays", async () => {
    vi.useFakeTimers();
    const { asked, call } = socket();
    await call("latency.start", { mode: "spin" });
    for (const method of ["latency.read", "latency.start", "latency.reset"]) {
      await vi.advanceTimersByTimeAsync(LEASE_MS - 1);
      await call(method, { mode: "spin", id: 1 });
    }
    expect(asked.map(([method]) => method)).not.toContain("latency.stop");
    await vi.advanceTimersByTimeAsync(LEASE_MS - 1);
    expect(asked).toHaveLength(4);
    await vi.advanceTimersByTimeAsync(1);
    expect(asked.slice(4)).toEqual([["latency.stop", { id: 1 }]]);
  });

  it("does not end with a client that waits for a slow engine", async () => {
    vi.useFakeTimers();
    const asked: string[] = [];
    const methods = latencyMethods({
      call: async (method) => {
        asked.push(method);
        if (method === "latency.start") return { id: 1 };
        await new Promise((resolve) => setTimeout(resolve, 3 * LEASE_MS));
        return { reports: [], broke: null };
      },
    });
    const { signal } = new AbortController();
    await methods["latency.start"]?.({ mode: "poll" }, { signal });
    const read = methods["latency.read"]?.({ id: 1 }, { signal });
    await vi.advanceTimersByTimeAsync(3 * LEASE_MS);
    await read;
    await vi.advanceTimersByTimeAsync(LEASE_MS - 1);
    expect(asked).toEqual(["latency.start", "latency.read"]);
    await vi.advanceTimersByTimeAsync(1);
    expect(asked.at(-1)).toBe("latency.stop");
  });

  it("leaves no timer behind when the connection goes", async () => {
    vi.useFakeTimers();
    const { asked, call, gone } = socket();
    await call("latency.start", { mode: "spin" });
    gone.abort();
    await vi.advanceTimersByTimeAsync(2 * LEASE_MS);
    expect(asked.map(([method]) => method)).toEqual(["latency.start", "latency.stop"]);
  });

  it.each([
    [{ mode: "poll", cpu: 0 }, /cpu is the owner's/],
    [{ mode: "poll", priority: 1 }, /priority is the owner's/],
    [{ mode: "poll", lock_memory: true }, /lock_memory is the owner's/],
    [{ mode: "poll", worst: 201 }, /worst is not a whole number from 0 to 200/],
    [{ mode: "poll", rate: 1 }, /no parameter/],
  ])("refuses %j without asking the engine", async (params, message) => {
    const { asked, call } = socket();
    await expect(call("latency.start", params)).rejects.toMatchObject({ kind: "usage" });
    await expect(call("latency.start", params)).rejects.toThrow(message);
    expect(asked).toEqual([]);
  });
});
