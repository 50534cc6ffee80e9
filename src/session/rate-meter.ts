// SPDX-License-Identifier: MIT
// Events per second by type: the difference of two samples at least one second apart.

import { EVENT_TYPES } from "../abi/event.js";

const WINDOW_NS = 1e9;
/** Of samples, while events come and while none do: reading counters is most of what an idle view does. */
const SPACING_NS = 100e6;
const IDLE_SPACING_NS = 450e6;
const MAX_SAMPLES = 16;

interface Sample {
  readonly tNs: number;
  readonly totals: readonly number[];
}

/**
 * Feeds on running totals in EVENT_TYPES order. The window is the last second, or as long as the
 * samples lie apart where they come less often; with one sample every rate is 0.
 */
export class RateMeter {
  readonly #samples: Sample[] = [];

  /** Totals as of `tNs`, asked for only where they are taken: not too close to the last. */
  sample(tNs: number, totalsNow: () => ArrayLike<number>, idle = false): void {
    const last = this.#samples.at(-1);
    if (last && tNs - last.tNs < (idle ? IDLE_SPACING_NS : SPACING_NS)) return;
    const totals = totalsNow();
    this.#samples.push({ tNs, totals: EVENT_TYPES.map((_, i) => totals[i] ?? 0) });
    // the newest sample that is a window old is the base; what is older than it is not needed
    while (this.#samples.length > 2 && tNs - (this.#samples[1]?.tNs ?? tNs) >= WINDOW_NS) {
      this.#samples.shift();
    }
    while (this.#samples.length > MAX_SAMPLES) this.#samples.shift();
  }

  /** Per second, in EVENT_TYPES order. */
  rates(): number[] {
    const [base] = this.#samples;
    const last = this.#samples.at(-1);
    if (!base || !last || last === base) return EVENT_TYPES.map(() => 0);
    const seconds = (last.tNs - base.tNs) / 1e9;
    return last.totals.map((total, i) => Math.max(0, total - (base.totals[i] ?? 0)) / seconds);
  }
}
