// SPDX-License-Identifier: MIT
// How many events were missed at least, where nothing counts them: what was delivered proves that
// others came before it. Never above the truth.

import type { Dialect } from "../../abi/dialect.js";
import { RW_DATA_ONLY } from "../../abi/event.js";
import type { ObservedEvent } from "../journal.js";
import { CMD_DONE, CMD_REQ, CMD_RSP, SlotFields } from "../slot-fields.js";
import { CidOrder } from "./cid-order.js";

/** Finished commands kept in mind. */
const FINISHED = 8192;
/** More than any kernel holds at once. Beyond it, we begin anew and know less. */
const MOST = 1 << 18;
const TWO_32 = 2 ** 32;

interface Row {
  readonly cid: number;
  requests: number;
  answers: number;
  done: number;
  /** What of it was missed. */
  claimed: number;
}

/**
 * A CMD_DONE without a host byte proves a CMD_RSP before it, and a CMD_REQ. Of each command one of
 * them may have come before we began; none where the rings had not wrapped by then, nor where cids
 * are given in order and this one is higher than one we saw requested.
 */
export class MissedBound {
  readonly #fields: SlotFields;
  readonly #rows = new Map<number, Row>();
  readonly #order = new CidOrder();
  #finished: number[] = [];
  /** Of this look and of the one before: a request may be found a look after its CMD_DONE. */
  #done: number[] = [];
  #due: number[] = [];
  #sum = 0;
  #complete = false;
  #dataOnly = false;

  constructor(dialect: Dialect) {
    this.#fields = new SlotFields(dialect);
  }

  get value(): number {
    return this.#sum;
  }

  /** Before the first event: the rings hold everything that ever was in them. */
  beginsComplete(): void {
    this.#complete = true;
  }

  /** Each event as it is delivered. */
  take({ slot, ring }: ObservedEvent): void {
    const fields = this.#fields;
    const kind = fields.select(slot);
    if (kind !== CMD_REQ && kind !== CMD_RSP && kind !== CMD_DONE) return;
    if ((kind === CMD_RSP) === (ring === "kuring")) return;
    const cid = fields.cid(kind);
    const key = fields.hostNo(kind) * TWO_32 + cid;
    if (kind === CMD_DONE) {
      // with a host byte the kernel ended it on its own
      if (fields.result(kind) >>> 16 === 0) this.#done.push(key);
      return;
    }
    const row = this.#row(key);
    if (kind === CMD_REQ) {
      if (row.requests++ === 0) this.#order.requested(cid);
    } else {
      row.answers++;
      if (!this.#dataOnly && (fields.rw() & RW_DATA_ONLY) !== 0) {
        this.#dataOnly = true;
        this.#claimAll();
      }
    }
    this.#claim(row);
  }

  /** Once all events of a look were taken, before the next look. */
  settle(): void {
    if (this.#order.settle()) this.#claimAll();
    for (const key of this.#due) {
      const row = this.#row(key);
      if (row.done++ === 0) this.#finished.push(key);
      this.#claim(row);
    }
    this.#due = this.#done;
    this.#done = [];
    if (this.#finished.length > 2 * FINISHED) this.#forgetFinished();
    if (this.#rows.size > MOST) this.#forgetAll();
  }

  #row(key: number): Row {
    let row = this.#rows.get(key);
    if (!row) {
      const cid = key - Math.floor(key / TWO_32) * TWO_32;
      row = { cid, requests: 0, answers: 0, done: 0, claimed: 0 };
      this.#rows.set(key, row);
    }
    return row;
  }

  #claimAll(): void {
    for (const row of this.#rows.values()) this.#claim(row);
  }

  #claim(row: Row): void {
    const before = this.#complete ? 0 : 1;
    const answers = Math.max(0, row.done - row.answers - before);
    const requestBefore = this.#complete || row.cid > this.#order.floor ? 0 : 1;
    // with data only one command has several CMD_DONEs
    const commands = this.#dataOnly ? Math.min(1, row.done) : row.done;
    const requests = Math.max(0, commands - row.requests - requestBefore);
    this.#sum += requests + answers - row.claimed;
    row.claimed = requests + answers;
  }

  #forgetFinished(): void {
    const kept: number[] = [];
    for (const key of this.#finished.splice(0, FINISHED)) {
      const row = this.#rows.get(key);
      if (row && row.requests > row.done)
        kept.push(key); // on its way again
      else this.#rows.delete(key);
    }
    this.#finished.push(...kept);
  }

  #forgetAll(): void {
    this.#rows.clear();
    this.#finished = [];
    this.#complete = false;
    this.#order.giveUp();
  }
}
