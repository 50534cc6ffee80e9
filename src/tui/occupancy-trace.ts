// SPDX-License-Identifier: MIT
// How full each ring was in the latest frames in which something happened, as a line of levels.
import type { RingName } from "../abi/event.js";
import { LEVELS } from "./glyphs.js";

export const TRACE_FRAMES = 16;
const RING_NAMES = ["kuring", "ukring"] as const;

/** Published slots of `slots` as a character: by powers of two, the top for a full ring only. */
export function levelOf(occupied: number, slots: number): string {
  if (occupied <= 0) return LEVELS[0] ?? " ";
  const most = LEVELS.length - 1;
  const share = Math.log2(1 + occupied) / Math.log2(1 + slots);
  return LEVELS[occupied >= slots ? most : 1 + Math.floor(share * (most - 1))] ?? "?";
}

export class OccupancyTrace {
  readonly #slots: number;
  readonly #levels: Record<RingName, string> = {
    kuring: " ".repeat(TRACE_FRAMES),
    ukring: " ".repeat(TRACE_FRAMES),
  };

  #seen = -1;

  /** `slots`: of each ring. */
  constructor(slots: number) {
    this.#slots = slots;
  }

  /** One frame: published slots of each ring, and events ever seen. A still target leaves the line still. */
  add(occupied: Readonly<Record<RingName, number>>, seen: number): void {
    const level = (ring: RingName): string => levelOf(occupied[ring], this.#slots);
    const isSame = (ring: RingName): boolean => this.#levels[ring].endsWith(level(ring));
    if (seen === this.#seen && RING_NAMES.every(isSame)) return;
    this.#seen = seen;
    for (const ring of RING_NAMES) this.#levels[ring] = this.#levels[ring].slice(1) + level(ring);
  }

  /** TRACE_FRAMES characters, the latest last. */
  line(ring: RingName): string {
    return this.#levels[ring];
  }
}
