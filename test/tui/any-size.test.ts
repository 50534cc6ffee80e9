// SPDX-License-Identifier: MIT
// No size and no bytes in a ring break the screen: nothing but printable ASCII, our few glyphs and our
// own sequences.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SEED_X86_64 } from "../../src/abi/seed.js";
import { Cells, cellAttributes, cellCharacter } from "../../src/tui/cells.js";
import { diffCells } from "../../src/tui/diff.js";
import { layoutFor, saneSize } from "../../src/tui/layout.js";
import { modelParts, type ScreenModel, takeModel } from "../../src/tui/model.js";
import { paint } from "../../src/tui/paint.js";
import { type Style, THEMES } from "../../src/tui/theme.js";
import { type Focus, INITIAL_VIEW, type ViewState } from "../../src/tui/view-state.js";
import { busyScene } from "./scenes.js";

const SEED_TYPES = Object.values(SEED_X86_64.events).map(({ type }) => type);
const OURS = /\x1b\[[0-9;]*[mHJC]/g;

const UNICODE: Style = { theme: THEMES["16"], glyphs: "unicode" };
const ASCII: Style = { theme: THEMES.mono, glyphs: "ascii" };
const GLYPHS = "─│┌┐└┘├┤┬┴┼▁▂▃▄▅▆▇█▶▲▼…·";

function expectClean(cells: Cells): void {
  const [unicode, ascii] = [UNICODE, ASCII].map((s) => diffCells(null, cells, s).replace(OURS, ""));
  expect(ascii).toMatch(/^[\x20-\x7e]*$/);
  expect(unicode).toMatch(new RegExp(`^[\\x20-\\x7e${GLYPHS}]*$`));
}

describe("sizes", () => {
  it("takes nonsense for 80x24", () => {
    for (const [columns, rows] of [
      [0, 0],
      [undefined, undefined],
      [80, 0],
      [65535, 65535],
      [-1, 24],
    ] as const) {
      expect(saneSize(columns, rows)).toEqual({ columns: 80, rows: 24 });
    }
    expect(saneSize(132, 50)).toEqual({ columns: 132, rows: 50 });
  });

  it("fits every region of every size into the screen", () => {
    const size = fc.record({
      columns: fc.integer({ min: 1, max: 300 }),
      rows: fc.integer({ min: 1, max: 120 }),
    });
    fc.assert(
      fc.property(size, ({ columns, rows }) => {
        const layout = layoutFor({ columns, rows }, 512);
        if (layout.kind !== "full") return;
        const { header, kuring, ukring, list, inspector, events } = layout;
        for (const region of [header, kuring.map, ukring.map, list, inspector, events]) {
          if (!region) continue;
          expect(region.x + region.width).toBeLessThanOrEqual(columns);
          expect(region.y + region.height).toBeLessThanOrEqual(rows - 1);
          expect(region.height).toBeGreaterThan(0);
        }
        for (const map of [kuring, ukring]) {
          expect(map.perLine * map.slotsPerCell * map.map.height).toBeGreaterThanOrEqual(512);
          expect(map.perLine + 5).toBeLessThanOrEqual(columns);
        }
      }),
      { numRuns: 500 },
    );
  });
});

/** Paints, and holds every line to its columns. */
function paintChecked(
  size: readonly [number, number],
  model: ScreenModel,
  state: ViewState,
): Cells {
  const [columns, rows] = size;
  const cells = new Cells(columns, rows);
  const layout = layoutFor({ columns, rows }, 512);
  paint(cells, { layout, model, state, behind: 3, front: null, message: null, cost: null });
  expectClean(cells);
  if (layout.kind !== "full") return cells;
  const { list, inspector, events, separator, sideBySide } = layout;
  const drawn = (x: number, y: number): string => cellCharacter(cells.at(x, y), "unicode");
  expect(drawn(0, separator)).toBe("─");
  if (!sideBySide) return cells;
  for (let y = inspector.y; y < inspector.y + inspector.height; y++) {
    const isCrossing = events !== null && y === list.y - 1;
    if (drawn(list.width, y) !== (isCrossing ? "┤" : "│")) expect.unreachable(`row ${y}`);
  }
  return cells;
}

const SIZES = [
  [120, 40],
  [200, 60],
  [100, 17],
  [80, 24],
  [61, 17],
  [40, 10],
  [20, 5],
] as const;
const FOCUSES: readonly Focus[] = ["kuring", "ukring", "events", "flight", "fields"];

/** Small, quick, and the same every time. */
function randomWords(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  };
}

