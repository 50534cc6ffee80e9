// SPDX-License-Identifier: MIT
// Whether the handlers' worker still lives, told from the words it shares: looked at a few times a second.
import { MOST_OWED, WORD } from "../../handler/protocol.js";

export const LOOK_MS = 250;
/**
 * Looks without a sign of life until it is taken for stuck. Counted, not timed: after a stop of the
 * whole process (SIGSTOP) everybody looks late.
 */
const STILL_LOOKS = 4;

export interface HandlerLook {
  /** Since the last look: deadlines passed, and commands nobody was asked for because too much waited. */
  readonly late: number;
  readonly full: number;
  /** Why the worker cannot go on. */
  readonly trouble: "stuck" | "clogged" | null;
  /** Number of the handler that runs, from 1; 0: none, or none we know of. */
  readonly running: number;
}

export class HandlerWatch {
  readonly #words: Int32Array;
  #late = 0;
  #full = 0;
  #beat = 0;
  #lateAtBeat = 0;
  #still = 0;

  constructor(words: Int32Array) {
    this.#words = words;
  }

  look(): HandlerLook {
    const late = this.#word("LATE");
    const full = this.#word("FULL");
    const since = { late: (late - this.#late) | 0, full: (full - this.#full) | 0 };
    this.#late = late;
    this.#full = full;
    const stuck = this.#isStill() && late !== this.#lateAtBeat;
    const clogged = ((this.#word("ABANDONED") - this.#word("LEFTOVERS")) | 0) >= MOST_OWED;
    const trouble = stuck ? "stuck" : clogged ? "clogged" : null;
    return { ...since, trouble, running: this.#word("RUNNING") };
  }

  #isStill(): boolean {
    const beat = this.#word("BEAT");
    if (beat !== this.#beat || this.#word("STARTED") === this.#word("ANSWERED")) {
      this.#beat = beat;
      this.#lateAtBeat = this.#late;
      this.#still = 0;
      return false;
    }
    return ++this.#still >= STILL_LOOKS;
  }

  #word(name: keyof typeof WORD): number {
    return Atomics.load(this.#words, WORD[name]);
  }
}
