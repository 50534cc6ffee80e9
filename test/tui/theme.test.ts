// SPDX-License-Identifier: MIT
// Themes: what is written for a colour, and that nobody has to tell red from green.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  BOLD,
  Cells,
  CYAN,
  color,
  GREEN,
  MAGENTA,
  PLAIN,
  RED,
  YELLOW,
} from "../../src/tui/cells.js";
import { diffCells } from "../../src/tui/diff.js";
import { colorParameters, THEME_NAMES, THEMES, type Theme } from "../../src/tui/theme.js";

const BLUE = color(4);

describe("every theme", () => {
  it.each(THEME_NAMES)("%s writes SGR of its own kind only", (name) => {
    const shape = {
      "16": /^(3[0-7]|9[0-7])$/,
      truecolor: /^38;2;\d{1,3};\d{1,3};\d{1,3}$/,
      colorblind: /^38;5;\d{1,3}$/,
      mono: /^$/,
    }[name];
    const all = Array.from({ length: 16 }, (_, n) => colorParameters(color(n), THEMES[name]));
    for (const parameters of all) expect(parameters).toMatch(shape);
    expect(new Set(all).size).toBe(name === "mono" ? 1 : 16);
    expect(colorParameters(BOLD, THEMES[name])).toBe("");
  });

  it("changes a colour without taking back what stays", () => {
    const cells = new Cells(3, 1);
    cells.put(0, 0, "a", RED | BOLD);
    cells.put(1, 0, "b", GREEN | BOLD);
    cells.put(2, 0, "c", PLAIN);
    const before = new Cells(3, 1);
    const write = (name: keyof typeof THEMES) =>
      diffCells(before, cells, { theme: THEMES[name], glyphs: "ascii" });
    expect(write("16")).toBe("\x1b[1;1H\x1b[1;31ma\x1b[32mb\x1b[0mc");
    expect(write("mono")).toBe("\x1b[1;1H\x1b[1mab\x1b[0mc");
  });

  it("mono never writes a colour", () => {
    const grid = fc.array(fc.tuple(fc.integer({ min: 32, max: 126 }), fc.nat(0x10f)), {
      minLength: 40,
      maxLength: 40,
    });
    fc.assert(
      fc.property(grid, (values) => {
        const cells = new Cells(20, 2);
        values.forEach(([code, attributes], i) => {
          cells.set(i % 20, Math.floor(i / 20), code, attributes);
        });
        const bytes = diffCells(null, cells, { theme: THEMES.mono, glyphs: "ascii" });
        for (const [, parameters = ""] of bytes.matchAll(/\x1b\[([0-9;]*)m/g)) {
          expect(parameters).toMatch(/^[01247](;[1247])*$/);
        }
      }),
    );
  });
});

type Rgb = readonly [number, number, number];

/** Of the 256 colours from 16 on: the cube, then greys. */
function rgbOf(theme: Theme, attributes: number): Rgb {
  const [kind, ...rest] = colorParameters(attributes, theme).split(";").slice(1).map(Number);
  if (kind === 2) return rest as unknown as Rgb;
  const n = (rest[0] ?? 0) - 16;
  const level = (step: number): number => (step === 0 ? 0 : 55 + 40 * step);
  if (n >= 216) return [8 + 10 * (n - 216), 8 + 10 * (n - 216), 8 + 10 * (n - 216)];
  return [level(Math.floor(n / 36)), level(Math.floor(n / 6) % 6), level(n % 6)];
}

/** Machado, Oliveira, Fernandes 2009, severity 1, on linear light. */
const CONFUSIONS = {
  protanopia: [
    0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998,
  ],
  deuteranopia: [
    0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881,
  ],
} as const;

function seen(rgb: Rgb, matrix: readonly number[]): number[] {
  const linear = rgb.map((c) =>
    c / 255 <= 0.04045 ? c / 3294.6 : ((c / 255 + 0.055) / 1.055) ** 2.4,
  );
  return [0, 3, 6].map((row) => {
    const sum = linear.reduce((all, c, i) => all + c * (matrix[row + i] ?? 0), 0);
    return Math.max(0, Math.min(1, sum));
  });
}

function lab(linear: readonly number[]): number[] {
  const [r = 0, g = 0, b = 0] = linear;
  const f = (t: number): number => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116);
  const x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505);
  const y = f(0.2126 * r + 0.7152 * g + 0.0722 * b);
  const z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

function distance(theme: Theme, one: number, other: number, matrix: readonly number[]): number {
  const [a, b] = [one, other].map((c) => lab(seen(rgbOf(theme, c), matrix)));
  return Math.hypot(...(a ?? []).map((v, i) => v - (b?.[i] ?? 0)));
}

/** What stands beside each other on the screen and differs in meaning. */
const PAIRS = [
  [RED, GREEN],
  [RED, YELLOW],
  [RED, CYAN],
  [RED, BLUE],
  [RED, MAGENTA],
  [GREEN, YELLOW],
  [GREEN, MAGENTA],
  [CYAN, BLUE],
  [CYAN, YELLOW],
  [BLUE, YELLOW],
] as const;
/** CIE 1976; 2.3 is just visible, and cells are small. */
const TELLS_APART = 25;

describe.each(Object.entries(CONFUSIONS))("colorblind, %s", (_, matrix) => {
  it("keeps apart what means something else", () => {
    for (const [one, other] of PAIRS) {
      expect(distance(THEMES.colorblind, one, other, matrix)).toBeGreaterThan(TELLS_APART);
    }
  });
});

it("the measure finds the confusion in a theme for everybody", () => {
  const { deuteranopia, protanopia } = CONFUSIONS;
  const worst = PAIRS.flatMap(([one, other]) =>
    [deuteranopia, protanopia].map((matrix) => distance(THEMES.truecolor, one, other, matrix)),
  );
  expect(Math.min(...worst)).toBeLessThan(TELLS_APART);
});
