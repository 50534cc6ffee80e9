// SPDX-License-Identifier: MIT
// What one frame of the screen shows: taken at a moment, and kept as it is while the view is frozen.

import type { Dialect } from "../abi/dialect.js";
import type { RingName } from "../abi/event.js";
import type { SlotStamp } from "../device/telemetry.js";
import type { Anomaly } from "../features/frame-anomalies.js";
import { findAnomalies } from "../features/frame-anomalies.js";
import { ownerText } from "../features/frame-text.js";
import type { PastEvent } from "../session/event-history.js";
import type { HoldState } from "../session/hold/engine-control.js";
import { heldSlots } from "../session/hold/held-slots.js";
import type { InFlight } from "../session/in-flight.js";
import type { Observation } from "../session/observation.js";
import type { RingsLook } from "../session/rings-look.js";
import type { ServiceSummary } from "../session/service-times.js";
import type { Watch } from "../session/watch.js";
import { OccupancyTrace } from "./occupancy-trace.js";

/** Rows of in-flight commands worked out per frame; no screen shows more. */
const MOST_COMMANDS = 128;
const MOST_EVENTS = 64;

export interface ScreenModel {
  readonly nowNs: number;
  readonly device: string;
  readonly dialect: Dialect;
  /** `OWNER pid 4121`. */
  readonly owner: string;
  /** `host3:0 -> /dev/sdb` or `0=ram:64M`; of a process the remarks. "" where there is nothing. */
  readonly units: string;
  /** Per second, in EVENT_TYPES order. */
  readonly rates: readonly number[];
  readonly missed: number | null;
  readonly missedAtLeast: number;
  readonly service: ServiceSummary | null;
  readonly look: RingsLook;
  /** How full the rings were lately. */
  readonly trace: OccupancyTrace;
  readonly flight: InFlight;
  /** What the owner holds, null where it does not, or cannot be asked. */
  readonly hold: HoldState | null;
  /** Slots of kuring whose answer is kept back. */
  readonly heldSlots: ReadonlySet<number> | null;
  readonly anomalies: readonly Anomaly[];
  /** Task management functions without an answer. */
  readonly tasks: number;
  readonly counters: { full: number; wakeups: number; doorbells: number } | null;
  /** Newest last. */
  readonly events: readonly PastEvent[];
  /** Events carry times of their own. */
  readonly timed: boolean;
  /** Events seen in all, to tell how far a frozen view is behind. */
  readonly seen: number;
  /** The owner keeps that command's answer back. */
  isHeld(hostNo: number, cid: number): boolean;
  /** What the kernel noted of a slot; null where it does not. */
  stamp(ring: RingName, slot: number): SlotStamp | null;
}

function unitsText({ device, luns }: Observation): string {
  const remarks = device.process?.remarks ?? [];
  return [...remarks, ...luns.map((unit) => unit.nodes || unit.spec)].join(", ");
}

/** Call `watch.refresh()` before; `trace` takes in this frame. */
export function takeModel(
  watch: Watch,
  trace = new OccupancyTrace(watch.look.kuring.status.length),
): ScreenModel {
  const { kuring, ukring } = watch.look;
  trace.add({ kuring: kuring.occupied, ukring: ukring.occupied }, watch.seen);
  const { device, role, held } = watch.observation;
  const nowNs = watch.now();
  const counters = device.telemetry?.counters();
  return {
    nowNs,
    device: device.name,
    dialect: device.dialect,
    owner: `${ownerText(role, device)}${device.process?.stopped ? ", stopped" : ""}`,
    units: unitsText(watch.observation),
    rates: watch.rates(),
    missed: watch.missed,
    missedAtLeast: watch.missedAtLeast,
    service: watch.service(),
    look: watch.look,
    trace,
    flight: watch.inFlight(nowNs, MOST_COMMANDS),
    hold: held?.state.on ? held.state : null,
    heldSlots: heldSlots(watch.look.kuring, device.dialect, held),
    anomalies: findAnomalies(watch.look),
    tasks: watch.activity.tasks.size,
    counters: counters
      ? { full: counters.kuring_full, wakeups: counters.wakeups, doorbells: counters.doorbells }
      : null,
    events: watch.activity.history.tail(MOST_EVENTS),
    timed: role === "owner" || device.telemetry !== null,
    seen: watch.seen,
    isHeld: (hostNo, cid) => held?.has(hostNo, cid) ?? false,
    stamp: (ring, slot) => device.telemetry?.stamp(ring, slot) ?? null,
  };
}
