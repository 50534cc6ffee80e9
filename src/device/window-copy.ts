// SPDX-License-Identifier: MIT
// A private copy of the telemetry window, read before the rings and again after them, so that what it
// says of a slot holds for the copy of that slot.
import type { Dialect } from "../abi/dialect.js";
import type { RingName } from "../abi/event.js";
import { RING_NAMES } from "../ring/geometry.js";
import { TELEMETRY_OFFSETS as AT, type SlotStamp, Telemetry } from "./telemetry.js";

/** Reads the window into `into`; false where it cannot be read. */
export type ReadWindow = (into: Uint8Array) => boolean;

const STAMP_WORDS = 4;
const MOST_READS = 8;
/** Ours is far smaller; what a process claims to map may be as large as it likes. */
const MOST_BYTES = 1 << 20;

/**
 * What looks at the rings ask: the kernel's place in ukring as of after the rings were read, and no
 * stamp that was written meanwhile: it need not be that of the slot's copy.
 */
class LateTelemetry extends Telemetry {
  consumedLater = 0;
  readonly moved: Readonly<Record<RingName, Uint8Array>>;

  constructor(buffer: ArrayBuffer) {
    super(buffer, 0);
    this.moved = { kuring: new Uint8Array(this.nrEntry), ukring: new Uint8Array(this.nrEntry) };
  }

  override get ukringConsumed(): number {
    return this.consumedLater;
  }

  override stamp(ring: RingName, slot: number): SlotStamp | null {
    return this.moved[ring][slot] === 1 ? null : super.stamp(ring, slot);
  }
}

export class WindowCopy {
  /** For followers: both indices as of before the rings were read. */
  readonly early: Telemetry;
  /** For looks, see recoverPositions: produced of before, consumed of after. */
  readonly late: LateTelemetry;
  readonly #shown: Int32Array;
  readonly #before: Int32Array;
  readonly #after: Int32Array;
  readonly #stamps: Readonly<Record<RingName, number>>;

  /** Null for a window that is not ours, is of other rings, or cannot be read. `most`: bytes of it mapped. */
  static open(read: ReadWindow, most: number, dialect: Dialect): WindowCopy | null {
    const first = new Uint32Array(4);
    if (most < AT.size || !read(new Uint8Array(first.buffer))) return null;
    const size = Math.min(most, Telemetry.totalSize(first.buffer), MOST_BYTES);
    const bytes = new Uint8Array(size & ~7);
    if (bytes.length < AT.size || !read(bytes)) return null;
    return fits(bytes.buffer, dialect) ? new WindowCopy(bytes.buffer) : null;
  }

  private constructor(buffer: ArrayBuffer) {
    this.early = new Telemetry(buffer, 0);
    this.late = new LateTelemetry(buffer);
    this.#shown = new Int32Array(buffer);
    this.#before = this.#shown.slice();
    this.#after = this.#shown.slice();
    const place = (at: number): number => (this.#shown[at >> 2] ?? 0) >> 2;
    this.#stamps = { kuring: place(AT.kuring_stamps), ukring: place(AT.ukring_stamps) };
    this.late.consumedLater = this.early.ukringConsumed;
  }

  /** Before the rings are read. */
  readBefore(read: ReadWindow): boolean {
    return readStill(this.#before, read);
  }

  /** After them. */
  readAfter(read: ReadWindow): boolean {
    return readStill(this.#after, read);
  }

  /** A new owner came between: rings and window are of two epochs. */
  get mixed(): boolean {
    return this.#before[AT.epoch >> 2] !== this.#after[AT.epoch >> 2];
  }

  /**
   * Shows what was read. A stamp that was written meanwhile is shown as it is now, so that a follower
   * knows the event before it for lost; but not that of a slot of ukring which is published in the
   * copy: there the last lap's still holds. A `torn` slot has no stamp.
   */
  commit(
    torn: Readonly<Record<RingName, Uint8Array>>,
    isPublished: (slot: number) => boolean,
  ): void {
    this.#shown.set(this.#before);
    this.late.consumedLater = (this.#after[AT.ukring_consumed >> 2] ?? 0) >>> 0;
    for (const ring of RING_NAMES) {
      for (let slot = 0; slot < torn[ring].length; slot++) {
        const at = this.#stamps[ring] + slot * STAMP_WORDS;
        const lastLap = ring === "ukring" && torn[ring][slot] === 0 && isPublished(slot);
        const moved = !lastLap && !this.#sameStamp(at);
        this.late.moved[ring][slot] = moved ? 1 : 0;
        if (moved) this.#shown.set(this.#after.subarray(at, at + STAMP_WORDS), at);
        else if (torn[ring][slot] === 1) this.#shown[at] = ~slot;
      }
    }
  }

  #sameStamp(at: number): boolean {
    for (let i = at; i < at + STAMP_WORDS; i++) {
      if (this.#before[i] !== this.#after[i]) return false;
    }
    return true;
  }
}

/** It comes out of a process that may have put anything there. */
function fits(buffer: ArrayBuffer, dialect: Dialect): boolean {
  const words = new Uint32Array(buffer);
  const stamps = [words[AT.kuring_stamps >> 2] ?? 1, words[AT.ukring_stamps >> 2] ?? 1];
  if (stamps.some((at) => at % 8 !== 0)) return false;
  try {
    const { nrEntry, entrySize } = new Telemetry(buffer, 0);
    return nrEntry === dialect.nrEntry && entrySize === dialect.entrySize;
  } catch {
    return false;
  }
}

/** Until the indices were read twice the same; under very fast traffic the last is as good. */
function readStill(words: Int32Array, read: ReadWindow): boolean {
  const bytes = new Uint8Array(words.buffer);
  for (let left = MOST_READS; left > 0; left--) {
    const produced = words[AT.kuring_produced >> 2];
    const consumed = words[AT.ukring_consumed >> 2];
    if (!read(bytes)) return false;
    const same =
      words[AT.kuring_produced >> 2] === produced && words[AT.ukring_consumed >> 2] === consumed;
    if (same) return true;
  }
  return true;
}
