// SPDX-License-Identifier: MIT
// Draws what changes by itself straight into the cells, over the frame that Ink laid out.

import { BOLD, type Cells, CYAN, INVERSE, PLAIN, type Region, YELLOW } from "./cells.js";
import { paintEvents } from "./event-list.js";
import { paintHeader, paintRingTitle } from "./header.js";
import { inFlightTitle, paintInFlight, shortInFlightTitle } from "./in-flight-list.js";
import { inspectorTitle, paintInspector } from "./inspector.js";
import type { FullLayout, Layout } from "./layout.js";
import { type Message, paintMessage } from "./message.js";
import type { ScreenModel } from "./model.js";
import { paintRingMap } from "./ring-map.js";
import type { ScreenCost } from "./screen-cost.js";
import { paintSeparators } from "./separators.js";
import { paintSummary, paintTooSmall } from "./summary.js";
import type { ViewState } from "./view-state.js";

/** Columns before a title in its separator. */
const TITLE_INDENT = 4;

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
  if (layout.kind === "summary") paintSummary(cells, layout.body, model);
  else paintFull(cells, layout, model, state, cost);
  if (front) {
    cells.copyRegion(front.laidOut, front.region);
    const { x, y, width } = front.region;
    cells.put(x + 2, y, ` ${front.title} `, BOLD, Math.max(0, width - 4));
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
  for (const ring of ["kuring", "ukring"] as const) {
    const place = layout[ring];
    paintRingTitle(cells, place.title, model, model.look[ring], state.focus === ring);
    const selected = state.ring === ring ? state.slots[ring] : -1;
    const held = ring === "kuring" ? model.heldSlots : null;
    paintRingMap(cells, place, model.look[ring], model.nowNs, selected, held);
  }
  paintSeparators(cells, layout);
  if (layout.sideBySide) paintBoth(cells, layout, model, state);
  else paintOne(cells, layout, model, state);
}

function title(cells: Cells, x: number, y: number, text: string, focused: boolean): void {
  const room = cells.columns - x - TITLE_INDENT - 1;
  const attributes = focused ? BOLD | CYAN : PLAIN;
  cells.put(x + TITLE_INDENT, y, ` ${text} `, attributes, room);
}

function paintBoth(cells: Cells, layout: FullLayout, model: ScreenModel, state: ViewState): void {
  const { list, inspector, events, separator } = layout;
  const slot = state.slots[state.ring];
  title(cells, inspector.x, separator, inspectorTitle(state.ring, slot), false);
  paintInspector(cells, inspector, model, state.ring, slot, state.frozen);
  if (events) {
    title(cells, 0, separator, "events", false);
    paintEvents(cells, events, model);
  }
  const focused = state.focus === "list";
  title(cells, 0, list.y - 1, inFlightTitle(model), focused);
  paintInFlight(cells, list, model, state, focused);
}

function paintOne(cells: Cells, layout: FullLayout, model: ScreenModel, state: ViewState): void {
  const { list, inspector, separator } = layout;
  if (state.focus === "list") {
    title(cells, 0, separator, inFlightTitle(model), true);
    paintInFlight(cells, list, model, state, true);
    return;
  }
  const slot = state.slots[state.ring];
  title(cells, 0, separator, inspectorTitle(state.ring, slot), true);
  title(cells, Math.max(30, cells.columns - 40), separator, shortInFlightTitle(model), false);
  paintInspector(cells, inspector, model, state.ring, slot, state.frozen);
}
