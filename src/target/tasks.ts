// SPDX-License-Identifier: MIT
// Task management functions: which commands end, what the others are told. SAM-5 7.
import type { Flight } from "./flights.js";
import { COMMANDS_CLEARED } from "./units/attentions.js";
import type { LogicalUnit } from "./units/logical-unit.js";

export const ABORT_TASK_SET = 0x06;
export const TARGET_RESET = 0x0c;
export const ABORT_TASK = 0x0d;
export const CLEAR_TASK_SET = 0x0e;
export const LOGICAL_UNIT_RESET = 0x17;

export const DONE = 0;
/** -EEXIST: no such task, or it is over. */
export const NO_SUCH_TASK = -17;
/** -EINVAL: function not supported (CLEAR ACA too: ACA is never established). */
export const NOT_SUPPORTED = -22;

/** What the functions work on. */
export interface Tasks {
  flights(): readonly Flight[];
  units(): Iterable<LogicalUnit>;
  unit(lun: number): LogicalUnit | undefined;
  /** Forgets a command of the nexus that asked: the kernel ends it, no status is sent. */
  drop(flight: Flight): void;
  /** Ends a command of another nexus with TASK ABORTED (Control mode page, TAS = 1). */
  abortForeign(flight: Flight): void;
}

export interface TaskRequest {
  readonly hostNo: number;
  readonly fn: number;
  readonly tagLow: number;
  readonly tagHigh: number;
  readonly lun: number;
}

function abortTask(tasks: Tasks, request: TaskRequest): number {
  const { hostNo, lun, tagLow, tagHigh } = request;
  for (const flight of tasks.flights()) {
    if (flight.hostNo !== hostNo || flight.lun !== lun) continue;
    if (flight.tagLow !== tagLow || flight.tagHigh !== tagHigh || !flight.isOpen) continue;
    tasks.drop(flight);
    return DONE;
  }
  return NO_SUCH_TASK;
}

/** Ends the commands of one nexus, or of all, at one LUN, or at all (-1). */
function clear(tasks: Tasks, hostNo: number, lun: number, everybody: boolean): Set<number> {
  const others = new Set<number>();
  for (const flight of tasks.flights()) {
    if (lun !== -1 && flight.lun !== lun) continue;
    // Own commands that were answered go too: they may never see a CMD_DONE.
    if (flight.hostNo === hostNo) tasks.drop(flight);
    else if (everybody && flight.isOpen) {
      others.add(flight.hostNo);
      tasks.abortForeign(flight);
    }
  }
  return others;
}

/** Returns 0, NO_SUCH_TASK or NOT_SUPPORTED. */
export function manageTasks(tasks: Tasks, request: TaskRequest): number {
  const { fn, hostNo, lun } = request;
  if (fn === ABORT_TASK) return abortTask(tasks, request);
  if (fn === TARGET_RESET) {
    clear(tasks, hostNo, -1, true);
    for (const unit of tasks.units()) unit.reset();
    return DONE;
  }
  const unit = tasks.unit(lun);
  if (!unit) return NOT_SUPPORTED;
  switch (fn) {
    case ABORT_TASK_SET:
      clear(tasks, hostNo, lun, false);
      return DONE;
    case CLEAR_TASK_SET:
      for (const other of clear(tasks, hostNo, lun, true)) {
        unit.attentions.add(other, COMMANDS_CLEARED);
      }
      return DONE;
    case LOGICAL_UNIT_RESET:
      clear(tasks, hostNo, lun, true);
      unit.reset();
      return DONE;
    default:
      return NOT_SUPPORTED;
  }
}
