// SPDX-License-Identifier: MIT
// What the verbs of a session return, as JSON: the contract between an owner and whoever controls it.

import type { FaultCount } from "../faults/fault-rules.js";
import type { BreakpointState } from "../hold/breakpoints.js";
import type { HoldState } from "../hold/engine-control.js";

/** Of a measurement of wake-ups (latency/latency-desk.ts). */
export const LATENCY_METHODS = [
  "latency.start",
  "latency.read",
  "latency.reset",
  "latency.stop",
] as const;
export type LatencyMethod = (typeof LATENCY_METHODS)[number];

/** What the engine answers; a method that names a command takes `host_no` (where it matters) and `cid`. */
export const ENGINE_METHODS = [
  "hold",
  "held",
  "step",
  "release",
  "drop",
  "continue",
  "break.add",
  "break.list",
  "break.delete",
  "fault.add",
  "fault.list",
  "fault.delete",
  "lun.add",
  "lun.list",
  "lun.remove",
  "lun.resize",
  "engine.status",
  ...LATENCY_METHODS,
  "inject",
] as const;
/** `inject` (inject-plan.ts) stands apart: it may have to wait for a command. */
export type EngineMethod = Exclude<(typeof ENGINE_METHODS)[number], "inject">;

/** CMD_RSP fields under their ABI names; `uaddr` as "0x...". */
export interface AnswerFields {
  readonly host_no: number;
  readonly cid: number;
  readonly len: number;
  readonly result: number;
  readonly uaddr: string;
  readonly rw: number;
}

/** A command whose answer is kept back. */
export interface HeldAnswerView {
  readonly kind: "CMD_RSP";
  readonly host_no: number;
  readonly cid: number;
  readonly tag: string;
  /** The decoded number, null where it is no single-level LUN. */
  readonly lun: number | null;
  /** The CDB, 16 bytes in hex. */
  readonly scb: string;
  readonly data_len: number;
  readonly answer: AnswerFields;
  /** Sense data in hex, where the answer is CHECK CONDITION and they can be read. */
  readonly sense: string | null;
  readonly held_ms: number;
  /** Of this one and no other that is ever held: what `release` and `drop` take for `id`. */
  readonly id: number;
  /** The verdict that sent an edited answer back, null: none did. */
  readonly refused: string | null;
}

/** A task management function that waits to be carried out. */
export interface HeldTaskView {
  readonly kind: "TSK_MGMT_RSP";
  readonly host_no: number;
  readonly mid: string;
  readonly function: number;
  readonly tag: string;
  readonly lun: number | null;
  readonly held_ms: number;
  readonly id: number;
}

export type HeldView = HeldAnswerView | HeldTaskView;

/** `held` */
export interface HeldList extends HoldState {
  /** In the order in which `step` lets them go; of very many the first, `held` counts all. */
  readonly items: readonly HeldView[];
}

/** Something that was let go: `answer` as it was published. */
export type SentView = HeldView & {
  readonly slot: number;
  /** Free-running index in ukring. */
  readonly index: number;
  /** Null where the kernel gives none. */
  readonly verdict: string | null;
  /** False: the kernel has not taken it yet. */
  readonly consumed: boolean | null;
};

/** `step`, `release`, `continue` */
export interface SentList extends HoldState {
  /** How many went; of very many `sent` has the first. */
  readonly count: number;
  readonly sent: readonly SentView[];
}

/** `break.list` */
export interface BreakpointList {
  readonly breakpoints: readonly BreakpointState[];
}

/** `fault.list` */
export interface FaultList {
  readonly faults: readonly FaultCount[];
}

/** One unit of `lun.list`. */
export interface UnitView {
  readonly lun: number;
  /** As --lun takes it. */
  readonly spec: string;
  /** Bytes. */
  readonly size: number;
  readonly block_size: number;
  readonly serial: string;
  /** Commands between CMD_REQ and CMD_DONE. */
  readonly in_flight: number;
}

/** `lun.add`, `lun.remove`, `lun.resize`, as the owner answers them. */
export interface UnitChange extends UnitView {
  /** `host3:0 -> /dev/sdb, /dev/sg1`, what the initiator made of it; empty in a simulator. */
  readonly disks: readonly string[];
}

/** `lun.list` */
export interface UnitListView {
  readonly luns: readonly UnitView[];
}

/** `engine.status` */
export interface EngineStatus {
  readonly hold: HoldState;
  readonly breakpoints: readonly BreakpointState[];
  readonly faults: readonly FaultCount[];
  readonly luns: readonly UnitView[];
  /** Commands between CMD_REQ and CMD_DONE, of which so many are owed an answer by the responder. */
  readonly in_flight: number;
  readonly owed: number;
  readonly counters: Readonly<Record<string, number>>;
}
