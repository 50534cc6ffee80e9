// SPDX-License-Identifier: MIT
// Both rings followed by their stamps: merged by time, missed events counted, owner changes seen.

import { RING_SIZE } from "../../device/ring-device.js";
import type { EventSource, ObservedEvent } from "../journal.js";
import { CMD_DONE, CMD_RSP, SlotFields } from "../slot-fields.js";
import type { Followed, FollowedTelemetry, FollowOptions } from "./followed.js";
import { StampedRing } from "./stamped-ring.js";

/** One call delivers at most this many laps: a producer faster than us must not keep us here. */
const LAPS_PER_READ = 4;

/** With telemetry: exact. `missed` counts what was overwritten before it was looked at. */
export class StampedFollower implements EventSource {
  readonly #stamps: FollowedTelemetry;
  readonly #kuring: StampedRing;
  readonly #ukring: StampedRing;
  readonly #fields: SlotFields;
  readonly #most: number;
  readonly #onOwnerChange: () => void;
  #epoch: number;
  /** Events of either ring before this epoch, by the counters that never restart. */
  #bases: readonly [number, number];

  constructor(
    device: Followed,
    stamps: FollowedTelemetry,
    options: FollowOptions,
    onOwnerChange: () => void,
  ) {
    const words = new Int32Array(device.rings);
    const backlog = options.backlog ?? true;
    const ring = (base: number, name: "kuring" | "ukring"): StampedRing =>
      new StampedRing(stamps, device.dialect, words, base, name, backlog);
    this.#stamps = stamps;
    this.#epoch = stamps.epoch;
    this.#bases = this.#readBases();
    this.#kuring = ring(0, "kuring");
    this.#ukring = ring(RING_SIZE, "ukring");
    this.#fields = new SlotFields(device.dialect);
    this.#most = device.dialect.nrEntry * LAPS_PER_READ;
    this.#onOwnerChange = onOwnerChange;
  }

  get missed(): number {
    return this.#kuring.missed + this.#ukring.missed;
  }

  /** Of kuring: there the end of a command may have gone by. */
  get gaps(): number {
    return this.#kuring.gaps;
  }

  read(sink: (event: ObservedEvent) => void, limit = Number.POSITIVE_INFINITY): void {
    this.#followOwner();
    const [kuring, ukring] = [this.#kuring, this.#ukring];
    kuring.refresh();
    ukring.refresh();
    const most = Math.min(limit, this.#most);
    for (let delivered = 0; delivered < most; delivered++) {
      const hasUkring = ukring.fill();
      let hasKuring = kuring.fill();
      if (hasUkring && !hasKuring) {
        kuring.refresh(); // an answer's request may have come after the first look at kuring
        hasKuring = kuring.fill();
      }
      if (!hasUkring && !hasKuring) return;
      const next = hasKuring && (!hasUkring || this.#kuringFirst()) ? kuring : ukring;
      sink(next.event);
      next.take();
    }
  }

  /**
   * By time, but an answer before its own CMD_DONE: the kernel stamps a verdict only when it is done
   * with the answer, and CMD_DONE may be out by then.
   */
  #kuringFirst(): boolean {
    const [kuring, ukring] = [this.#kuring.event, this.#ukring.event];
    if (kuring.tNs > ukring.tNs) return false;
    const fields = this.#fields;
    if (fields.select(ukring.slot) !== CMD_RSP) return true;
    const [hostNo, cid] = [fields.hostNo(CMD_RSP), fields.cid(CMD_RSP)];
    if (fields.select(kuring.slot) !== CMD_DONE) return true;
    return fields.cid(CMD_DONE) !== cid || fields.hostNo(CMD_DONE) !== hostNo;
  }

  #followOwner(): void {
    const epoch = this.#stamps.epoch;
    if (epoch === this.#epoch) return;
    this.#epoch = epoch;
    const [kuringBase, ukringBase] = this.#bases;
    this.#bases = this.#readBases();
    // where the old epoch's indices ended: what was not delivered until there never will be
    this.#kuring.restart(this.#bases[0] - kuringBase);
    this.#ukring.restart(this.#bases[1] - ukringBase);
    this.#onOwnerChange();
  }

  /** Totals less the events of this epoch; tried again while the kernel is counting. */
  #readBases(): readonly [number, number] {
    const sum = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0);
    const stamps = this.#stamps;
    let bases: [number, number] = [0, 0];
    for (let attempt = 0; attempt < 8; attempt++) {
      const [produced, consumed] = [stamps.kuringProduced, stamps.ukringConsumed];
      const counters = stamps.counters();
      bases = [sum(counters.kuring_events) - produced, sum(counters.ukring_events) - consumed];
      if (produced === stamps.kuringProduced && consumed === stamps.ukringConsumed) break;
    }
    return bases;
  }
}
