// SPDX-License-Identifier: MIT
// One frame of `top` as data: exactly the tgtctl.frame/1 object that scripts read.

import { EVENT_TYPES } from "../abi/event.js";
import type { ObservedProcess } from "../device/ring-device.js";
import type { Telemetry } from "../device/telemetry.js";
import type { InFlightCommand } from "../session/in-flight.js";
import type { ObserverRole } from "../session/observation.js";
import type { RingLook } from "../session/rings-look.js";
import type { Watch } from "../session/watch.js";
import { hexBytes } from "./event-json.js";
import { type Anomaly, findAnomalies } from "./frame-anomalies.js";
import { printable } from "./text-layout.js";

export interface Rates {
  /** Events per second, rounded to tenths. */
  cmd_req: number;
  cmd_rsp: number;
  cmd_done: number;
  tsk_mgmt_req: number;
  tsk_mgmt_rsp: number;
}

export interface FrameRing {
  /** Free-running u32; null where the kernel offers no telemetry. */
  producer_index: number | null;
  consumer_index: number | null;
  /** Slots with a status other than 0. */
  occupied: number;
}

/** Whose memory the rings are read out of. */
export interface FrameProcess {
  pid: number;
  remarks: string[];
}

export interface FrameCommand {
  host_no: number;
  cid: number;
  tag: string;
  /** The 8-byte SAM LUN in hex. */
  lun: string;
  opcode: number;
  text: string;
  /** Null where it cannot be known: an image does not say when it was taken. */
  age_ms: number | null;
  state: string;
}

export interface Frame {
  schema: "tgtctl.frame/1";
  /** Counts from 1. */
  frame: number;
  clock: "CLOCK_MONOTONIC";
  time_ns: string;
  device: string;
  dialect: string;
  role: ObserverRole;
  rates: Rates;
  rings: { kuring: FrameRing; ukring: FrameRing };
  /** Oldest first. */
  inflight: FrameCommand[];
  /** Commands held back by `hold`. */
  held: number;
  counters: FrameCounters;
  anomalies: Anomaly[];
  missed: number | null;
  /** Never above the truth; `missed` itself where that is known. */
  missed_at_least: number;
  /** Only where rings are read out of a process. */
  process?: FrameProcess;
  /** Of --filter; absent without one. Then `rates` and `inflight` are of what matches only. */
  filter?: string;
}

export interface FrameCounters {
  /** Events this process saw since it began to look, by type. */
  seen: Record<string, number>;
  /** Those of them that match the filter; absent without one. */
  matched?: Record<string, number>;
  /** The kernel's own, never reset; absent without telemetry. */
  kuring_events?: Record<string, number>;
  ukring_events?: Record<string, number>;
  kuring_full?: number;
  verdicts?: Record<string, number>;
  wakeups?: number;
  doorbells?: number;
  /** Commands the kernel holds, in any state. */
  outstanding?: number;
}

/** Takes everything of one moment; call `watch.refresh()` before. `number` counts frames from 1. */
export function buildFrame(watch: Watch, number: number): Frame {
  const { device, role } = watch.observation;
  const now = watch.now();
  return {
    schema: "tgtctl.frame/1",
    frame: number,
    clock: "CLOCK_MONOTONIC",
    time_ns: Math.round(now).toString(),
    device: device.name,
    dialect: device.dialect.name,
    role,
    rates: frameRates(watch.rates()),
    rings: { kuring: frameRing(watch.look.kuring), ukring: frameRing(watch.look.ukring) },
    inflight: watch.inFlight(now).commands.map(frameCommand),
    held: watch.observation.held?.state.held ?? 0,
    counters: frameCounters(watch, device.telemetry),
    anomalies: findAnomalies(watch.look),
    missed: watch.missed,
    missed_at_least: watch.missedAtLeast,
    ...(device.process && { process: frameProcess(device.process) }),
    ...(watch.filter && { filter: watch.filter.expression.text }),
  };
}

export function frameProcess({
  pid,
  remarks,
}: Pick<ObservedProcess, "pid" | "remarks">): FrameProcess {
  return { pid, remarks: [...remarks] };
}

/** `perSecond` in EVENT_TYPES order. */
export function frameRates(perSecond: readonly number[]): Rates {
  const rounded = perSecond.map((rate) => Math.round(rate * 10) / 10);
  const [cmd_rsp = 0, tsk_mgmt_rsp = 0, cmd_req = 0, cmd_done = 0, tsk_mgmt_req = 0] = rounded;
  return { cmd_req, cmd_rsp, cmd_done, tsk_mgmt_req, tsk_mgmt_rsp };
}

export function frameRing(look: RingLook): FrameRing {
  const { producerIndex, consumerIndex } = look.positions;
  return {
    producer_index: producerIndex,
    consumer_index: consumerIndex,
    occupied: look.occupied,
  };
}

export function frameCommand(command: InFlightCommand): FrameCommand {
  return {
    host_no: command.hostNo,
    cid: command.cid,
    tag: `0x${command.tag.toString(16)}`,
    lun: hexBytes(command.lun),
    opcode: command.opcode,
    text: printable(command.text()),
    age_ms: command.ageMs === null ? null : Math.round(command.ageMs * 1000) / 1000,
    state: command.state,
  };
}

const wireNames = EVENT_TYPES.map((name) => name.toLowerCase());

function byType(counts: ArrayLike<number>): Record<string, number> {
  const named = Object.fromEntries(wireNames.map((name, i) => [name, counts[i] ?? 0]));
  if (counts.length > wireNames.length) named.unknown = counts[wireNames.length] ?? 0;
  return named;
}

function frameCounters(watch: Watch, telemetry: Telemetry | null): FrameCounters {
  const own: FrameCounters = {
    seen: byType(watch.activity.totals),
    ...(watch.filter && { matched: byType(watch.filter.totals) }),
  };
  if (!telemetry) return own;
  const { kuring_events, ukring_events, ...rest } = telemetry.counters();
  return {
    ...own,
    kuring_events: byType(kuring_events),
    ukring_events: byType(ukring_events),
    ...rest,
    outstanding: telemetry.outstanding,
  };
}
