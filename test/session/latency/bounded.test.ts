// SPDX-License-Identifier: MIT
// What a measurement keeps in bounded memory, against what keeps all: periods, worst samples, flights.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FlightTable, MOST_FLIGHTS } from "../../../src/session/latency/flight-table.js";
import { LatencyBook } from "../../../src/session/latency/latency-book.js";
import { Periods } from "../../../src/session/latency/periods.js";
import { MOST_PERIODS } from "../../../src/session/latency/report.js";
import { type OpenSample, WorstSamples } from "../../../src/session/latency/worst-samples.js";

describe("periods", () => {
  it("hold every value in the period it belongs to, however long it goes on", () => {
    const at = fc.oneof(fc.nat(3e9), fc.nat(100e9), fc.nat(10_000e9));
    const records = fc.array(fc.tuple(at, fc.nat(1e6)), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(records, (all) => {
        const periods = new Periods();
        for (const [ns, value] of all) periods.record(ns, value);
        const read = periods.read();
        expect(read.length).toBeLessThanOrEqual(MOST_PERIODS);
        const length = (read[0]?.length_ms ?? 0) * 1e6;
        expect(read.map(({ from_ms }) => from_ms)).toEqual(
          read.map(({ length_ms }, i) => i * length_ms),
        );
        for (const [i, { count, mean, max }] of read.entries()) {
          const mine = all.filter(([ns]) => Math.floor(ns / length) === i).map(([, v]) => v);
          expect(count).toBe(mine.length);
          expect(max).toBe(mine.length === 0 ? null : Math.max(...mine));
          const sum = mine.reduce((a, b) => a + b, 0);
          if (mine.length > 0) expect(mean).toBeCloseTo(sum / mine.length, 6);
          else expect(mean).toBeNull();
        }
      }),
    );
  });
});

const sample = (wakeup_ns: number, t_ns: number): OpenSample => ({
  ...{ t_ns, wakeup_ns, index: 0, slot: 0, type: 2, host_no: 0, cid: 0, cpu: null, events: 1 },
  ...{ meeting: "woken", stages: null, whole_ns: null },
});

describe("worst samples", () => {
  it("are the longest, the longest first", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1000), { maxLength: 300 }), fc.nat(20), (all, most) => {
        const worst = new WorstSamples(most);
        for (const [i, ns] of all.entries()) if (worst.wants(ns)) worst.keep(sample(ns, i));
        const longest = [...all].sort((a, b) => b - a).slice(0, most);
        expect(worst.read().map(({ wakeup_ns }) => wakeup_ns)).toEqual(longest);
      }),
    );
  });
});

describe("flights", () => {
  it("are found by their whole name, and free again when they are over", () => {
    const name = fc.tuple(fc.nat(1), fc.integer({ min: -2, max: 2 }), fc.nat(40), fc.nat(2));
    const step = fc.tuple(fc.boolean(), name);
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
        const table = new FlightTable();
        const model = new Map<string, number>();
        let value = 0;
        for (const [opens, name] of steps) {
          const key = name.join();
          if (opens) {
            const id = table.open(...name);
            expect(id).toBeGreaterThanOrEqual(0);
            table.t0[id] = ++value;
            model.set(key, value);
          } else {
            const id = table.take(...name);
            const known = model.get(key);
            if (known === undefined) expect(id).toBe(-1);
            else {
              expect(table.t0[id]).toBe(known);
              table.free(id);
              model.delete(key);
            }
          }
          expect(table.size).toBe(model.size);
        }
        for (const [key, known] of model) {
          const id = table.take(
            ...(key.split(",").map(Number) as [number, number, number, number]),
          );
          expect(table.t0[id]).toBe(known);
        }
      }),
    );
  });

  it("are refused beyond the limit, and taken again after", () => {
    const table = new FlightTable();
    for (let i = 0; i < MOST_FLIGHTS; i++) expect(table.open(0, 3, i, 0)).toBeGreaterThanOrEqual(0);
    const taken = Array.from({ length: MOST_FLIGHTS }, (_, i) => table.take(0, 3, i, 0));
    expect(table.open(0, 3, MOST_FLIGHTS, 0)).toBe(-1); // all answered, none judged
    for (const id of taken) table.free(id);
    for (let i = 0; i < MOST_FLIGHTS; i++) expect(table.open(0, 3, i, 0)).toBeGreaterThanOrEqual(0);
    for (let i = 0; i < MOST_FLIGHTS; i++) table.free(table.take(0, 3, i, 0));
    expect(table.size).toBe(0);
    expect(table.open(0, 3, 0xffff_ffff, 0)).toBeGreaterThanOrEqual(0);
    expect(table.take(0, 3, -1, 0)).toBeGreaterThanOrEqual(0);
  });

  it("of commands that nobody has ended make room, and are counted", () => {
    const table = new FlightTable();
    const book = new LatencyBook({ mode: "poll", measure: "stages", worst: 0, beganNs: 0 });
    const open = (cid: number): number => {
      const id = table.open(0, 3, cid, 0);
      table.book[id] = book;
      return id;
    };
    for (let i = 0; i < 3 * MOST_FLIGHTS; i++) expect(open(i)).toBeGreaterThanOrEqual(0);
    expect(table.size).toBe(MOST_FLIGHTS);
    expect(book.unfollowed).toBe(2 * MOST_FLIGHTS);
    open(3 * MOST_FLIGHTS - 1); // the same name again
    expect(book.unfollowed).toBe(2 * MOST_FLIGHTS + 1);
  });
});
