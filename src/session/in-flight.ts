// SPDX-License-Identifier: MIT
// The commands in flight as a view shows them: the rings' story joined with the kernel's own table.

import { decode } from "../abi/codec.js";
import type { Dialect } from "../abi/dialect.js";
import type { CmdReq } from "../abi/event.js";
import type { KernelCommand } from "../device/ring-device.js";
import type { JoinedEvent } from "../expression/joined-event.js";
import { decodeCdb } from "../scsi/cdb.js";
import type { Activity } from "./activity.js";
import {
  STATE_ANSWERED,
  STATE_DONE_AWAITED,
  STATE_MOVING,
  STATE_REQUESTED,
} from "./command-table.js";
import type { EventFilter } from "./event-filter.js";
import { commandEvent } from "./kernel-command-event.js";

/**
 * `queued`: the kernel waits for room in kuring; `requested`: no answer yet; `held`: its answer is kept
 * back; `answered`: verdict not known; `moving`: data on its way; `done-awaited`: answer accepted; `aborting`: a task management
 * function names it; `dropped`: as the kernel says.
 */
export type CommandState =
  | "queued"
  | "requested"
  | "held"
  | "answered"
  | "moving"
  | "done-awaited"
  | "aborting"
  | "dropped";

/** One command in flight; what costs something to work out is worked out when asked. */
export interface InFlightCommand {
  readonly hostNo: number;
  readonly cid: number;
  readonly tag: bigint;
  /** 8 bytes. */
  readonly lun: Uint8Array;
  readonly opcode: number;
  /** Null where nothing tells when it began. */
  readonly ageMs: number | null;
  readonly state: CommandState;
  /** The errno that refused the last answer, 0 = none. */
  readonly refused: number;
  /** Row in the activity's table, -1 if only the kernel's table has it. */
  readonly row: number;
  /** `READ(10) lba=0x38 blocks=8`. */
  text(): string;
  /** As expressions see it, of the moment it was listed. */
  event(): JoinedEvent;
}

const RING_STATES: Readonly<Record<number, CommandState>> = {
  [STATE_REQUESTED]: "requested",
  [STATE_ANSWERED]: "answered",
  [STATE_DONE_AWAITED]: "done-awaited",
  [STATE_MOVING]: "moving",
};

const KERNEL_STATES: Readonly<Record<string, CommandState>> = {
  queued: "queued",
  moving: "moving",
  "done-queued": "done-awaited",
  aborting: "aborting",
  dropped: "dropped",
};

function ringState(activity: Activity, row: number): CommandState {
  const state = RING_STATES[activity.commands.state[row] ?? 0] ?? "requested";
  if (activity.tasks.size === 0) return state;
  return activity.tasks.naming(activity.named(row)) ? "aborting" : state;
}

function requestOf({ commands }: Activity, dialect: Dialect, row: number): CmdReq | null {
  if (row < 0) return null;
  const event = decode(dialect, commands.slot(row), dialect.headerSize);
  return event.type === "CMD_REQ" ? event : null;
}

function fromRow(activity: Activity, dialect: Dialect, row: number, nowNs: number | null) {
  const table = activity.commands;
  const request = requestOf(activity, dialect, row);
  const hostNo = table.host[row] ?? 0;
  const cid = table.cid[row] ?? 0;
  const tag = request?.tag ?? 0n;
  const lun = request?.lun ?? new Uint8Array(8);
  const scb = request?.scb ?? new Uint8Array(16);
  const ageMs = nowNs === null ? null : Math.max(0, nowNs - (table.since[row] ?? nowNs)) / 1e6;
  return {
    ...{ hostNo, cid, tag, lun, ageMs },
    opcode: scb[0] ?? 0,
    state: ringState(activity, row),
    refused: table.refused[row] ?? 0,
    row,
    text: () => decodeCdb(scb).text,
    event: () =>
      commandEvent({ host_no: hostNo, cid, tag, lun, scb, age_ms: ageMs }, dialect, request),
  } satisfies InFlightCommand;
}

function fromKernel(activity: Activity, dialect: Dialect, command: KernelCommand): InFlightCommand {
  const row = activity.commands.find(command.host_no, command.cid);
  const request = requestOf(activity, dialect, row);
  const known = KERNEL_STATES[command.state];
  return {
    hostNo: command.host_no,
    cid: command.cid,
    tag: command.tag,
    lun: command.lun,
    opcode: command.scb[0] ?? 0,
    ageMs: command.age_ms,
    // "sent" says only that it is in the rings' hands: there we know more
    state: known ?? (row < 0 ? "requested" : ringState(activity, row)),
    refused: row < 0 ? 0 : (activity.commands.refused[row] ?? 0),
    row,
    text: () => decodeCdb(command.scb).text,
    event: () => commandEvent(command, dialect, request),
  };
}

/** Oldest first. At most `limit` are decoded; `count` says how many there are. */
export interface InFlight {
  readonly count: number;
  readonly oldestMs: number | null;
  readonly commands: readonly InFlightCommand[];
}

/**
 * `kernel` is the kernel's own table where it can be read: then it decides what is in flight, and
 * the rings add how far each one is. `nowNs` null: ages are not known. `limit` bounds the work, not the
 * count; `filter` leaves out commands as if they were not there; `isHeld`: what the owner keeps back.
 */
export function inFlight(
  activity: Activity,
  dialect: Dialect,
  kernel: readonly KernelCommand[] | null,
  nowNs: number | null,
  limit = Number.POSITIVE_INFINITY,
  filter: EventFilter | null = null,
  isHeld: (hostNo: number, cid: number) => boolean = () => false,
): InFlight {
  const marked = (command: InFlightCommand): InFlightCommand =>
    command.state === "requested" && isHeld(command.hostNo, command.cid)
      ? { ...command, state: "held" }
      : command;
  if (kernel) {
    const shown = filter ? kernel.filter((command) => filter.showsCommand(command)) : [...kernel];
    const sorted = shown.sort((a, b) => b.age_ms - a.age_ms || a.cid - b.cid);
    const commands = sorted
      .slice(0, limit)
      .map((command) => marked(fromKernel(activity, dialect, command)));
    return { count: sorted.length, oldestMs: sorted[0]?.age_ms ?? null, commands };
  }
  const { since, cid } = activity.commands;
  const all = activity.commands.rows();
  const rows = filter ? all.filter((row) => filter.showsRow(row, nowNs)) : all;
  rows.sort((a, b) => (since[a] ?? 0) - (since[b] ?? 0) || (cid[a] ?? 0) - (cid[b] ?? 0));
  const commands = rows
    .slice(0, limit)
    .map((row) => marked(fromRow(activity, dialect, row, nowNs)));
  return { count: rows.length, oldestMs: commands[0]?.ageMs ?? null, commands };
}
