// SPDX-License-Identifier: MIT
// The journal against a plain list: what is delivered and what is counted as missed adds up.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createJournal, JournalReader, JournalWriter } from "../../src/session/journal.js";

const SLOT = 96;

describe("journal", () => {
  it("delivers in order, and delivered + missed = written", () => {
    const steps = fc.array(fc.oneof(fc.nat({ max: 40 }), fc.constant(-1)), { maxLength: 60 });
    fc.assert(
      fc.property(steps, (bursts) => {
        const shape = createJournal(SLOT, 16);
        const writer = new JournalWriter(shape);
        const reader = new JournalReader(shape, SLOT);
        const slot = new Int32Array(SLOT / 4);
        const got: number[] = [];
        let written = 0;
        for (const burst of [...bursts, -1]) {
          for (let n = 0; n < burst; n++) {
            new Uint8Array(slot.buffer).fill(written);
            writer.write((written & 1) as 0 | 1, written++, written * 10, null, slot, 0, SLOT / 4);
          }
          if (burst < 0) {
            reader.read((event) => {
              expect(event.slot.every((byte) => byte === (event.index & 0xff))).toBe(true);
              expect(event.ring).toBe(event.index & 1 ? "ukring" : "kuring");
              got.push(event.index);
            });
          }
        }
        expect(got).toEqual([...got].sort((a, b) => a - b));
        expect(got.length + reader.missed).toBe(written);
        expect(new Set(got).size).toBe(got.length);
      }),
    );
  });

  it("is overrun while it is read, and nothing is told that was torn or lost without a word", () => {
    const during = fc.array(fc.nat({ max: 20 }), { maxLength: 40 });
    fc.assert(
      fc.property(fc.nat({ max: 200 }), during, (first, bursts) => {
        const shape = createJournal(SLOT, 64);
        const writer = new JournalWriter(shape);
        const reader = new JournalReader(shape, SLOT);
        const slot = new Int32Array(SLOT / 4);
        const got: number[] = [];
        let written = 0;
        const write = (count: number): void => {
          for (let n = 0; n < count; n++, written++) {
            writer.write(0, written, written, null, slot.fill(written), 0, SLOT / 4);
          }
        };
        write(first);
        reader.read((event) => {
          expect(new Int32Array(event.slot.buffer).every((word) => word === event.index)).toBe(
            true,
          );
          got.push(event.index);
          write(bursts.shift() ?? 0);
        });
        expect(got).toEqual([...new Set(got)].sort((a, b) => a - b));
        expect(got.length + reader.missed).toBe(written);
      }),
    );
  });

  it("keeps verdicts apart from their absence", () => {
    const shape = createJournal(SLOT, 16);
    const writer = new JournalWriter(shape);
    const reader = new JournalReader(shape, SLOT);
    const slot = new Int32Array(SLOT / 4);
    for (const verdict of [null, 0, 1, -14]) writer.write(1, 0, 5, verdict, slot, 0, SLOT / 4);
    const got: (number | null)[] = [];
    reader.read((event) => got.push(event.verdict));
    expect(got).toEqual([null, 0, 1, -14]);
  });

  it("delivers at most what it is asked for and goes on where it stopped", () => {
    const shape = createJournal(SLOT, 64);
    const writer = new JournalWriter(shape);
    const reader = new JournalReader(shape, SLOT);
    const slot = new Int32Array(SLOT / 4);
    for (let i = 0; i < 10; i++) writer.write(0, i, i, null, slot, 0, SLOT / 4);
    const got: number[] = [];
    reader.read((event) => got.push(event.index), 4);
    reader.read((event) => got.push(event.index), 100);
    expect(got).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});
