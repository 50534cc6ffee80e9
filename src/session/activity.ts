// SPDX-License-Identifier: MIT
// What goes on, made of events: commands in flight, outstanding task management, totals, history.

import type { Dialect } from "../abi/dialect.js";
import { EVENT_TYPES, RW_DATA_ONLY } from "../abi/event.js";
import { TASK_ABORTED_LEGACY } from "../scsi/status.js";
import {
  CommandTable,
  STATE_ANSWERED,
  STATE_DONE_AWAITED,
  STATE_MOVING,
  STATE_REQUESTED,
} from "./command-table.js";
import { EventHistory, type Origin } from "./event-history.js";
import type { ObservedEvent } from "./journal.js";
import { ServiceTimes } from "./service-times.js";
import {
  belongs,
  CMD_DONE,
  CMD_REQ,
  CMD_RSP,
  type EventKind,
  SlotFields,
  TSK_MGMT_REQ,
  TSK_MGMT_RSP,
} from "./slot-fields.js";
import { type NamedCommand, names, readTask, TaskTable } from "./task-table.js";

/** A ring that floods us with task management must not make us scan the table for each. */
const SCANS_PER_ROUND = 64;
const NO_LUN = new Uint8Array(8);

/**
 * Fed with every event in time order, at any rate: memory is fixed, and an event costs a look-up
 * and two copies. Views read it between events.
 */
export class Activity {
  readonly commands: CommandTable;
  readonly tasks = new TaskTable();
  readonly history: EventHistory;
  readonly service = new ServiceTimes();
  /** Events by type in EVENT_TYPES order, then those of unknown type or in the wrong ring. */
  readonly totals = new Float64Array(EVENT_TYPES.length + 1);
  readonly #fields: SlotFields;
  #scans = 0;

  constructor(dialect: Dialect, history = 1024) {
    this.#fields = new SlotFields(dialect);
    this.commands = new CommandTable(dialect.entrySize);
    this.history = new EventHistory(dialect.entrySize, history, dialect.nrEntry);
  }

  /** Bound, so that it can be handed to `EventSource.read`. */
  readonly accept = (event: ObservedEvent): void => {
    const kind = this.#fields.select(event.slot);
    if (!belongs(kind, event.ring)) {
      this.history.record(event, kind);
      this.#count(EVENT_TYPES.length);
      return;
    }
    this.#count(kind);
    if (kind === CMD_REQ || kind === TSK_MGMT_REQ) this.#begun(event, kind);
    else if (kind === TSK_MGMT_RSP) this.#taskAnswered(event);
    else if (kind === CMD_RSP || kind === CMD_DONE) this.#wentOn(event, kind);
  };

  #begun(event: ObservedEvent, kind: EventKind): void {
    const request = this.history.count;
    this.history.record(event, kind, { request, since: event.tNs, before: -1 });
    if (kind === CMD_REQ) this.#requested(event, request);
    else this.tasks.add(readTask(this.#fields, event, request));
  }

  #wentOn(event: ObservedEvent, kind: typeof CMD_RSP | typeof CMD_DONE): void {
    const table = this.commands;
    const row = table.find(this.#fields.hostNo(kind), this.#fields.cid(kind));
    this.history.record(event, kind, row < 0 ? null : this.#origin(row));
    if (row < 0) return;
    table.latest[row] = this.history.count - 1;
    if (kind === CMD_RSP) this.#answered(row, event);
    else this.#done(row, event);
  }

  #origin(row: number): Origin {
    const { request, since, latest } = this.commands;
    return { request: request[row] ?? -1, since: since[row] ?? 0, before: latest[row] ?? -1 };
  }

  /** A new owner: the rings were wiped, and what is unfinished is sent to it again. */
  readonly ownerChanged = (): void => {
    this.commands.clear();
    this.tasks.clear();
  };

  /**
   * Events went by unseen: what was in flight before may be over. Called where nothing better
   * (the kernel's own table) tells which is.
   */
  forget(): void {
    this.commands.clear();
    this.tasks.clear();
  }

  /** Once per batch of events: renews the budget for costly ones. */
  newRound(): void {
    this.#scans = 0;
  }

  #count(place: number): void {
    this.totals[place] = (this.totals[place] ?? 0) + 1;
  }

  #requested(event: ObservedEvent, request: number): void {
    const f = this.#fields;
    const table = this.commands;
    const row = table.claim(f.hostNo(CMD_REQ), f.cid(CMD_REQ), event.slot);
    table.state[row] = STATE_REQUESTED;
    table.since[row] = event.tNs;
    table.refused[row] = 0;
    table.request[row] = request;
    table.latest[row] = request;
    table.tagLow[row] = f.tagLow(CMD_REQ);
    table.tagHigh[row] = f.tagHigh(CMD_REQ);
  }

  #answered(row: number, event: ObservedEvent): void {
    const f = this.#fields;
    const table = this.commands;
    if (event.verdict !== null && event.verdict < 0) {
      table.refused[row] = event.verdict; // stays outstanding: a right answer can follow
      return;
    }
    const dataOnly = (f.rw() & RW_DATA_ONLY) !== 0;
    if (!dataOnly) this.#serviced(row, event.tNs);
    if (f.result(CMD_RSP) === TASK_ABORTED_LEGACY && !dataOnly) table.remove(row);
    else if (dataOnly) table.state[row] = STATE_MOVING;
    else table.state[row] = event.verdict === null ? STATE_ANSWERED : STATE_DONE_AWAITED;
  }

  #serviced(row: number, tNs: number): void {
    if (this.commands.state[row] === STATE_REQUESTED) {
      this.service.record(Math.max(0, tNs - (this.commands.since[row] ?? tNs)), tNs);
    }
  }

  #done(row: number, event: ObservedEvent): void {
    const f = this.#fields;
    const table = this.commands;
    if (table.state[row] === STATE_MOVING && f.result(CMD_DONE) === 0) {
      table.state[row] = STATE_REQUESTED; // the data went over; the final answer is to come
      return;
    }
    this.#serviced(row, event.tNs);
    table.remove(row);
  }

  #taskAnswered(event: ObservedEvent): void {
    const f = this.#fields;
    const [host, low, high] = [
      f.hostNo(TSK_MGMT_RSP),
      f.midLow(TSK_MGMT_RSP),
      f.midHigh(TSK_MGMT_RSP),
    ];
    const asked = this.tasks.find(host, low, high);
    this.history.record(event, TSK_MGMT_RSP, asked && { ...asked, before: asked.request });
    if (event.verdict !== null && event.verdict < 0) return;
    const task = this.tasks.finish(host, low, high);
    // anything but 0: the function did nothing, its commands go on as they were
    if (!task || f.result(TSK_MGMT_RSP) !== 0 || this.#scans++ >= SCANS_PER_ROUND) return;
    for (const row of this.commands.rows()) {
      if (names(task, this.named(row))) this.commands.remove(row);
    }
  }

  /** A command as task management sees it. */
  named(row: number): NamedCommand {
    const table = this.commands;
    const lunAt = this.#fields.lunAt(CMD_REQ);
    return {
      hostNo: table.host[row] ?? 0,
      tagLow: table.tagLow[row] ?? 0,
      tagHigh: table.tagHigh[row] ?? 0,
      lun: lunAt < 0 ? NO_LUN : table.slot(row).subarray(lunAt, lunAt + 8),
      since: table.since[row] ?? 0,
    };
  }
}
