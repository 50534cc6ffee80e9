// SPDX-License-Identifier: MIT
// The lines between the panels.

import type { Cells } from "./cells.js";
import { HORIZONTAL, TEE_DOWN, TEE_LEFT, VERTICAL } from "./glyphs.js";
import type { FullLayout } from "./layout.js";

function horizontal(cells: Cells, y: number, width: number): void {
  cells.put(0, y, HORIZONTAL.repeat(width));
}

export function paintSeparators(cells: Cells, layout: FullLayout): void {
  const { separator, sideBySide, list, inspector, events, size } = layout;
  horizontal(cells, separator, size.columns);
  if (!sideBySide) return;
  const x = list.width;
  cells.put(x, separator, TEE_DOWN);
  for (let i = 0; i < inspector.height; i++) cells.put(x, inspector.y + i, VERTICAL);
  if (events === null) return;
  horizontal(cells, list.y - 1, list.width);
  cells.put(x, list.y - 1, TEE_LEFT);
}
