// SPDX-License-Identifier: MIT
// How long an owner's engine takes for each command, by the stamps of its rings: bundled and started by
// control.js, which starts the same in every run. It looks from outside and asks the engine nothing.
import { setTimeout as sleep } from "node:timers/promises";
import { RingFollower } from "../../src/session/follow/follower.js";
import type { ObservedEvent } from "../../src/session/journal.js";
import { CMD_REQ, CMD_RSP, SlotFields } from "../../src/session/slot-fields.js";
import { join, viewSimulator } from "../../src/session/viewer.js";

/** Both rings hold 512 events: at a few thousand a second many times what comes meanwhile. */
const LOOK_MS = 4;
/** In `rw` of a CMD_RSP: the answer proper follows. */
const DATA_ONLY = 0x80;

const [device = "", seconds = "5"] = process.argv.slice(2);
const seen = await viewSimulator(await join(device));
const events = new RingFollower(seen.device, { backlog: false });
const fields = new SlotFields(seen.device.dialect);
/** When the request of a cid was published. */
const requested = new Map<number, number>();
const times: number[] = [];

function take({ slot, tNs, verdict }: ObservedEvent): void {
  const kind = fields.select(slot);
  if (kind === CMD_REQ) {
    requested.set(fields.cid(kind), tNs);
    return;
  }
  if (kind !== CMD_RSP || verdict === null || verdict < 0) return;
  if ((fields.rw() & DATA_ONLY) !== 0) return;
  const cid = fields.cid(kind);
  const began = requested.get(cid);
  if (began === undefined) return; // from before we looked
  requested.delete(cid);
  times.push(tNs - began);
}

console.log("ready");
const end = performance.now() + Number(seconds) * 1000;
while (performance.now() < end) {
  events.read(take);
  await sleep(LOOK_MS);
}
events.read(take);
await seen.close();
times.sort((a, b) => a - b);
const quantile = (q: number): number => (times[Math.ceil(times.length * q) - 1] ?? 0) / 1000;
console.log(
  JSON.stringify({
    count: times.length,
    missed: events.missed,
    p50: quantile(0.5),
    p99: quantile(0.99),
    p999: quantile(0.999),
  }),
);
