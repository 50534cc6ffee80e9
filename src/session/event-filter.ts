// SPDX-License-Identifier: MIT
// An expression applied to what a watch sees: which events count, which commands in flight are shown.

import type { Dialect } from "../abi/dialect.js";
import { EVENT_TYPES } from "../abi/event.js";
import type { KernelCommand } from "../device/ring-device.js";
import type { Expression } from "../expression/compile.js";
import type { Activity } from "./activity.js";
import type { ObservedEvent } from "./journal.js";
import { kernelCommandEvent } from "./kernel-command-event.js";
import { SlotEvent } from "./slot-event.js";
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

const KURING = 0;
const UKRING = 1;

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** What of an observation's numbers is to be believed. */
export interface Known {
  /** `ObservedEvent.index` counts on, and is not only a slot. */
  readonly indices: boolean;
  /** `tNs` and now have to do with each other. */
  readonly times: boolean;
}

/** A command in flight is seen as its CMD_REQ with the age it has now. One thread. */
export class EventFilter {
  /** Matching events by type in EVENT_TYPES order, then those of unknown type or in the wrong ring. */
  readonly totals = new Float64Array(EVENT_TYPES.length + 1);
  readonly #event: SlotEvent;
  readonly #fields: SlotFields;
  /** Followers reuse one slot a ring: a view of each is kept, by ring. */
  readonly #slots: [Uint8Array, Uint8Array] = [new Uint8Array(0), new Uint8Array(0)];
  readonly #views: [DataView, DataView] = [viewOf(this.#slots[0]), viewOf(this.#slots[1])];

  constructor(
    readonly expression: Expression,
    readonly activity: Activity,
    readonly dialect: Dialect,
    readonly known: Known,
  ) {
    this.#event = new SlotEvent(dialect);
    this.#fields = new SlotFields(dialect);
  }

  /**
   * Counts the event if it matches. Call it before the activity takes the event in: a CMD_DONE
   * takes its command out of the table.
   */
  take(event: ObservedEvent): void {
    const kind = this.#fields.select(event.slot);
    const belonging = belongs(kind, event.ring);
    this.#see(event, kind);
    if (belonging) this.#join(event, kind);
    if (!this.expression.matches(this.#event)) return;
    const place = belonging ? kind : EVENT_TYPES.length;
    this.totals[place] = (this.totals[place] ?? 0) + 1;
  }

  #see(event: ObservedEvent, kind: EventKind): void {
    const ring = event.ring === "kuring" ? KURING : UKRING;
    if (event.slot !== this.#slots[ring]) {
      this.#slots[ring] = event.slot;
      this.#views[ring] = viewOf(event.slot);
    }
    const view = this.#views[ring];
    const seen = this.#event;
    seen.point(view, 0, kind);
    seen.ring = ring;
    seen.slot = event.index % this.dialect.nrEntry;
    seen.index = this.known.indices ? event.index : null;
    seen.status = view.getUint32(0, this.dialect.littleEndian);
    seen.verdict = event.verdict;
  }

  #join(event: ObservedEvent, kind: EventKind): void {
    const fields = this.#fields;
    if (kind === CMD_REQ || kind === TSK_MGMT_REQ) this.#aged(event.tNs, event.tNs);
    if (kind === CMD_RSP || kind === CMD_DONE) {
      const { commands } = this.activity;
      const row = commands.find(fields.hostNo(kind), fields.cid(kind));
      if (row < 0) return;
      this.#event.join(commands.view, commands.slotAt(row));
      this.#aged(commands.since[row] ?? event.tNs, event.tNs);
    } else if (kind === TSK_MGMT_RSP) {
      const { tasks } = this.activity;
      const task = tasks.find(fields.hostNo(kind), fields.midLow(kind), fields.midHigh(kind));
      if (!task) return;
      this.#event.joinTask(task);
      this.#aged(task.since, event.tNs);
    }
  }

  #aged(sinceNs: number, nowNs: number): void {
    this.#event.age_ms = this.known.times ? Math.max(0, nowNs - sinceNs) / 1e6 : null;
  }

  /** Whether the command in this row of the activity's table is shown. */
  showsRow(row: number, nowNs: number | null): boolean {
    const { commands } = this.activity;
    this.#event.point(commands.view, commands.slotAt(row), CMD_REQ);
    this.#event.ring = KURING;
    if (nowNs !== null) this.#aged(commands.since[row] ?? nowNs, nowNs);
    return this.expression.matches(this.#event);
  }

  /** Whether a command of the kernel's own table is shown. */
  showsCommand(command: KernelCommand): boolean {
    const { commands } = this.activity;
    const row = commands.find(command.host_no, command.cid);
    if (row < 0) return this.expression.matches(kernelCommandEvent(command, this.dialect));
    this.#event.point(commands.view, commands.slotAt(row), CMD_REQ);
    this.#event.ring = KURING;
    this.#event.age_ms = command.age_ms;
    return this.expression.matches(this.#event);
  }
}
