// SPDX-License-Identifier: MIT
// The activity model: the life of a command, task management, hostile rings, rates, service times.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encode } from "../../src/abi/codec.js";
import type { RingName, TgtEvent } from "../../src/abi/event.js";
import { SEED_X86_64 } from "../../src/abi/seed.js";
import { Activity } from "../../src/session/activity.js";
import { CommandTable } from "../../src/session/command-table.js";
import { inFlight } from "../../src/session/in-flight.js";
import { RateMeter } from "../../src/session/rate-meter.js";
import { ServiceTimes } from "../../src/session/service-times.js";
import { done, request, response } from "./follow/ring-model.js";

function feeder() {
  const activity = new Activity(SEED_X86_64);
  let tNs = 1e9;
  const feed = (ring: RingName, event: TgtEvent, verdict: number | null = null): void => {
    const slot = new Uint8Array(SEED_X86_64.entrySize);
    encode(SEED_X86_64, event, slot, SEED_X86_64.headerSize);
    tNs += 1e6;
    activity.accept({ ring, index: 0, tNs, slot, verdict });
  };
  const states = () =>
    inFlight(activity, SEED_X86_64, null, tNs)
      .commands.map((c) => `${c.cid} ${c.state}`)
      .join(", ");
  return { activity, feed, states, now: () => tNs };
}

const abort = (mid: bigint, tag: bigint, fn = 0x0d): TgtEvent => ({
  type: "TSK_MGMT_REQ",
  host_no: 3,
  function: fn,
  tag,
  lun: new Uint8Array(8),
  mid,
});
const aborted = (mid: bigint, result: number): TgtEvent => ({
  type: "TSK_MGMT_RSP",
  host_no: 3,
  mid,
  result,
});

describe("the life of a command", () => {
  it("goes from requested over done-awaited to gone", () => {
    const { feed, states, activity } = feeder();
    feed("kuring", request(1));
    feed("kuring", request(2));
    expect(states()).toBe("1 requested, 2 requested");
    feed("ukring", response(1), 0);
    expect(states()).toBe("1 done-awaited, 2 requested");
    feed("ukring", response(2), null);
    expect(states()).toBe("1 done-awaited, 2 answered");
    feed("kuring", done(1));
    feed("kuring", done(2));
    expect(states()).toBe("");
    expect(Array.from(activity.totals)).toEqual([2, 0, 2, 2, 0, 0]);
  });

  it("stays outstanding when the answer was refused", () => {
    const { feed, states, activity, now } = feeder();
    feed("kuring", request(1));
    feed("ukring", response(1), -14);
    expect(states()).toBe("1 requested");
    expect(inFlight(activity, SEED_X86_64, null, now()).commands[0]?.refused).toBe(-14);
    feed("ukring", response(1, 2), 0);
    expect(states()).toBe("1 done-awaited");
  });

  it("is requested again after a data-only answer's CMD_DONE", () => {
    const { feed, states } = feeder();
    feed("kuring", request(1));
    feed("ukring", response(1, 0, 0x81), 0);
    expect(states()).toBe("1 moving");
    feed("kuring", done(1));
    expect(states()).toBe("1 requested");
    feed("ukring", response(1), 0);
    feed("kuring", done(1));
    expect(states()).toBe("");
  });

  it("ends without CMD_DONE when it is dropped, and with a host byte too", () => {
    const { feed, states } = feeder();
    feed("kuring", request(1));
    feed("ukring", response(1, 0x20), 0);
    expect(states()).toBe("");
    feed("kuring", request(2));
    feed("kuring", done(2, 0x70000));
    expect(states()).toBe("");
  });
});

describe("task management", () => {
  it("shows the named command as aborting, and takes it out when the function succeeded", () => {
    const { feed, states } = feeder();
    feed("kuring", request(1, 0xabcdn));
    feed("kuring", request(2, 0xabcen));
    feed("kuring", abort(9n, 0xabcen));
    expect(states()).toBe("1 requested, 2 aborting");
    feed("ukring", aborted(9n, 0), -2);
    expect(states()).toBe("1 requested, 2 aborting");
    feed("ukring", aborted(9n, 0), 0);
    expect(states()).toBe("1 requested");
  });

  it("leaves the command as it was when there was no such task", () => {
    const { feed, states } = feeder();
    feed("kuring", request(1, 5n));
    feed("kuring", abort(9n, 5n));
    feed("ukring", aborted(9n, -17), 0);
    expect(states()).toBe("1 requested");
  });

  it("means the whole LUN with LOGICAL UNIT RESET, but only what came before it", () => {
    const { feed, states } = feeder();
    feed("kuring", request(1));
    feed("kuring", request(2, 2n, 1));
    feed("kuring", abort(9n, 0n, 0x17));
    feed("kuring", request(3));
    expect(states()).toBe("1 aborting, 2 requested, 3 requested");
  });
});

