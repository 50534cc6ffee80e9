// SPDX-License-Identifier: MIT
// What the cells' colours become on a terminal.

import { COLOR_MASK, COLOR_SHIFT } from "./cells.js";
import type { Glyphs } from "./glyphs.js";

export const THEME_NAMES = ["16", "truecolor", "colorblind", "mono"] as const;
export type ThemeName = (typeof THEME_NAMES)[number];

export interface Theme {
  readonly name: ThemeName;
  /** SGR parameters by colour 0..15; null: no colours at all. */
  readonly colors: readonly string[] | null;
}

/** How the cells are written to one terminal. */
export interface Style {
  readonly theme: Theme;
  readonly glyphs: Glyphs;
}

// black red green yellow blue magenta cyan white, then the same bright
const SIXTEEN = Array.from({ length: 16 }, (_, n) => String(n < 8 ? 30 + n : 82 + n));

/** Even in lightness on black and readable on white; few digits, as each change of colour costs them. */
const TRUE_COLOR = [
  [0, 0, 0],
  [255, 80, 80],
  [80, 200, 80],
  [230, 180, 0],
  [90, 150, 255],
  [220, 110, 220],
  [0, 190, 200],
  [200, 200, 200],
  [99, 99, 99],
  [255, 130, 130],
  [140, 230, 140],
  [255, 220, 90],
  [150, 190, 255],
  [240, 160, 240],
  [99, 230, 240],
  [255, 255, 255],
].map((rgb) => `38;2;${rgb.join(";")}`);

/**
 * Of the 256 colours: wrong is orange and right is blue; whoever confuses red and green tells all of
 * them apart, also by lightness.
 */
const COLOR_BLIND = [
  16, 208, 33, 227, 69, 219, 123, 252, 244, 214, 75, 230, 111, 225, 159, 231,
].map((n) => `38;5;${n}`);

export const THEMES: Readonly<Record<ThemeName, Theme>> = {
  "16": { name: "16", colors: SIXTEEN },
  truecolor: { name: "truecolor", colors: TRUE_COLOR },
  colorblind: { name: "colorblind", colors: COLOR_BLIND },
  mono: { name: "mono", colors: null },
};

export function isThemeName(name: unknown): name is ThemeName {
  return THEME_NAMES.includes(name as ThemeName);
}

/** SGR parameters of a cell's colour, "" where it has none. */
export function colorParameters(attributes: number, { colors }: Theme): string {
  const place = ((attributes & COLOR_MASK) >> COLOR_SHIFT) - 1;
  return place < 0 ? "" : (colors?.[place] ?? "");
}
