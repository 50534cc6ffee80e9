// SPDX-License-Identifier: MIT
// The latest remarks of a session, kept where no line can be printed: under a screen.
import { oneLine } from "../one-line.js";

export interface Remark {
  /** One line, no control characters. */
  readonly text: string;
  /** How often it came. */
  readonly count: number;
  /** Of the last time, ms since 1970. */
  readonly at: number;
  /** A person has had it before the eyes since it came last. */
  readonly seen: boolean;
}

/** More are not read anyway; the oldest go. */
const MOST_REMARKS = 200;
const LONGEST = 2000;

/** Main thread. The same text again counts, and becomes the latest. */
export class RemarkLog {
  /** Oldest first: a Map keeps the order. */
  readonly #remarks = new Map<string, Remark>();
  readonly #clock: () => number;
  #lost = 0;
  #changes = 0;

  constructor(clock: () => number = Date.now) {
    this.#clock = clock;
  }

  /** Bound: it is handed around as a function. */
  readonly add = (said: string): void => {
    const text = oneLine(said.slice(0, LONGEST).trimEnd());
    const count = (this.#remarks.get(text)?.count ?? 0) + 1;
    this.#remarks.delete(text);
    this.#remarks.set(text, { text, count, at: this.#clock(), seen: false });
    this.#changes++;
    for (const [key, { seen }] of this.#remarks) {
      if (this.#remarks.size <= MOST_REMARKS) break;
      this.#remarks.delete(key);
      if (!seen) this.#lost++;
    }
  };

  /** Grows with every change: what was drawn of an older number is drawn again. */
  get changes(): number {
    return this.#changes;
  }

  get latest(): Remark | null {
    return [...this.#remarks.values()].at(-1) ?? null;
  }

  /** Oldest first. */
  list(): Remark[] {
    return [...this.#remarks.values()];
  }

  get unseen(): number {
    return this.list().filter(({ seen }) => !seen).length;
  }

  /** All of them are before a person's eyes now. */
  see(): void {
    if (this.unseen === 0 && this.#lost === 0) return;
    for (const [key, remark] of this.#remarks) this.#remarks.set(key, { ...remark, seen: true });
    this.#lost = 0;
    this.#changes++;
  }

  /** What nobody saw, as lines to print, oldest first; seen from here on. */
  takeUnseen(): string[] {
    const lines = this.list()
      .filter(({ seen }) => !seen)
      .map(({ text, count }) => (count === 1 ? text : `${text} (${count} times)`));
    if (this.#lost > 0) lines.unshift(`${this.#lost} remarks before these are lost`);
    this.see();
    return lines;
  }
}