const SOAK = process.env.TGTCTL_SOAK === "1";

describe("hostile bytes", () => {
  const anySlot = fc.record({
    at: fc.integer({ min: 0, max: 1023 }),
    bytes: fc.uint8Array({ minLength: 96, maxLength: 96 }),
    type: fc.option(fc.integer({ min: 0, max: 5 })),
  });

  it("never reach the terminal", () => {
    const { watch, model } = busyScene();
    const parts = modelParts(watch);
    const rings = new Uint8Array(model.rings);
    const view = fc.record({
      size: fc.constantFrom(...SIZES),
      focus: fc.constantFrom(...FOCUSES),
      shown: fc.option(fc.nat({ max: 800 })),
      event: fc.option(fc.nat({ max: 800 })),
      byte: fc.nat({ max: 95 }),
    });
    fc.assert(
      fc.property(
        fc.array(anySlot, { minLength: 20, maxLength: 60 }),
        view,
        (slots, { size, ...chosen }) => {
          for (const { at, bytes, type } of slots) {
            const start = (at >> 9) * 65536 + (at & 511) * 96;
            rings.set(bytes, start);
            if (type !== null) rings.set([type, 0, 0, 0], start + 8);
            if (at < 512) model.telemetry.counters();
          }
          watch.refresh();
          const slot = (slots[0]?.at ?? 0) & 511;
          const ring = chosen.focus === "ukring" ? ("ukring" as const) : ("kuring" as const);
          const state = { ...INITIAL_VIEW, ...chosen, ring, slots: { kuring: slot, ukring: slot } };
          paintChecked(size, takeModel(watch, parts), state);
        },
      ),
      { numRuns: 200 },
    );
  });

  it("of random slots, in the rings and as events, break no panel at any size", () => {
    const rounds = SOAK ? 1000 : 4;
    const { watch, model } = busyScene();
    watch.refresh();
    const parts = modelParts(watch);
    const rings = new Uint32Array(model.rings);
    const random = randomWords(5);
    const types = SEED_TYPES.length;
    for (let round = 0; round < rounds; round++) {
      for (let slot = 0; slot < 1024; slot++) {
        const start = (slot >> 9) * 16384 + (slot & 511) * 24;
        for (let i = 0; i < 24; i++) rings[start + i] = random();
        if (random() % 8) rings[start + 2] = SEED_TYPES[random() % types] ?? 0;
        if (random() % 4) rings[start] = random() % 2;
        const bytes = new Uint8Array(model.rings, start * 4, 96);
        const ring = random() % 2 ? ("kuring" as const) : ("ukring" as const);
        const verdict = ring === "kuring" ? null : -(random() % 40);
        const index = random();
        watch.activity.accept({ ring, index, tNs: Number(model.timeNs), slot: bytes, verdict });
      }
      watch.refresh();
      const shown = takeModel(watch, parts);
      const newest = shown.book.newest - 1;
      for (const size of SIZES) {
        for (const focus of FOCUSES) {
          const slot = random() % 512;
          const state: ViewState = {
            ...INITIAL_VIEW,
            focus,
            ring: random() % 2 ? "kuring" : "ukring",
            slots: { kuring: slot, ukring: slot },
            event: random() % 3 ? newest - (random() % 1024) : null,
            shown: random() % 2 ? newest - (random() % 1024) : null,
            byte: random() % 96,
          };
          paintChecked(size, shown, state);
        }
      }
    }
  }, 600_000);

  it("of every value of every byte of every type break neither inspector nor list", () => {
    const step = SOAK ? 1 : 51;
    const { watch, model } = busyScene();
    watch.refresh();
    const parts = modelParts(watch);
    const slot = new Uint8Array(96);
    let value = 0;
    for (const type of [...SEED_TYPES, 77]) {
      for (let at = 0; at < 96; at++) {
        for (; value < 256; value += step) {
          slot.fill(value % 3 ? 0 : 0xff);
          slot.set([type, 0, 0, 0], 8);
          slot[at] = value;
          const tNs = Number(model.timeNs);
          const ring = type < 2 ? ("ukring" as const) : ("kuring" as const);
          watch.activity.accept({ ring, index: at, tNs, slot, verdict: null });
          const newest = watch.activity.history.count - 1;
          const state: ViewState = { ...INITIAL_VIEW, focus: "fields", shown: newest, byte: at };
          const shown = takeModel(watch, parts);
          paintChecked([80, 24], shown, state);
          if (value % 8 === 0) paintChecked([120, 40], shown, state);
        }
        value -= 256;
      }
    }
  }, 600_000);

  it("are shown as ? where a text holds them", () => {
    const cells = new Cells(20, 1);
    cells.put(0, 0, "a\x1b[2Jb\u009b\u{1f4a9}\n");
    expectClean(cells);
    expect(diffCells(null, cells, ASCII)).toContain("a?[2Jb????");
  });

  it("of all UTF-16 units, only ASCII and the glyphs get into a cell, each one column wide", () => {
    const cells = new Cells(65536, 1);
    for (let unit = 0; unit < 65536; unit++) cells.set(unit, 0, unit, 0);
    for (let unit = 0; unit < 65536; unit++) {
      const own = (unit >= 0x20 && unit <= 0x7e) || GLYPHS.includes(String.fromCharCode(unit));
      const [unicode, ascii] = [UNICODE, ASCII].map((s) =>
        cellCharacter(cells.at(unit, 0), s.glyphs),
      );
      if (unicode !== (own ? String.fromCharCode(unit) : "?")) expect.unreachable(`${unit}`);
      if (!/^[\x20-\x7e]$/.test(ascii ?? "")) expect.unreachable(`${unit} in ASCII`);
    }
  });
});

