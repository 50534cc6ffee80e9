// SPDX-License-Identifier: MIT
// What one frame of the screen shows: taken at a moment, and kept as it is while the view is frozen.

import type { Dialect } from "../abi/dialect.js";
import type { RingName } from "../abi/event.js";
import type { SlotStamp } from "../device/telemetry.js";
import type { Anomaly } from "../features/frame-anomalies.js";
import { findAnomalies } from "../features/frame-anomalies.js";
import { ownerText } from "../features/frame-text.js";
import type { HeldView } from "../session/engine/verbs.js";
import type { HoldState } from "../session/hold/engine-control.js";
import { heldSlots } from "../session/hold/held-slots.js";
import type { InFlight } from "../session/in-flight.js";
import type { Observation } from "../session/observation.js";
import type { RingsLook } from "../session/rings-look.js";
import { loopAddresses } from "../session/scan.js";
import { type ScsiTimeout, ScsiTimeouts } from "../session/scsi-timeout.js";
import type { ServiceSummary } from "../session/service-times.js";
import type { OutstandingTask } from "../session/task-table.js";
import type { Watch } from "../session/watch.js";
import { EventBook } from "./event-book.js";
import { OccupancyTrace } from "./occupancy-trace.js";

/** Rows of in-flight commands worked out per frame; no screen shows more. */
export const MOST_COMMANDS = 128;

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
  /** Task management functions without an answer, oldest first. */
  readonly tasks: readonly OutstandingTask[];
  readonly timeout: ScsiTimeout;
  readonly counters: { full: number; wakeups: number; doorbells: number } | null;
  /** Every event that can be listed. */
  readonly book: EventBook;
  /** To be added to CLOCK_MONOTONIC for the local time of day, ns; null: not known. */
  readonly wallOffsetNs: number | null;
  /** Events carry times of their own. */
  readonly timed: boolean;
  /** Events seen in all, to tell how far a frozen view is behind. */
  readonly seen: number;
  /** The owner keeps that command's answer back. */
  isHeld(hostNo: number, cid: number): boolean;
  /** What is kept back for it, null if nothing is. */
  heldAnswer(hostNo: number, cid: number): HeldView | null;
  heldTask(hostNo: number, mid: bigint): HeldView | null;
  /** When the owner said what it keeps back, as `nowNs`. */
  readonly heldListedNs: number;
  /** Number of the event with the request of a command in flight, null if it was not seen. */
  requestEvent(hostNo: number, cid: number): number | null;
  /** Bytes of the owner's memory as they are now; null where they cannot be had. */
  readMemory(address: bigint, length: number): Uint8Array | null;
  /** What the kernel noted of a slot; null where it does not. */
  stamp(ring: RingName, slot: number): SlotStamp | null;
}

function unitsText({ device, luns }: Observation): string {
  const remarks = device.process?.remarks ?? [];
  return [...remarks, ...luns.map((unit) => unit.nodes || unit.spec)].join(", ");
}

/** What outlives a frame. */
export interface ModelParts {
  /** Takes in this frame. */
  readonly trace: OccupancyTrace;
  readonly book: EventBook;
  readonly timeouts: ScsiTimeouts;
  readonly wallOffsetNs: number | null;
  readonly readMemory: ScreenModel["readMemory"];
}

/** Everything anew; without a clock and without memory where they are not given. */
export function modelParts(watch: Watch, given: Partial<ModelParts> = {}): ModelParts {
  const { device, role } = watch.observation;
  const hasDisks = role !== "offline" && device.source === "device";
  return {
    trace: new OccupancyTrace(watch.look.kuring.status.length),
    book: new EventBook({
      history: watch.activity.history,
      filterOf: (expression) => watch.historyFilter(expression),
    }),
    timeouts: new ScsiTimeouts({ addresses: hasDisks ? loopAddresses : () => [] }),
    wallOffsetNs: null,
    readMemory: () => null,
    ...given,
  };
}

type HeldFacts = Pick<
  ScreenModel,
  "hold" | "heldSlots" | "isHeld" | "heldAnswer" | "heldTask" | "heldListedNs" | "requestEvent"
>;

function heldFacts({ observation, look, activity }: Watch): HeldFacts {
  const { device, held } = observation;
  const { items } = held ?? { items: [] };
  const { commands } = activity;
  return {
    hold: held?.state.on ? held.state : null,
    heldSlots: heldSlots(look.kuring, device.dialect, held),
    isHeld: (hostNo, cid) => held?.has(hostNo, cid) ?? false,
    heldAnswer: (hostNo, cid) =>
      items.find((i) => i.kind === "CMD_RSP" && i.host_no === hostNo && i.cid === cid) ?? null,
    heldTask: (hostNo, mid) =>
      items.find((i) => i.kind !== "CMD_RSP" && i.host_no === hostNo && BigInt(i.mid) === mid) ??
      null,
    heldListedNs: held?.listedNs ?? 0,
    requestEvent: (hostNo, cid) => {
      const row = commands.find(hostNo, cid);
      return row < 0 ? null : (commands.request[row] ?? null);
    },
  };
}

/** Call `watch.refresh()` before. */
export function takeModel(watch: Watch, parts = modelParts(watch)): ScreenModel {
  const { trace, book, timeouts, wallOffsetNs, readMemory } = parts;
  const { kuring, ukring } = watch.look;
  trace.add({ kuring: kuring.occupied, ukring: ukring.occupied }, watch.seen);
  const { device, role } = watch.observation;
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
    anomalies: findAnomalies(watch.look),
    tasks: watch.activity.tasks.list(),
    timeout: timeouts.current(nowNs / 1e6),
    counters: counters
      ? { full: counters.kuring_full, wakeups: counters.wakeups, doorbells: counters.doorbells }
      : null,
    book,
    wallOffsetNs: role === "offline" ? null : wallOffsetNs,
    timed: role === "owner" || device.telemetry !== null,
    seen: watch.seen,
    stamp: (ring, slot) => device.telemetry?.stamp(ring, slot) ?? null,
    readMemory,
    ...heldFacts(watch),
  };
}
