// SPDX-License-Identifier: MIT
// A watch over a ring model: rates by the kernel's counters, what to forget after a gap, an image.

import { describe, expect, it } from "vitest";
import { EVENT_TYPES } from "../../src/abi/event.js";
import type { KernelCommand, RingDevice } from "../../src/device/ring-device.js";
import { RingFollower } from "../../src/session/follow/follower.js";
import type { EventSource } from "../../src/session/journal.js";
import type { Observation } from "../../src/session/observation.js";
import { Watch } from "../../src/session/watch.js";
import { done, RingModel, request, response } from "./follow/ring-model.js";

function watchOf(
  model: RingModel,
  device: RingDevice = model.device(),
  events: EventSource = new RingFollower(device),
): Watch {
  const observation: Observation = {
    device,
    role: "observer",
    events,
    luns: [],
    failed: new Promise<never>(() => {}),
    close: async () => {},
  };
  return new Watch(observation, () => model.timeNs);
}

function serve(model: RingModel, cid: number): void {
  model.send(request(cid));
  model.receive();
  model.answer(response(cid));
  model.kick();
  model.send(done(cid));
  model.receive();
}

const rateOf = (watch: Watch, type: (typeof EVENT_TYPES)[number]) =>
  watch.rates()[EVENT_TYPES.indexOf(type)];

describe("a watch", () => {
  it("takes rates from the kernel's counters, exact though events were missed", () => {
    const model = new RingModel();
    const watch = watchOf(model);
    watch.refresh();
    const began = model.timeNs;
    for (let cid = 1; cid <= 5000; cid++) serve(model, cid);
    model.timeNs = began + 1_000_000_000n;
    watch.refresh();
    expect(watch.missed).toBe(5000 * 3 - watch.seen);
    expect(watch.missed).toBeGreaterThan(0);
    expect(rateOf(watch, "CMD_REQ")).toBeCloseTo(5000);
    expect(rateOf(watch, "CMD_RSP")).toBeCloseTo(5000);
  });

  it("forgets what was in flight before a gap, unless the kernel's table tells", () => {
    const model = new RingModel();
    const blind = watchOf(model);
    const kernel: KernelCommand[] = [];
    const seeing = watchOf(
      model,
      Object.assign(model.device(), { commands: () => kernel }) as RingDevice,
    );
    model.send(request(1));
    model.receive();
    blind.refresh();
    seeing.refresh();
    expect(blind.inFlight(blind.now()).count).toBe(1);
    for (let cid = 2; cid <= 1000; cid++) serve(model, cid);
    kernel.push({
      host_no: 3,
      cid: 1,
      tag: 1n,
      lun: new Uint8Array(8),
      scb: new Uint8Array(16),
      state: "sent",
      age_ms: 40,
    });
    blind.refresh();
    seeing.refresh();
    expect(blind.inFlight(blind.now()).count).toBe(0);
    expect(seeing.inFlight(seeing.now()).commands.map((c) => c.cid)).toEqual([1]);
  });

  it("keeps no command whose end was overwritten while the backlog was told", () => {
    const model = new RingModel();
    let cid = 0;
    while (cid < 300) serve(model, ++cid);
    const follower = new RingFollower(model.device());
    const events: EventSource = {
      read: (sink, limit) =>
        follower.read((event) => {
          sink(event);
          while (cid < 450) serve(model, ++cid); // all of this while the first event is looked at
        }, limit),
      get missed() {
        return follower.missed;
      },
      get gaps() {
        return follower.gaps;
      },
    };
    const watch = watchOf(model, model.device(), events);
    watch.refresh();
    watch.refresh();
    expect(watch.missed).toBe(0);
    expect(follower.gaps).toBeGreaterThan(0);
    expect(watch.inFlight(watch.now()).count).toBe(0);
  });

  it("starts anew with a new owner, to whom unfinished commands are sent again", () => {
    const model = new RingModel();
    const watch = watchOf(model);
    model.send(request(1));
    model.send(request(2));
    watch.refresh();
    model.newOwner();
    model.send(request(2));
    watch.refresh();
    expect(watch.inFlight(watch.now()).commands.map((c) => c.cid)).toEqual([2]);
    expect(watch.look.kuring.positions.producerIndex).toBe(1);
    expect(watch.look.kuring.used[1]).toBe(0);
  });

  it("marks what changed, and finds a command's request in the ring", () => {
    const model = new RingModel();
    const watch = watchOf(model);
    for (let cid = 1; cid <= 5; cid++) model.send(request(cid));
    watch.refresh();
    expect(watch.look.kuring.changed[2]).toBe(Number.NEGATIVE_INFINITY);
    expect(watch.refresh()).toBe(false);
    model.setStatus("kuring", 2, 0);
    expect(watch.refresh()).toBe(true);
    expect(watch.look.kuring.changed[2]).toBe(Number(model.timeNs));
    expect(watch.look.kuring.findRequest(3, 4)).toBe(3);
    expect(watch.look.kuring.findRequest(3, 9)).toBeNull();
  });
});
