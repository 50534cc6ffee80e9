// SPDX-License-Identifier: MIT
// A private copy of both rings out of memory that can only be read piecemeal: what was read twice
// the same is taken, a slot that does not hold still keeps what it had.
import type { Dialect } from "../abi/dialect.js";
import type { RingName } from "../abi/event.js";
import { RING_NAMES, slotStart } from "../ring/geometry.js";
import { RINGS_SIZE } from "./ring-device.js";

/** Reads both rings into `into`; false where they cannot be read. */
export type ReadRings = (into: Uint8Array) => boolean;

const READS = 4;
/** The first time there is nothing to keep: more patience. */
const FIRST_READS = 16;

export class RingsCopy {
  readonly rings = new ArrayBuffer(RINGS_SIZE);
  /** Per ring and slot 1 = changed under the last two reads: what stands there is older. */
  readonly torn: Readonly<Record<RingName, Uint8Array>>;
  readonly #dialect: Dialect;
  readonly #words = new Int32Array(this.rings);
  #before = new Int32Array(RINGS_SIZE >> 2);
  #after = new Int32Array(RINGS_SIZE >> 2);
  #first = true;

  constructor(dialect: Dialect) {
    this.#dialect = dialect;
    this.torn = {
      kuring: new Uint8Array(dialect.nrEntry),
      ukring: new Uint8Array(dialect.nrEntry),
    };
  }

  /** Reads until two in a row agree, or often enough. Nothing shows before `commit()`. */
  read(read: ReadRings): boolean {
    const bytes = (words: Int32Array): Uint8Array => new Uint8Array(words.buffer);
    if (!read(bytes(this.#after))) return false;
    for (let left = this.#first ? FIRST_READS : READS; left > 1; left--) {
      [this.#before, this.#after] = [this.#after, this.#before];
      if (!read(bytes(this.#after))) return false;
      if (Buffer.compare(bytes(this.#before), bytes(this.#after)) === 0) break;
    }
    return true;
  }

  /**
   * Takes over what the last two reads agree in. All of that stood there together at the moment
   * between the two reads; so an answer is there if its CMD_DONE is.
   */
  commit(): void {
    for (const ring of RING_NAMES) {
      for (let slot = 0; slot < this.#dialect.nrEntry; slot++) {
        const at = slotStart(this.#dialect, ring, slot) >> 2;
        const still = this.#holdsStill(at);
        this.torn[ring][slot] = still ? 0 : 1;
        if (still) this.#takeSlot(at);
      }
    }
    this.#first = false;
  }

  /** The status may have changed: a word is never torn, and it says nothing about the others. */
  #holdsStill(at: number): boolean {
    for (let i = at + 1; i < at + (this.#dialect.entrySize >> 2); i++) {
      if (this.#before[i] !== this.#after[i]) return false;
    }
    return true;
  }

  #takeSlot(at: number): void {
    for (let i = at; i < at + (this.#dialect.entrySize >> 2); i++) {
      this.#words[i] = this.#after[i] ?? 0;
    }
  }
}
