// SPDX-License-Identifier: MIT
// Observations that never change: a real image, and a busy ring with something of everything in it.

import { fileURLToPath } from "node:url";
import { SEED_X86_64 } from "../../src/abi/seed.js";
import { RingImage } from "../../src/device/ring-image.js";
import type { HeldView } from "../../src/session/engine/verbs.js";
import { RingFollower } from "../../src/session/follow/follower.js";
import { HeldBoard } from "../../src/session/hold/held-board.js";
import type { Observation } from "../../src/session/observation.js";
import { Watch } from "../../src/session/watch.js";
import { done, RingModel, request, response } from "../session/follow/ring-model.js";
import { heldAnswer, heldSense } from "./held-views.js";

const never = new Promise<never>(() => {});

export function imageScene(name: string): Watch {
  const path = fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url));
  const image = new RingImage(path, SEED_X86_64);
  const device = { ...unwrap(image), name: `fixtures/${name}` };
  const observation: Observation = {
    device,
    role: "offline",
    events: null,
    luns: [],
    failed: never,
    close: async () => image.close(),
  };
  return new Watch(observation, () => 5_000_000_000n);
}

function unwrap(image: RingImage): Observation["device"] {
  const { name, source, role, dialect, rings, telemetry } = image;
  return { name, source, role, dialect, rings, telemetry, close: () => image.close() };
}

/** The scene, and the ring behind it to make something happen. */
export interface BusyScene {
  readonly watch: Watch;
  readonly model: RingModel;
}

function serve(model: RingModel, cid: number): void {
  model.send(request(cid));
  model.receive();
  model.answer(response(cid));
  model.kick();
  model.send(done(cid));
  model.receive();
}

/** 300 commands are through, and nothing is in flight. */
function servedScene(): BusyScene {
  const model = new RingModel();
  const events = new RingFollower(model.device());
  const watch = new Watch(
    {
      device: model.device(),
      role: "observer",
      events,
      luns: [{ lun: 0, spec: "0=ram:64M", nodes: "host3:0 -> /dev/sdb /dev/sg1" }],
      failed: never,
      close: async () => {},
    },
    () => model.timeNs,
  );
  for (let cid = 1; cid <= 300; cid++) {
    serve(model, cid);
    if (cid % 100 === 0) watch.pump();
  }
  watch.refresh();
  return { watch, model };
}

export function idleScene(): Watch {
  const { watch, model } = servedScene();
  watch.pump();
  model.timeNs += 60_000_000_000n;
  return watch;
}

/** The responder takes nothing more: kuring is full. */
export function fullScene(): Watch {
  const { watch, model } = servedScene();
  let cid = 1000;
  while (model.send(request(cid))) if (++cid % 100 === 0) watch.pump();
  model.timeNs += 28_000_000_000n;
  return watch;
}

/** In kuring a status word, an event type and a zeroed slot that cannot be; ukring has a request. */
export function malformedScene(): Watch {
  const { watch, model } = servedScene();
  model.answer(request(77));
  const bytes = new Uint8Array(model.rings);
  model.setStatus("kuring", 30, 0xdead);
  bytes.set([99, 0, 0, 0], 89 * 96 + 8);
  bytes.fill(0, 90 * 96, 91 * 96);
  model.setStatus("kuring", 90, 1);
  return watch;
}

/**
 * 300 commands are through; then: one refused, six requested (the last two not yet consumed), an
 * ABORT TASK for the first of them, two answers published and not consumed, a wrong status word.
 */
export function busyScene(): BusyScene {
  const { watch, model } = servedScene();
  model.timeNs += 20_000_000_000n;
  for (let cid = 301; cid <= 304; cid++) model.send(request(cid));
  model.receive();
  model.answer(response(301));
  model.kick(-14);
  model.send({
    type: "TSK_MGMT_REQ",
    host_no: 3,
    function: 0x0d,
    tag: 302n,
    lun: new Uint8Array(8),
    mid: 7n,
  });
  model.timeNs += 16_000_000_000n;
  model.send(request(305));
  model.send(request(306));
  model.answer(response(303));
  model.answer(response(304, 2));
  model.setStatus("ukring", 40, 0xdead);
  model.timeNs += 1_500_000_000n;
  return { watch, model };
}

/** 3/11/00 with an INFORMATION field. */
const SENSE = "f00003000000000a00000000110000000000";

/** 26 requests whose answers an owner keeps back, one of them CHECK CONDITION, the oldest for 4.1 s. */
export function namedHeldScene(): Watch {
  return busyHeldScene().watch;
}

/** The same, and the ring behind it. */
export function busyHeldScene(): BusyScene {
  const { watch, model } = servedScene();
  for (let cid = 4700; cid < 4726; cid++) model.send(request(cid));
  model.receive();
  model.timeNs += 4_100_000_000n;
  watch.pump();
  const items = Array.from({ length: 26 }, (_, i): HeldView => {
    const scb = "28000000125c00000800000000000000";
    return i === 1 ? heldSense(4700 + i, { scb, sense: SENSE }) : heldAnswer(4700 + i, { scb });
  });
  const held = new HeldBoard(() => new Promise(() => {}));
  const names = new Set(items.map((item) => (item.kind === "CMD_RSP" ? item.cid : -1)));
  Object.defineProperty(held, "state", { value: { on: true, tmf: false, held: 26, by: null } });
  Object.defineProperty(held, "items", { value: items });
  Object.defineProperty(held, "listedNs", { value: Number(model.timeNs) });
  held.has = (hostNo, cid) => hostNo === 3 && names.has(cid);
  Object.assign(watch.observation, { held });
  return { watch, model };
}

/** The busy ring of an owner that keeps `count` answers back, none of them named. */
export function heldScene(count: number): Watch {
  const { observation } = busyScene().watch;
  const held = new HeldBoard(() => new Promise(() => {}));
  const state = { on: true, tmf: false, held: count, by: null };
  Object.defineProperty(held, "state", { value: state });
  const device = { ...observation.device, name: "sim:name=rig,rate=500" };
  const watch = new Watch({ ...observation, device, held }, () => 0n);
  watch.refresh();
  return watch;
}
