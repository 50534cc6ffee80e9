// SPDX-License-Identifier: MIT
// One frame of `top -b` for people: 80 columns of printable ASCII, a unit on every number.

import type { RingDevice } from "../device/ring-device.js";
import { lunText } from "../scsi/lun.js";
import type { InFlight, InFlightCommand } from "../session/in-flight.js";
import type { RingLook } from "../session/rings-look.js";
import type { ServiceSummary } from "../session/service-times.js";
import type { Watch } from "../session/watch.js";
import { type Anomaly, findAnomalies } from "./frame-anomalies.js";
import { ageText, pad, padLeft, rateText } from "./frame-units.js";
import { holdText } from "./held-text.js";
import { printable } from "./text-layout.js";

const WIDTH = 80;
/** Rows of a list before "... and N more". */
const ROWS = 12;

/** Lines of one frame, without line ends; call `watch.refresh()` before. `number` counts from 1. */
export function frameLines(watch: Watch, number: number): string[] {
  const now = watch.now();
  const commands = watch.inFlight(now, ROWS);
  const anomalies = findAnomalies(watch.look);
  const lines = [
    headLine(watch, number, now),
    ...remarkLines(watch),
    ...filterLines(watch),
    ...ringLines(watch.look.kuring),
    ...ringLines(watch.look.ukring),
    ...rateLines(watch),
    ...heldLines(watch),
    ...flightLines(commands),
    ...anomalyLines(anomalies),
  ];
  return lines.map((line) => printable(line).slice(0, WIDTH).trimEnd());
}

function headLine(watch: Watch, number: number, now: number): string {
  const { device, role } = watch.observation;
  const right = `${device.dialect.name}  ${ownerText(role, device)}  frame ${number} at ${(now / 1e9).toFixed(1)} s`;
  const room = WIDTH - right.length - 10;
  return `tgtctl  ${pad(nameIn(room, device.name), room)}  ${right}`;
}

/** Of a long path the end says more, of a simulator's settings the name, with which they begin. */
function nameIn(room: number, name: string): string {
  if (name.length <= room) return name;
  return name.startsWith("sim:") ? `${name.slice(0, room - 1)}~` : `~${name.slice(1 - room)}`;
}

/** What has to be known of a process whose rings are read. */
function remarkLines({ observation }: Watch): string[] {
  return (observation.device.process?.remarks ?? []).map((text) => `remark  ${text}`);
}

function heldLines({ observation: { held } }: Watch): string[] {
  return held?.state.on ? [holdText(held.state)] : [];
}

/** What the rates and the list in flight are about, where that is not everything. */
function filterLines({ filter }: Watch): string[] {
  return filter ? [pad(`filter  ${filter.expression.text.replace(/\s+/g, " ")}`, WIDTH)] : [];
}

type Owned = Pick<RingDevice, "telemetry" | "process">;

/** `OWNER pid 4121`, `OBSERVER of pid 4121`, `OBSERVER by pid 4121`, `OBSERVER, no owner`, `OFFLINE`. */
export function ownerText(role: string, { telemetry, process: looked }: Owned): string {
  const shown = role.toUpperCase();
  if (looked) return `${shown} by pid ${looked.pid}`;
  if (!telemetry) return role === "owner" ? `${shown} pid ${process.pid}` : shown;
  if (!telemetry.ownerPresent) return role === "owner" ? shown : `${shown}, no owner`;
  return role === "owner"
    ? `${shown} pid ${telemetry.ownerPid}`
    : `${shown} of pid ${telemetry.ownerPid}`;
}

/** `107252 (slot 244)`, `slot 244`, `unknown`. */
export function positionText(index: number | null, slot: number | null): string {
  if (slot === null) return "unknown";
  return index === null ? `slot ${slot}` : `${index} (slot ${slot})`;
}

/** Without telemetry a line more: what of the ring cannot be known yet, and why. */
function ringLines(look: RingLook): string[] {
  const { producerIndex, producerSlot, consumerIndex, consumerSlot, why } = look.positions;
  const producer = pad(positionText(producerIndex, producerSlot), 22);
  const consumer = pad(positionText(consumerIndex, consumerSlot), 21);
  const occupied = padLeft(`${look.occupied} occupied`, 12);
  const line = `${look.name} produced ${producer}consumed ${consumer}${occupied}`;
  return why === null ? [line] : [line, `        ${why}`];
}

function rateLines(watch: Watch): string[] {
  const [rsp = 0, tmfRsp = 0, req = 0, done = 0, tmf = 0] = watch.rates();
  const rate = (name: string, value: number): string => `${name} ${pad(`${rateText(value)}/s`, 9)}`;
  const missed = missedText(watch.missed, watch.missedAtLeast);
  const service = watch.service();
  const times = service ? serviceText(service, watch.filter !== null) : "no service times";
  return [
    `rates   ${rate("cmd_req", req)}${rate("cmd_rsp", rsp)}${rate("cmd_done", done)}${rate("tmf", tmf)}/ ${rateText(tmfRsp)}/s`,
    `        ${pad(times, watch.missed === null ? 40 : 52)}${missed}`,
  ];
}

/** `missed 3`, `missed at least 3`. */
export function missedText(missed: number | null, atLeast: number): string {
  return missed === null ? `missed at least ${atLeast}` : `missed ${missed}`;
}

/** The times are of all commands, also where the rates above them are filtered. */
function serviceText(service: ServiceSummary, filtered: boolean): string {
  const [half, most] = [ageText(service.p50 / 1e6), ageText(service.p99 / 1e6)];
  return filtered
    ? `of all commands half in ${half}, 99 % in ${most}`
    : `answered in ${half} (half of them), ${most} (99 %)`;
}

function flightLines({ count, oldestMs, commands }: InFlight): string[] {
  if (count === 0) return ["in flight 0"];
  const lines = [
    oldestMs === null ? `in flight ${count}` : `in flight ${count}, oldest ${ageText(oldestMs)}`,
    "  host        cid  lun  command                             state            age",
    ...commands.map(commandLine),
  ];
  if (count > commands.length) lines.push(`  ... and ${count - commands.length} younger ones`);
  return lines;
}

function commandLine(command: InFlightCommand): string {
  const host = padLeft(String(command.hostNo), 6);
  const cid = padLeft(String(command.cid), 10);
  const lun = padLeft(lunText(command.lun), 4);
  const age = padLeft(command.ageMs === null ? "-" : ageText(command.ageMs), 7);
  return `${host} ${cid} ${lun}  ${pad(command.text(), 35)} ${pad(command.state, 12)} ${age}`;
}

function anomalyLines(anomalies: readonly Anomaly[]): string[] {
  const lines = anomalies
    .slice(0, ROWS)
    .map((a) => `! ${a.hazard ?? "   "} ${a.ring} slot ${a.slot}: ${a.text}`);
  const more = anomalies.length - lines.length;
  return more > 0 ? [...lines, `! and ${more} more`] : lines;
}
