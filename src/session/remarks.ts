// SPDX-License-Identifier: MIT
// The engine's remarks that come again: the first of each, then every tenfold. (Its thread sleeps in
// poll(2) and has no timers; what counts by time is remark-limit.ts, in the main thread.)

/** Texts kept apart; beyond that old ones count as new. */
const MOST_TEXTS = 256;

export class Remarks {
  readonly #tell: (text: string) => void;
  readonly #counts = new Map<string, number>();

  constructor(tell: (text: string) => void) {
    this.#tell = tell;
  }

  add(text: string): void {
    const count = (this.#counts.get(text) ?? 0) + 1;
    if (count === 1 && this.#counts.size >= MOST_TEXTS) this.#counts.clear();
    this.#counts.set(text, count);
    if (!Number.isInteger(Math.log10(count))) return;
    this.#tell(count === 1 ? text : `${text} (${count} times)`);
  }
}
