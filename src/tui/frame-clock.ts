// SPDX-License-Identifier: MIT
// When the next frame is due: on a timer while something happens, seldom while nothing does, and never
// while the terminal has not taken the last one.

import type { Watch } from "../session/watch.js";
import type { LinePace } from "./line-pace.js";

/** Four frames a second: what a person reads; nothing is written where nothing changed. */
export const FRAME_MS = 250;
/** Where no event came and nothing is in flight, one of so many is enough: rates end, marks fade. */
const IDLE_FRAMES = 4;

export interface FrameClockOptions {
  readonly watch: Pick<Watch, "pump" | "seen" | "activity">;
  readonly pace: LinePace;
  readonly isBlocked: () => boolean;
  readonly frame: () => void;
}

export class FrameClock {
  readonly #options: FrameClockOptions;
  #timer: NodeJS.Timeout | null = null;
  #seen = -1;
  #leftOut = 0;

  constructor(options: FrameClockOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer ??= setInterval(() => this.tick(performance.now()), FRAME_MS);
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
  }

  tick(nowMs: number): void {
    const { watch, pace, isBlocked, frame } = this.#options;
    if (isBlocked() || !pace.isFree(nowMs)) return;
    watch.pump();
    const still = watch.seen === this.#seen && watch.activity.commands.size === 0;
    if (still && ++this.#leftOut < IDLE_FRAMES) return;
    this.#leftOut = 0;
    this.#seen = watch.seen;
    frame();
  }
}
