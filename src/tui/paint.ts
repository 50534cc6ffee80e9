// SPDX-License-Identifier: MIT
// Draws what changes by itself straight into the cells, over the frame that Ink laid out.

import { BOLD, type Cells, INVERSE, type Region, YELLOW } from "./cells.js";
import { paintHeader, paintRingTitle } from "./header.js";
import { inspect, relatedSlots } from "./inspected.js";
import type { FullLayout, Layout } from "./layout.js";
import { type Message, paintMessage } from "./message.js";
import type { ScreenModel } from "./model.js";
import { paintPanels } from "./panels.js";
import { paintRingMap } from "./ring-map.js";
import type { ScreenCost } from "./screen-cost.js";
import { paintSeparators } from "./separators.js";
import { paintSummary, paintTooSmall } from "./summary.js";
import type { ViewState } from "./view-state.js";

export interface Painting {
  readonly layout: Layout;
  readonly model: ScreenModel;
  readonly state: ViewState;
  /** Events that came since the view was frozen. */
  readonly behind: number;
  /** What lies in front, as Ink laid it out. */
  readonly front: {
    readonly region: Region;
    readonly title: string;
    readonly laidOut: Cells;
    readonly paint: ((cells: Cells, inside: Region) => void) | null;
  } | null;
  readonly message: Message | null;
  /** What the screen itself costs; null: not shown. */
  readonly cost: ScreenCost | null;
}

export function paint(cells: Cells, painting: Painting): void {
  const { layout, model, state, behind, front, message, cost } = painting;
  if (layout.kind === "tooSmall") {
    paintTooSmall(cells);
    return;
  }
  if (layout.kind === "summary") paintSummary(cells, layout.body, model, state);
  else paintFull(cells, layout, model, state, cost);
  if (front) {
    cells.copyRegion(front.laidOut, front.region);
    const { x, y, width, height } = front.region;
    cells.put(x + 2, y, ` ${front.title} `, BOLD, Math.max(0, width - 4));
    front.paint?.(cells, { x: x + 1, y: y + 1, width: width - 2, height: height - 2 });
  }
  if (state.frozen) paintFrozen(cells, layout.keys, behind);
  if (message) paintMessage(cells, layout.keys, message);
}

function paintFrozen(cells: Cells, y: number, behind: number): void {
  const text = ` FROZEN, behind by ${behind} `;
  const width = Math.min(text.length, cells.columns);
  cells.field(cells.columns - width, y, width, text, YELLOW | BOLD | INVERSE);
}

function paintFull(
  cells: Cells,
  layout: FullLayout,
  model: ScreenModel,
  state: ViewState,
  cost: ScreenCost | null,
): void {
  paintHeader(cells, layout.header, model, cost);
  const shown = inspect(state, model);
  const related = relatedSlots(shown, model);
  for (const ring of ["kuring", "ukring"] as const) {
    const place = layout[ring];
    paintRingTitle(cells, place.title, model, model.look[ring], state.focus === ring);
    const selected = shown.ring === ring ? shown.slot : -1;
    const held = ring === "kuring" ? model.heldSlots : null;
    const marks = { selected, related: related[ring], held };
    paintRingMap(cells, place, model.look[ring], model.nowNs, marks);
  }
  paintSeparators(cells, layout);
  paintPanels(cells, layout, model, state);
}
