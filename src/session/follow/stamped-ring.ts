// SPDX-License-Identifier: MIT
// Following one ring by its telemetry stamps: each event once, laps counted, torn reads seen.

import type { Dialect } from "../../abi/dialect.js";
import type { RingName } from "../../abi/event.js";
import type { SlotStamp } from "../../device/telemetry.js";
import type { ObservedEvent } from "../journal.js";

/** What of the telemetry window a ring's follower needs. */
export interface Stamps {
  readonly epoch: number;
  readonly kuringProduced: number;
  readonly ukringConsumed: number;
  stamp(ring: RingName, slot: number): SlotStamp | null;
}

/** How often a missing stamp below the produced index is waited for before it counts as missed. */
const PATIENCE = 3;

/**
 * The next event of one ring stands in `event` while `fill()` says true; `take()` moves on.
 * `index` and `missed` are exact: the kernel's count says how many events there were.
 */
export class StampedRing {
  readonly event: ObservedEvent;
  missed = 0;
  /** Times that the producer came over the backlog while it was told: no miss of ours, but a gap. */
  gaps = 0;
  readonly #stamps: Stamps;
  readonly #words: Int32Array;
  readonly #base: number;
  readonly #entryWords: number;
  readonly #nr: number;
  /** The event's slot in words, and a second copy to compare with. */
  readonly #copied: Int32Array;
  readonly #again: Int32Array;
  #next: number;
  #end: number;
  #full = false;
  #told = false;
  #waited = 0;
  /** The first lap at attaching: what is gone by then was never ours to miss. */
  #quietUntil: number;

  /** `rings` in 32-bit words, the ring begins at byte `base`. With `backlog` what the ring still holds comes first. */
  constructor(
    stamps: Stamps,
    dialect: Dialect,
    rings: Int32Array,
    base: number,
    ring: RingName,
    backlog: boolean,
  ) {
    this.#stamps = stamps;
    this.#words = rings;
    this.#base = base >> 2;
    this.#entryWords = dialect.entrySize >> 2; // every dialect's slots are whole words
    this.#nr = dialect.nrEntry;
    const slot = new Uint8Array(dialect.entrySize);
    this.event = { ring, index: 0, tNs: 0, slot, verdict: null };
    this.#copied = new Int32Array(slot.buffer);
    this.#again = new Int32Array(this.#entryWords);
    this.#end = this.#index();
    this.#quietUntil = this.#end;
    this.#next = backlog ? (this.#end - this.#nr) >>> 0 : this.#end;
  }

  #index(): number {
    const stamps = this.#stamps;
    return this.event.ring === "kuring" ? stamps.kuringProduced : stamps.ukringConsumed;
  }

  /** A new owner: the ring was wiped and counts from 0. `last`: where it had counted to before. */
  restart(last: number): void {
    const behind = (last - this.#next) | 0;
    if (behind > 0) this.missed += behind - this.#quiet(behind);
    this.#next = 0;
    this.#end = 0;
    this.#quietUntil = 0;
    this.#full = false;
    this.#waited = 0;
  }

  /** Takes the kernel's count anew. */
  refresh(): void {
    this.#end = this.#index();
  }

  take(): void {
    this.#full = false;
    this.#told = true;
    this.#next = (this.#next + 1) >>> 0;
  }

  /** True if the next event stands in `event`. */
  fill(): boolean {
    while (!this.#full) {
      const behind = (this.#end - this.#next) | 0;
      if (behind <= 0) return false;
      if (behind > this.#nr) this.#skip(behind - this.#nr);
      else if (this.#read()) this.#full = true;
      else if (!this.#giveUp()) return false;
    }
    return true;
  }

  /** How many of the next `count` events were there before we attached. */
  #quiet(count: number): number {
    return Math.min(count, Math.max(0, (this.#quietUntil - this.#next) | 0));
  }

  #skip(count: number): void {
    const quiet = this.#quiet(count);
    this.missed += count - quiet;
    if (quiet > 0 && this.#told) this.gaps++;
    this.#next = (this.#next + count) >>> 0;
    this.#waited = 0;
  }

  /** The slot could not be read: overwritten, never written, or its stamp is a moment late. */
  #giveUp(): boolean {
    this.refresh();
    const behind = (this.#end - this.#next) | 0;
    const quiet = ((this.#quietUntil - this.#next) | 0) > 0;
    const old = behind >= this.#nr || quiet || this.#isOverwritten();
    if (!old && this.#waited++ < PATIENCE) return false;
    this.#skip(1);
    return true;
  }

  /** Where stamps are a copy they may be ahead of the count. */
  #isOverwritten(): boolean {
    const stamp = this.#stamps.stamp(this.event.ring, this.#next & (this.#nr - 1));
    return stamp !== null && ((stamp.index - this.#next) | 0) > 0;
  }

  #read(): boolean {
    const slot = this.#next & (this.#nr - 1);
    const stamp = this.#stamps.stamp(this.event.ring, slot);
    if (!stamp || stamp.index !== this.#next) return false;
    const at = this.#base + slot * this.#entryWords;
    this.#copy(this.#copied, at);
    if (!this.#whole(at, slot)) return false;
    this.event.index = this.#next;
    this.event.tNs = Number(stamp.t_ns);
    this.event.verdict = this.event.ring === "ukring" ? stamp.verdict : null;
    this.#waited = 0;
    return true;
  }

  #copy(into: Int32Array, at: number): void {
    const from = this.#words;
    for (let i = 0; i < this.#entryWords; i++) into[i] = from[at + i] ?? 0;
  }

  /**
   * Whether what was copied is one event of this lap. kuring: the producer comes back here only
   * when it is a lap ahead. ukring: its producer is private and may be ahead of the kernel by a
   * batch, so the far half of the lap is read twice, and a published slot is already the next lap's.
   */
  #whole(at: number, slot: number): boolean {
    const ahead = (this.#index() - this.#next) >>> 0;
    const kuring = this.event.ring === "kuring";
    if (ahead < (kuring ? this.#nr : this.#nr >> 1)) return kuring || this.#isFree();
    if (ahead > this.#nr) return false;
    this.#copy(this.#again, at);
    if (!kuring && !this.#isFree()) return false;
    const stamp = this.#stamps.stamp(this.event.ring, slot);
    return stamp?.index === this.#next && this.#again.every((word, i) => word === this.#copied[i]);
  }

  /** ukring: status 0 in the copy (the kernel has consumed it and nobody has published since). */
  #isFree(): boolean {
    return this.#copied[0] === 0;
  }
}
