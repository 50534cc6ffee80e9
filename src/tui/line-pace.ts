// SPDX-License-Identifier: MIT
// A serial line: how much of it frames may use, so that keys and their effects still find room on it.

/** 8N1: ten bits on the line for a byte. */
const BITS_PER_BYTE = 10;
/** Of the line, for frames that nobody asked for. */
const SHARE = 0.5;

/**
 * What was written is a debt that half of the line pays off. A frame may go when there is none: a large one
 * makes the next ones wait, and as each is the difference to what is shown, leaving some out loses nothing. A
 * key's effect goes at once and is owed like the rest.
 */
export class LinePace {
  /** Infinite where the line is none. */
  readonly #bytesPerMs: number;
  #owed = 0;
  #asOf = 0;

  /** `baud`: null for a terminal that takes whatever comes. */
  constructor(baud: number | null) {
    const perSecond = baud === null ? Number.POSITIVE_INFINITY : (baud / BITS_PER_BYTE) * SHARE;
    this.#bytesPerMs = perSecond / 1000;
  }

  sent(bytes: number, nowMs: number): void {
    this.#owed = this.#owedAt(nowMs) + bytes;
    this.#asOf = nowMs;
  }

  /** Whether a frame that nobody asked for may go now. */
  isFree(nowMs: number): boolean {
    return this.#owedAt(nowMs) === 0;
  }

  #owedAt(nowMs: number): number {
    const passed = Math.max(0, nowMs - this.#asOf);
    return passed === 0 ? this.#owed : Math.max(0, this.#owed - passed * this.#bytesPerMs);
  }
}
