// SPDX-License-Identifier: MIT
// Task management functions that wait for their answer, and which commands each one names.

import { ABORT_TASK } from "../scsi/task-management.js";
import type { ObservedEvent } from "./journal.js";
import { type SlotFields, TSK_MGMT_REQ } from "./slot-fields.js";

const TARGET_RESET = 0x0c;
const CAPACITY = 256;

/** One outstanding TSK_MGMT_REQ; numbers as on the wire. */
export interface OutstandingTask {
  readonly hostNo: number;
  readonly midLow: number;
  readonly midHigh: number;
  readonly fn: number;
  readonly tagLow: number;
  readonly tagHigh: number;
  readonly lun: Uint8Array;
  /** When it was seen, ns. */
  readonly since: number;
  /** Number of its event in the history. */
  readonly request: number;
}

/** What decides whether a function means a command. */
export interface NamedCommand {
  readonly hostNo: number;
  readonly tagLow: number;
  readonly tagHigh: number;
  readonly lun: Uint8Array;
  readonly since: number;
}

/** Whether `task` names `command`: same host, issued before it, and tag or LUN as the function says. */
export function names(task: OutstandingTask, command: NamedCommand): boolean {
  if (task.hostNo !== command.hostNo || command.since > task.since) return false;
  if (task.fn === ABORT_TASK) {
    return task.tagLow === command.tagLow && task.tagHigh === command.tagHigh;
  }
  if (task.fn === TARGET_RESET) return true;
  return task.lun.every((byte, i) => byte === command.lun[i]);
}

const NO_LUN = new Uint8Array(8);

/** The task of a TSK_MGMT_REQ that was `select`ed in `fields`; `request`: its number in the history. */
export function readTask(
  fields: SlotFields,
  event: Pick<ObservedEvent, "slot" | "tNs">,
  request: number,
): OutstandingTask {
  const lunAt = fields.lunAt(TSK_MGMT_REQ);
  return {
    hostNo: fields.hostNo(TSK_MGMT_REQ),
    midLow: fields.midLow(TSK_MGMT_REQ),
    midHigh: fields.midHigh(TSK_MGMT_REQ),
    fn: fields.fn(),
    tagLow: fields.tagLow(TSK_MGMT_REQ),
    tagHigh: fields.tagHigh(TSK_MGMT_REQ),
    lun: lunAt < 0 ? NO_LUN : event.slot.slice(lunAt, lunAt + 8),
    since: event.tNs,
    request,
  };
}

const keyOf = (hostNo: number, midLow: number, midHigh: number): string =>
  `${hostNo}:${midHigh}:${midLow}`;

/** At most 256 of them; a new one then pushes out the oldest. */
export class TaskTable {
  readonly #tasks = new Map<string, OutstandingTask>();

  get size(): number {
    return this.#tasks.size;
  }

  add(task: OutstandingTask): void {
    const key = keyOf(task.hostNo, task.midLow, task.midHigh);
    this.#tasks.delete(key);
    if (this.#tasks.size >= CAPACITY) {
      for (const [oldest] of this.#tasks) {
        this.#tasks.delete(oldest);
        break;
      }
    }
    this.#tasks.set(key, task);
  }

  /** Null if it is not known. */
  find(hostNo: number, midLow: number, midHigh: number): OutstandingTask | null {
    return this.#tasks.get(keyOf(hostNo, midLow, midHigh)) ?? null;
  }

  /** Takes the task out; null if it is not known. */
  finish(hostNo: number, midLow: number, midHigh: number): OutstandingTask | null {
    const key = keyOf(hostNo, midLow, midHigh);
    const task = this.#tasks.get(key);
    if (!task) return null;
    this.#tasks.delete(key);
    return task;
  }

  list(): OutstandingTask[] {
    return [...this.#tasks.values()];
  }

  /** The task that is ending this command, if there is one. */
  naming(command: NamedCommand): OutstandingTask | null {
    for (const task of this.#tasks.values()) if (names(task, command)) return task;
    return null;
  }

  clear(): void {
    this.#tasks.clear();
  }
}