describe("the diff", () => {
  it("turns any screen into any other on a terminal", async () => {
    const { default: xterm } = await import("@xterm/headless");
    const unit = fc.oneof(
      fc.integer({ min: 32, max: 126 }),
      fc.constantFrom(...Array.from(GLYPHS, (glyph) => glyph.charCodeAt(0))),
    );
    const cell = fc.tuple(unit, fc.integer({ min: 0, max: 0x10f }));
    const grid = fc.array(cell, { minLength: 60, maxLength: 60 });
    const fill = (values: (readonly [number, number])[]): Cells => {
      const cells = new Cells(20, 3);
      values.forEach(([code, attributes], i) => {
        cells.set(i % 20, Math.floor(i / 20), code, attributes);
      });
      return cells;
    };
    await fc.assert(
      fc.asyncProperty(grid, grid, fc.boolean(), async (one, two, sparse) => {
        const before = fill(one);
        const after = fill(sparse ? two.map((c, i) => (i % 7 === 0 ? c : (one[i] ?? c))) : two);
        const show = async (...parts: string[]) => {
          const terminal = new xterm.Terminal({ cols: 20, rows: 3, allowProposedApi: true });
          await new Promise<void>((done) => terminal.write(`\x1b[?7l${parts.join("")}`, done));
          return Array.from({ length: 60 }, (_, i) => {
            const c = terminal.buffer.active.getLine(Math.floor(i / 20))?.getCell(i % 20);
            const weights = [c?.isBold(), c?.isDim(), c?.isUnderline(), c?.isInverse()];
            const bits = weights.reduce((sum: number, is, bit) => sum | ((is ? 1 : 0) << bit), 0);
            return [c?.getChars() || " ", bits, c?.isFgDefault() ? -1 : c?.getFgColor()].join(" ");
          });
        };
        const write = (from: Cells | null, to: Cells) => diffCells(from, to, UNICODE);
        const changed = await show(write(null, before), write(before, after));
        const wanted = Array.from(after.data, (value) => {
          const attributes = cellAttributes(value);
          return [cellCharacter(value, "unicode"), attributes & 15, (attributes >> 4) - 1].join(
            " ",
          );
        });
        expect(changed).toEqual(wanted);
      }),
      { numRuns: 50 },
    );
  });
});
