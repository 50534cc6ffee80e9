// SPDX-License-Identifier: MIT
// An expression asked of events that have passed, each joined to its request as far as the history has it.

import type { Dialect } from "../abi/dialect.js";
import type { Expression } from "../expression/compile.js";
import type { Known } from "./event-filter.js";
import type { EventHistory } from "./event-history.js";
import { SlotEvent } from "./slot-event.js";
import { CMD_DONE, CMD_RSP, SlotFields, TSK_MGMT_RSP } from "./slot-fields.js";
import { readTask } from "./task-table.js";

/** One thread. Allocates nothing but for answers to task management. */
export class HistoryFilter {
  readonly #dialect: Dialect;
  readonly #known: Known;
  readonly #event: SlotEvent;
  readonly #fields: SlotFields;

  constructor(
    readonly expression: Expression,
    dialect: Dialect,
    known: Known,
  ) {
    this.#dialect = dialect;
    this.#known = known;
    this.#event = new SlotEvent(dialect);
    this.#fields = new SlotFields(dialect);
  }

  /** `number` is in `history`. */
  matches(history: EventHistory, number: number): boolean {
    const { nrEntry, littleEndian } = this.#dialect;
    const at = history.at(number);
    const index = history.index(number);
    const since = history.since(number);
    const event = this.#event;
    event.point(history.view, at, history.kind(number));
    event.ring = history.ring(number) === "kuring" ? 0 : 1;
    event.slot = index % nrEntry;
    event.index = this.#known.indices ? index : null;
    event.status = history.view.getUint32(at, littleEndian);
    event.verdict = history.verdict(number);
    if (this.#known.times && since !== null) {
      event.age_ms = Math.max(0, history.tNs(number) - since) / 1e6;
    }
    this.#join(history, number);
    return this.expression.matches(event);
  }

  #join(history: EventHistory, number: number): void {
    const request = history.request(number);
    if (!history.has(request)) return;
    const kind = history.kind(number);
    if (kind === CMD_RSP || kind === CMD_DONE) {
      this.#event.join(history.view, history.at(request));
    } else if (kind === TSK_MGMT_RSP) {
      const past = history.get(request);
      if (!past) return;
      this.#fields.select(past.slot);
      this.#event.joinTask(readTask(this.#fields, past, request));
    }
  }
}
