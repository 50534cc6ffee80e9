// SPDX-License-Identifier: MIT
// Every state a ring can be in, as letters, and what it tells: `.` never used, `c` consumed,
// `P` published, `B` a bad status word, `F` filled and not published.
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SEED_X86_64 } from "../../src/abi/seed.js";
import { PositionTracker } from "../../src/ring/position-tracker.js";
import { type BareSlot, recoverFromSlots } from "../../src/ring/recovery.js";
import { takeSnapshot } from "../../src/ring/snapshot.js";

const SLOTS: Record<string, BareSlot> = {
  ".": { status: 0, used: false },
  c: { status: 0, used: true },
  F: { status: 0, used: true },
  P: { status: 1, used: true },
  B: { status: 0xdead, used: true },
};
const ring = (letters: string): BareSlot[] =>
  [...letters].map((letter) => SLOTS[letter] ?? { status: 0, used: false });

/** `producer consumer`, each as its index, or as `@slot` where only that is known, or `?`. */
function told(letters: string): string {
  const { producerIndex, producerSlot, consumerIndex, consumerSlot } = recoverFromSlots(
    ring(letters),
  );
  const side = (index: number | null, slot: number | null): string => {
    if (index !== null) expect(slot).toBe(index);
    return index !== null ? String(index) : slot !== null ? `@${slot}` : "?";
  };
  return `${side(producerIndex, producerSlot)} ${side(consumerIndex, consumerSlot)}`;
}

