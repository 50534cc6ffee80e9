// SPDX-License-Identifier: MIT
// What the cells' colours become on a terminal.

import { COLOR_MASK, COLOR_SHIFT } from "./cells.js";
import type { Glyphs } from "./glyphs.js";

export interface Theme {
  readonly name: string;
  /** SGR parameters by colour 0..15; null: no colours at all. */
  readonly colors: readonly string[] | null;
}

/** How the cells are written to one terminal. */
export interface Style {
  readonly theme: Theme;
  readonly glyphs: Glyphs;
}

const SIXTEEN: Theme = {
  name: "16",
  colors: Array.from({ length: 16 }, (_, n) => String(n < 8 ? 30 + n : 82 + n)),
};
const MONO: Theme = { name: "mono", colors: null };

export const THEMES: Readonly<Record<"16" | "mono", Theme>> = { "16": SIXTEEN, mono: MONO };

/** SGR parameters of a cell's colour, "" where it has none. */
export function colorParameters(attributes: number, { colors }: Theme): string {
  const place = ((attributes & COLOR_MASK) >> COLOR_SHIFT) - 1;
  return place < 0 ? "" : (colors?.[place] ?? "");
}
