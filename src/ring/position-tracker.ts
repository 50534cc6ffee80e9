// SPDX-License-Identifier: MIT
// Positions over many looks without telemetry: what was written since the last look ends where the
// producer stands, and once counted, an index goes on counting.
import {
  type BareSlot,
  NO_INDEX,
  type RingPositions,
  recoverFromSlots,
  runsOf,
  UNKNOWN,
} from "./recovery.js";

/** One ring, one series of looks that are less than a lap apart; a longer pause costs the index. */
export class PositionTracker {
  #slot: number | null = null;
  #index: number | null = null;

  /**
   * `isWritten`: whether the slot was filled or published since the look before; null at the first.
   */
  take(slots: readonly BareSlot[], isWritten: ((slot: number) => boolean) | null): RingPositions {
    const now = recoverFromSlots(slots);
    this.#advance(slots.length, isWritten);
    if (now.producerIndex !== null || now.producerSlot !== null) this.#trust(now);
    return this.#slot === null ? now : this.#told(slots, now, this.#slot);
  }

  #advance(size: number, isWritten: ((slot: number) => boolean) | null): void {
    const runs = isWritten ? runsOf(size, isWritten) : [];
    const [run] = runs;
    if (!run) return; // nothing was written: it stands where it stood
    const [start, length] = run;
    const known = this.#slot;
    // the slot before may have been seen while it was filled, and now again
    const follows = known === null || start === known || (start + 1) % size === known;
    if (runs.length > 1 || length === size || !follows) {
      this.#slot = this.#index = null;
      return;
    }
    this.#slot = (start + length) % size;
    if (this.#index === null || known === null) return;
    this.#index = (this.#index + ((this.#slot - known + size) % size)) >>> 0;
  }

  /** What one look alone shows is nearer than what was counted. */
  #trust({ producerIndex, producerSlot }: RingPositions): void {
    if (producerIndex !== null) this.#index = producerIndex;
    else if (this.#slot !== producerSlot) this.#index = null;
    this.#slot = producerSlot;
  }

  /** The published slots end at the producer, or one was skipped. */
  #told(slots: readonly BareSlot[], now: RingPositions, producerSlot: number): RingPositions {
    const size = slots.length;
    const count = slots.filter(({ status }) => status !== 0).length;
    const before = (back: number): BareSlot | undefined =>
      slots[(producerSlot - back + size) % size];
    const inOrder = Array.from({ length: count }, (_, i) => before(i + 1)).every(
      (slot) => slot?.status !== 0,
    );
    const producer = { producerIndex: this.#index, producerSlot };
    if (!inOrder || (now.producerIndex !== null && now.consumerIndex === null)) {
      return { ...UNKNOWN, ...producer, why: now.why };
    }
    const odd = slots.some(({ status }) => status !== 0 && status !== 1) ? now.why : null;
    return {
      ...producer,
      consumerIndex: this.#index === null ? null : (this.#index - count) >>> 0,
      consumerSlot: (producerSlot - count + size) % size,
      why: odd ?? (this.#index === null ? NO_INDEX : null),
    };
  }
}