describe("one look", () => {
  it.each([
    ["never used", "........", "0 0", null],
    ["first lap, all consumed", "ccc.....", "3 3", null],
    ["first lap, some published", "ccPP....", "4 2", null],
    ["first lap, nothing consumed", "PPP.....", "3 0", null],
    ["first lap, one being filled", "ccPF....", "3 2", null],
    ["one left of the first lap", "cccccPP.", "7 5", null],
    ["wrapped, all consumed", "cccccccc", "? ?", /wrapped and all consumed: the next event tells/],
    ["wrapped, a run", "ccPPPccc", "@5 @2", /no index: the ring has wrapped/],
    ["wrapped, a run round the end", "PccccccP", "@1 @7", /no index/],
    ["wrapped, a run up to the end", "cccccPPP", "@0 @5", /no index/],
    ["all but one published", "PPPcPPPP", "@3 @4", /no index/],
    ["all published", "PPPPPPPP", "? ?", /every slot is published/],
    ["two runs: skipped", "ccPcPccc", "? ?", /2 runs: a slot was skipped \(H23\)/],
    ["two runs on the first lap", "cP.P....", "4 ?", /2 runs.*H23/],
    ["a slot skipped before the published", "c.PP....", "4 ?", /slot 1 was never filled.*H23/],
    ["out of step", "Pccc....", "? ?", /out of step \(H07\)/],
    ["a bad status in the run", "ccPBPccc", "@5 @2", /slot 3 has status 0xdead \(H24\)/],
    ["a bad status on the first lap", "cBP.....", "3 1", /slot 1 has status 0xdead \(H24\)/],
    ["a bad status elsewhere", "cPccccBc", "? ?", /slot 6 has status 0xdead \(H24\)/],
    ["all bad", "BBBBBBBB", "? ?", /slot 0 .*H24/],
  ])("%s", (_, letters, positions, why) => {
    expect(told(letters)).toBe(positions);
    const said = recoverFromSlots(ring(letters)).why;
    if (why === null) expect(said).toBeNull();
    else expect(said).toMatch(why);
  });

  it("whatever is there: positions or a reason, and words that fit a line", () => {
    const letters = fc.string({ unit: fc.constantFrom(...".cPBF"), minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(letters, (text) => {
        const found = recoverFromSlots(ring(text));
        const known = [found.producerIndex, found.consumerIndex].every((index) => index !== null);
        expect(known || found.why !== null).toBe(true);
        expect(found.why?.length ?? 0).toBeLessThanOrEqual(70);
      }),
    );
  });
});

/** What the kernel's own indices were: see fixtures/README.md. */
it.each([
  ["ring-idle.bin", [48, 48, 24, 24]],
  ["ring-full.bin", [null, null, 97, 97]],
  ["ring-stopped.bin", [57, 48, 24, 24]],
] as const)("%s", (name, indices) => {
  const { buffer } = Uint8Array.from(
    readFileSync(new URL(`../../fixtures/${name}`, import.meta.url)),
  );
  const { kuring, ukring } = takeSnapshot(buffer, SEED_X86_64, null);
  const found = [kuring, ukring].flatMap((each) => [each.producerIndex, each.consumerIndex]);
  expect(found).toEqual(indices);
});

/** A ring whose contents tell each event from all others, and that knows the truth. */
class Ring {
  produced = 0;
  consumed = 0;
  readonly #event: number[];
  readonly #published: boolean[];
  constructor(
    readonly size: number,
    laps: number,
  ) {
    this.#event = Array(size).fill(0);
    this.#published = Array(size).fill(false);
    this.pass(laps);
  }
  /** Produced and consumed at once. */
  pass(count: number): void {
    for (let i = 0; i < count; i++) {
      this.step(true);
      this.step(false);
    }
  }
  step(produce: boolean): void {
    const slot = (produce ? this.produced : this.consumed) % this.size;
    if (this.#published[slot] === produce) return;
    this.#published[slot] = produce;
    if (produce) this.#event[slot] = ++this.produced;
    else this.consumed++;
  }
  slots(): (BareSlot & { event: number })[] {
    return this.#event.map((event, slot) => {
      return { status: this.#published[slot] ? 1 : 0, used: event > 0, event };
    });
  }
}

describe("many looks", () => {
  function follow(model: Ring) {
    const tracker = new PositionTracker();
    let before: ReturnType<Ring["slots"]> | null = null;
    return () => {
      const now = model.slots();
      const last = before;
      before = now;
      const written = (slot: number): boolean => {
        const [a, b] = [last?.[slot], now[slot]];
        return a?.event !== b?.event || (a?.status === 0 && b?.status !== 0);
      };
      return tracker.take(now, last ? written : null);
    };
  }

  it("a wrapped ring that is all consumed is known after the next event", () => {
    const model = new Ring(8, 13);
    const look = follow(model);
    expect(look().producerSlot).toBeNull();
    model.pass(1);
    expect(look()).toMatchObject({ producerSlot: 6, consumerSlot: 6, producerIndex: null });
    expect(look()).toMatchObject({ producerSlot: 6, consumerSlot: 6 });
  });

  it("who begins on the first lap keeps the index", () => {
    const model = new Ring(8, 3);
    const look = follow(model);
    look();
    for (let i = 0; i < 10; i++) {
      model.pass(5);
      model.step(true);
      const { produced, consumed } = model;
      expect(look()).toMatchObject({ producerIndex: produced, consumerIndex: consumed, why: null });
      model.step(false);
    }
  });

  it("a lap between two looks costs the index, not the truth", () => {
    const model = new Ring(8, 3);
    const look = follow(model);
    look();
    model.pass(8);
    expect(look()).toMatchObject({ producerIndex: null, producerSlot: null });
  });

  it("says nothing that is not true, whatever goes on between the looks", () => {
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.boolean() },
      { weight: 2, arbitrary: fc.constant("look" as const) },
    );
    let told = 0;
    fc.assert(
      fc.property(fc.nat(20), fc.array(step, { maxLength: 120 }), (laps, steps) => {
        const model = new Ring(8, laps);
        const look = follow(model);
        for (const each of steps) {
          if (each !== "look") {
            model.step(each);
            continue;
          }
          const found = look();
          if (found.producerIndex !== null) expect(found.producerIndex).toBe(model.produced);
          if (found.consumerIndex !== null) expect(found.consumerIndex).toBe(model.consumed);
          if (found.producerSlot !== null) expect(found.producerSlot).toBe(model.produced % 8);
          if (found.consumerSlot !== null) expect(found.consumerSlot).toBe(model.consumed % 8);
          if (found.producerIndex !== null) told++;
          else expect(found.why).not.toBeNull();
        }
      }),
      { numRuns: 2000 },
    );
    expect(told).toBeGreaterThan(200);
  });
});
