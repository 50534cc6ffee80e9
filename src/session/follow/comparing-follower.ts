// SPDX-License-Identifier: MIT
// Both rings followed without telemetry: what changed since the last look, in a likely order.

import { RING_SIZE } from "../../device/ring-device.js";
import type { EventSource, ObservedEvent } from "../journal.js";
import { CMD_DONE, CMD_RSP, SlotFields } from "../slot-fields.js";
import { ComparedRing } from "./compared-ring.js";
import type { Followed, FollowOptions } from "./followed.js";
import { MissedBound } from "./missed-bound.js";

/** Without telemetry: what changed since the last look. */
export class ComparingFollower implements EventSource {
  /** Whole laps may go by between two looks. */
  readonly missed = null;
  readonly #bound: MissedBound;
  readonly #kuring: ComparedRing;
  readonly #ukring: ComparedRing;
  readonly #fields: SlotFields;
  readonly #scratch: Uint8Array;
  readonly #clock: () => bigint;
  /** Until the first look, if that delivers what the rings hold: it may be all there was. */
  #complete = false;
  /** CMD_RSPs found and not delivered, by host:cid. */
  readonly #answers = new Map<string, number>();

  constructor(device: Followed, options: FollowOptions) {
    const words = new Int32Array(device.rings);
    this.#kuring = new ComparedRing(device.dialect, words, 0, "kuring");
    this.#ukring = new ComparedRing(device.dialect, words, RING_SIZE, "ukring");
    this.#fields = new SlotFields(device.dialect);
    this.#bound = new MissedBound(device.dialect);
    this.#scratch = new Uint8Array(device.dialect.entrySize);
    this.#clock = options.clock ?? process.hrtime.bigint;
    if (options.backlog === false) this.#look();
    if (options.backlog === false) this.#drop();
    this.#complete = options.backlog !== false;
  }

  /** Grows with what is proved, see MissedBound. */
  get missedAtLeast(): number {
    return this.#bound.value;
  }

  read(sink: (event: ObservedEvent) => void, limit = Number.POSITIVE_INFINITY): void {
    if (this.#kuring.pending + this.#ukring.pending === 0) this.#look();
    for (let delivered = 0; delivered < limit; delivered++) {
      const next = this.#next();
      if (!next) return;
      this.#bound.take(next.event);
      sink(next.event);
      next.take();
    }
  }

  #look(): void {
    this.#bound.settle();
    const now = Number(this.#clock());
    this.#kuring.look(now);
    this.#ukring.look(now);
    if (this.#complete && this.#kuring.beganComplete && this.#ukring.beganComplete) {
      this.#bound.beginsComplete();
    }
    this.#complete = false;
    this.#answers.clear();
    const words = new Int32Array(this.#scratch.buffer);
    for (let i = 0; i < this.#ukring.pending; i++) {
      this.#ukring.peek(i, words);
      this.#note(this.#scratch, 1);
    }
  }

  #drop(): void {
    for (const ring of [this.#kuring, this.#ukring]) while (ring.fill()) ring.take();
  }

  /** kuring first, but a command's answer before its CMD_DONE: no clock says more. */
  #next(): ComparedRing | null {
    const hasUkring = this.#ukring.fill();
    if (!this.#kuring.fill()) {
      if (hasUkring) this.#note(this.#ukring.event.slot, -1);
      return hasUkring ? this.#ukring : null;
    }
    const kind = this.#fields.select(this.#kuring.event.slot);
    if (kind !== CMD_DONE || !hasUkring) return this.#kuring;
    const key = `${this.#fields.hostNo(kind)}:${this.#fields.cid(kind)}`;
    if (!this.#answers.has(key)) return this.#kuring;
    this.#note(this.#ukring.event.slot, -1);
    return this.#ukring;
  }

  #note(slot: Uint8Array, by: 1 | -1): void {
    const kind = this.#fields.select(slot);
    if (kind !== CMD_RSP) return;
    const key = `${this.#fields.hostNo(kind)}:${this.#fields.cid(kind)}`;
    const left = (this.#answers.get(key) ?? 0) + by;
    if (left > 0) this.#answers.set(key, left);
    else this.#answers.delete(key);
  }
}