describe("joined with the kernel's table", () => {
  it("lists what the kernel holds, refined by what the rings told", () => {
    const { feed, activity, now } = feeder();
    feed("kuring", request(1));
    feed("ukring", response(1), 0);
    feed("kuring", request(2));
    const row = (cid: number, state: string, age_ms: number) => ({
      host_no: 3,
      cid,
      tag: 7n,
      lun: new Uint8Array(8),
      scb: new Uint8Array(16),
      state,
      age_ms,
    });
    const kernel = [row(1, "sent", 5), row(8, "queued", 90), row(9, "sent", 70)];
    const flight = inFlight(activity, SEED_X86_64, kernel, now());
    expect(flight.commands.map((c) => `${c.cid} ${c.state} ${c.ageMs}`)).toEqual([
      "8 queued 90",
      "9 requested 70",
      "1 done-awaited 5",
    ]);
    expect(flight.count).toBe(3);
    expect(flight.oldestMs).toBe(90);
  });
});

describe("hostile rings", () => {
  it("keeps memory and count bounded whatever the bytes are", () => {
    const activity = new Activity(SEED_X86_64);
    const slot = new Uint8Array(SEED_X86_64.entrySize);
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 96, maxLength: 96 }),
        fc.integer({ min: 0, max: 6 }),
        fc.constantFrom<RingName>("kuring", "ukring"),
        (bytes, type, ring) => {
          slot.set(bytes);
          slot.set([type, 0, 0, 0], 8);
          activity.accept({ ring, index: 1, tNs: 5, slot, verdict: null });
          inFlight(activity, SEED_X86_64, null, 6, 3).commands.map((c) => c.text());
        },
      ),
      { numRuns: 500 },
    );
    for (let cid = 0; cid < 20_000; cid++) {
      encode(SEED_X86_64, request(cid), slot, 8);
      activity.accept({ ring: "kuring", index: cid, tNs: cid, slot, verdict: null });
    }
    expect(activity.commands.size).toBe(4096);
    expect(activity.commands.evicted).toBeGreaterThan(15_000);
    expect(activity.commands.find(3, 19_999)).toBeGreaterThanOrEqual(0);
    expect(activity.history.tail(9999)).toHaveLength(1024);
    for (let mid = 0n; mid < 1000n; mid++) {
      encode(SEED_X86_64, abort(mid, mid), slot, 8);
      activity.accept({ ring: "kuring", index: 1, tNs: 1e6, slot, verdict: null });
    }
    expect(activity.tasks.size).toBe(256);
  });

  it("counts events in the wrong ring apart", () => {
    const { feed, activity, states } = feeder();
    feed("ukring", request(1));
    feed("kuring", response(1));
    feed("kuring", { type: 77, raw: new Uint8Array(88) });
    expect(activity.totals[5]).toBe(3);
    expect(states()).toBe("");
  });
});

describe("the command table", () => {
  it("behaves as a map, through any inserts and removals", () => {
    const key = fc.record({
      host: fc.integer({ min: -2, max: 2 }),
      cid: fc.integer({ min: 0, max: 40 }),
      add: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(key, { maxLength: 300 }), (steps) => {
        const table = new CommandTable(4, 256);
        const map = new Set<string>();
        for (const { host, cid, add } of steps) {
          if (add) {
            table.claim(host, cid, new Uint8Array([cid, 0, 0, 0]));
            map.add(`${host}:${cid}`);
          } else {
            const row = table.find(host, cid);
            expect(row >= 0).toBe(map.delete(`${host}:${cid}`));
            if (row >= 0) table.remove(row);
          }
        }
        expect(table.size).toBe(map.size);
        const rows = table.rows().map((row) => `${table.host[row]}:${table.cid[row]}`);
        expect(new Set(rows)).toEqual(map);
        for (const row of table.rows()) expect(table.slot(row)[0]).toBe(table.cid[row]);
      }),
    );
  });
});

describe("rates and times", () => {
  it("is the difference over at least a second, 0 with one sample", () => {
    const meter = new RateMeter();
    const at = (ms: number, requests: number) =>
      meter.sample(ms * 1e6, () => [0, 0, requests, 0, 0]);
    at(0, 100);
    expect(meter.rates()[2]).toBe(0);
    for (let ms = 250; ms <= 5000; ms += 250) at(ms, 100 + ms);
    expect(meter.rates()[2]).toBeCloseTo(1000);
    at(15_000, 5100);
    expect(meter.rates()[2]).toBeCloseTo(0);
  });

  it("knows quantiles to within a sixteenth", () => {
    const times = new ServiceTimes();
    for (let i = 1; i <= 1000; i++) times.record(i * 1000, 1e9);
    const summary = times.summary(1e9);
    expect(summary?.count).toBe(1000);
    expect(summary?.min).toBe(1000);
    expect(summary?.mean).toBeCloseTo(500_500);
    expect(Math.abs((summary?.p50 ?? 0) / 500_000 - 1)).toBeLessThan(1 / 16);
    expect(Math.abs((summary?.p99 ?? 0) / 990_000 - 1)).toBeLessThan(1 / 16);
    expect(times.summary(30e9)).toBeNull();
    times.record(40e9, 30e9);
    expect(Math.abs((times.summary(30e9)?.p50 ?? 0) / 40e9 - 1)).toBeLessThan(1 / 16);
  });
});
