// SPDX-License-Identifier: MIT
// What the screen itself costs: its thread's share of a processor, and the bytes it writes.

import { readFileSync } from "node:fs";

/** CPU time of this process's main thread, ns; null where nothing tells. */
export function screenThreadNs(): number | null {
  try {
    const [spent] = readFileSync(`/proc/self/task/${process.pid}/schedstat`, "utf8").split(" ");
    return Number(spent);
  } catch {
    return null; // no /proc, or a kernel without schedstat
  }
}

const WINDOW_MS = 2000;
/** Frames in the average. */
const FRAMES = 16;
/** What repaints little more than these figures is no frame: they must not feed on themselves. */
const SMALLEST_FRAME = 48;
/** A change of less is none, in percent and as a part: an idle screen must have nothing to repaint. */
const STEP = 0.8;
const STEP_PART = 0.15;

/** Told of every frame, also of those that wrote nothing. */
export class ScreenCost {
  readonly #spentNs: () => number | null;
  readonly #sizes: number[] = [];
  #windowMs = Number.NaN;
  #windowNs: number | null = null;
  #percent: number | null = null;
  /** What the window before said, if that was a change. */
  #change: number | null = null;

  constructor(spentNs: () => number | null = screenThreadNs) {
    this.#spentNs = spentNs;
  }

  frame(bytes: number, nowMs: number): void {
    if (bytes >= SMALLEST_FRAME) {
      this.#sizes.push(bytes);
      if (this.#sizes.length > FRAMES) this.#sizes.shift();
    }
    if (nowMs - this.#windowMs < WINDOW_MS) return;
    const spent = this.#spentNs();
    if (spent !== null && this.#windowNs !== null) {
      const share = (spent - this.#windowNs) / 1e6 / (nowMs - this.#windowMs);
      this.#take(100 * Math.max(0, share));
    }
    this.#windowMs = nowMs;
    this.#windowNs = spent;
  }

  /** A change counts when two windows in a row show it: one collection of garbage is none. */
  #take(percent: number): void {
    const shown = this.#percent;
    const off = shown === null ? 0 : percent - shown;
    if (shown === null) this.#percent = percent;
    else if (Math.abs(off) <= STEP + STEP_PART * shown) this.#change = null;
    else if (this.#change === null || this.#change > shown !== off > 0) this.#change = percent;
    else {
      this.#percent = (percent + this.#change) / 2;
      this.#change = null;
    }
  }

  /** Of one processor, over about two seconds; null where it is not known (yet). */
  get cpuPercent(): number | null {
    return this.#percent;
  }

  /** Of the last frames that changed something; 0 before the first. */
  get bytesPerFrame(): number {
    const sum = this.#sizes.reduce((total, size) => total + size, 0);
    return this.#sizes.length === 0 ? 0 : Math.round(sum / this.#sizes.length);
  }
}
