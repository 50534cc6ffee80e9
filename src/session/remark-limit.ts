// SPDX-License-Identifier: MIT
// Remarks that may come in thousands: the first at once, then how many more.

/** Remarks that differ; beyond, they are counted together. */
const MOST_KEYS = 20;

interface Series {
  text: string;
  more: number;
  readonly timer: NodeJS.Timeout;
}

export class RemarkLimit {
  readonly #tell: (text: string) => void;
  readonly #windowMs: number;
  readonly #series = new Map<string, Series>();

  constructor(tell: (text: string) => void, windowMs = 10_000) {
    this.#tell = tell;
    this.#windowMs = windowMs;
  }

  /** `text` happened `count` times. Of the same `key`, at most one line in a window. */
  say(key: string, text: string, count = 1): void {
    const known = this.#series.has(key) || this.#series.size < MOST_KEYS ? key : "";
    const series = this.#series.get(known);
    if (series) {
      series.text = text;
      series.more += count;
      return;
    }
    this.#tell(count > 1 ? `${text} (${count} times)` : text);
    const timer = setInterval(() => this.#sum(known), this.#windowMs);
    timer.unref();
    this.#series.set(known, { text, more: 0, timer });
  }

  /** Says what is still to be said. */
  close(): void {
    for (const key of [...this.#series.keys()]) {
      this.#sum(key);
      clearInterval(this.#series.get(key)?.timer);
    }
    this.#series.clear();
  }

  #sum(key: string): void {
    const series = this.#series.get(key);
    if (!series) return;
    const { more, text } = series;
    series.more = 0;
    if (more > 0) {
      this.#tell(more > 1 ? `${text} (${more} more like it)` : text);
    } else {
      clearInterval(series.timer);
      this.#series.delete(key);
    }
  }
}
