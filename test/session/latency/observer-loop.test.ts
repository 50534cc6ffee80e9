// SPDX-License-Identifier: MIT
// An observer's wake-ups over kernels in plain memory: what it met and what it missed is what there was.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Measurement } from "../../../src/session/latency/measurement.js";
import { ObserverLoop } from "../../../src/session/latency/observer-loop.js";
import { done, RingModel, request } from "../follow/ring-model.js";

/** An observer of a model; each wait returns at the model's time. */
function observed(first = 0) {
  const model = new RingModel(first);
  const told: string[] = [];
  const device = {
    rings: model.rings,
    acknowledge: () => void told.push("acknowledge"),
    waiter: () => ({
      wait: (_ms: number, stamp: BigUint64Array | null) => {
        if (stamp) [stamp[0], stamp[1]] = [model.timeNs, 3n];
        return 1;
      },
      close: () => void told.push("close"),
    }),
  };
  const loop = new ObserverLoop(device, model.telemetry, -1);
  const begin = () => new Measurement(loop, { mode: "poll", worst: 1000, breakUs: null });
  return { model, loop, begin, told };
}

describe("an observer's loop", () => {
  it("meets or misses each event once, over laps, lost stamps and owners that come and go", () => {
    const step = fc.oneof(
      { weight: 3, arbitrary: fc.record({ send: fc.integer({ min: 1, max: 700 }) }) },
      { weight: 4, arbitrary: fc.constant({ round: true as const }) },
      { weight: 1, arbitrary: fc.constant({ owner: true as const }) },
      { weight: 1, arbitrary: fc.constant({ open: true as const }) },
    );
    const first = fc.constantFrom(0, 5, 0xffff_ff00);
    fc.assert(
      fc.property(first, fc.array(step, { maxLength: 30 }), (start, steps) => {
        const { model, loop, begin } = observed(start);
        const send = (count: number): void => {
          for (let i = 0; i < count; i++) {
            model.send(i % 2 === 0 ? request(i) : done(i));
            model.receive();
          }
        };
        send(10);
        loop.round();
        const measurement = begin();
        let sent = 0;
        for (const each of steps) {
          if ("send" in each) {
            send(each.send);
            sent += each.send;
          } else if ("round" in each) loop.round();
          else if ("owner" in each) model.newOwner();
          else model.openStamp("kuring", model.kuring.produced - 1); // being overwritten
        }
        measurement.end();
        const report = measurement.read().reports[0];
        expect(report).toMatchObject({ published: sent, samples: expect.any(Number) });
        expect((report?.samples ?? 0) + (report?.missed ?? 0)).toBe(sent);
      }),
    );
  });

  it("misses nothing it is in time for, and has no stages", () => {
    const { model, loop, begin, told } = observed();
    const measurement = begin();
    for (let round = 0; round < 20; round++) {
      for (let i = 0; i < 100; i++) {
        model.send(request(i));
        model.receive();
      }
      loop.round();
    }
    const report = measurement.read().reports[0];
    expect(report).toMatchObject({ samples: 2000, missed: 0, wakeups: 20, coalesced: 1980 });
    expect(report).toMatchObject({ stages: null, whole: null, measure: "wakeup" });
    expect(report?.worst[0]).toMatchObject({ wakeup_ns: 99_000, cpu: 3, events: 100, host_no: 3 });
    expect(told).toEqual(Array.from({ length: 20 }, () => "acknowledge"));
    measurement.end();
    expect(told.at(-1)).toBe("close");
    expect(loop.measuring).toBe(false);
  });

  it("names an event of a later owner by that owner's index", () => {
    const { model, loop, begin } = observed();
    model.send(request(1));
    const measurement = begin();
    model.newOwner();
    for (let i = 0; i < 3; i++) model.send(request(i));
    model.timeNs += 5n;
    loop.round();
    const { worst, published } = measurement.read().reports[0] ?? {};
    expect(published).toBe(3);
    expect(worst?.map(({ index, slot }) => [index, slot])).toEqual([
      [0, 0],
      [1, 1],
      [2, 2],
    ]);
  });
});
