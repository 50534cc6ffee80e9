// SPDX-License-Identifier: MIT
// Positions against a model of a ring whose true indices are known, at rest and under traffic.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RingName } from "../../src/abi/event.js";
import { recoverPositions, type SlotState } from "../../src/ring/positions.js";

const SIZE = 8;

/** A ring that publishes and consumes in order, as both sides do, and is stamped by the kernel. */
class Model {
  readonly #published = new Array<boolean>(SIZE).fill(false);
  readonly #indices = new Array<number | null>(SIZE).fill(null);
  producer: number;
  consumer: number;
  constructor(start: number) {
    this.producer = start;
    this.consumer = start;
  }
  step(produce: boolean): void {
    const slot = (produce ? this.producer : this.consumer) % SIZE;
    if (this.#published[slot] === produce) return;
    this.#published[slot] = produce;
    if (produce) {
      this.#indices[slot] = this.producer;
      this.producer = (this.producer + 1) >>> 0;
    } else {
      this.consumer = (this.consumer + 1) >>> 0;
    }
  }
  known(ring: RingName): number {
    return ring === "kuring" ? this.producer : this.consumer;
  }
  slot(slot: number): SlotState {
    return { ...this.#bare(slot), index: this.#indices[slot] ?? null };
  }
  /** As a kernel without telemetry shows it. */
  bare(): SlotState[] {
    return this.#published.map((_, slot) => ({ ...this.#bare(slot), index: null }));
  }
  #bare(slot: number) {
    return { status: this.#published[slot] ? 1 : 0, used: this.#indices[slot] !== null };
  }
}

/** Also around the wrap of the free-running u32. */
const start = fc.oneof(fc.nat(20), fc.integer({ min: 0xffffffff - 10, max: 0xffffffff }));
const steps = fc.array(fc.boolean(), { maxLength: 40 });
const rings = fc.constantFrom<RingName>("kuring", "ukring");

describe("with telemetry", () => {
  it("at rest: the true indices", () => {
    fc.assert(
      fc.property(rings, start, steps, (ring, first, work) => {
        const model = new Model(first);
        for (const produce of work) model.step(produce);
        const known = model.known(ring);
        expect(recoverPositions(ring, model.bare(), known)).toEqual({
          producerIndex: model.producer,
          consumerIndex: model.consumer,
          producerSlot: model.producer % SIZE,
          consumerSlot: model.consumer % SIZE,
          why: null,
        });
      }),
    );
  });

  it("under traffic: indices that were true at some time of the copying", () => {
    const traffic = fc.array(fc.array(fc.boolean(), { maxLength: 3 }), {
      minLength: SIZE,
      maxLength: SIZE,
    });
    fc.assert(
      fc.property(rings, start, steps, traffic, (ring, first, work, meanwhile) => {
        const model = new Model(first);
        for (const produce of work) model.step(produce);
        const from = { producer: model.producer, consumer: model.consumer };
        const before = model.producer;
        const copy = meanwhile.map((more, slot) => {
          const state = model.slot(slot);
          for (const produce of more) model.step(produce);
          return state;
        });
        const found = recoverPositions(ring, copy, ring === "kuring" ? before : model.consumer);
        const moved = (index: number | null, since: number) => ((index ?? -1) - since) >>> 0;
        const { producerIndex, consumerIndex } = found;
        expect(moved(producerIndex, from.producer)).toBeLessThanOrEqual(
          moved(model.producer, from.producer),
        );
        expect(moved(consumerIndex, from.consumer)).toBeLessThanOrEqual(
          moved(model.consumer, from.consumer),
        );
      }),
      { numRuns: 2000 },
    );
  });
});
