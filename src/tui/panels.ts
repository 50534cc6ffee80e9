// SPDX-License-Identifier: MIT
// The panels below the ring maps: events, commands in flight, the inspector; side by side, or the one in focus.

import { BOLD, type Cells, CYAN, PLAIN } from "./cells.js";
import { eventsTitle, paintEvents } from "./event-list.js";
import { inFlightTitle, paintInFlight, shortInFlightTitle } from "./in-flight-list.js";
import { inspect } from "./inspected.js";
import { inspectorTitle, paintInspector } from "./inspector.js";
import type { FullLayout } from "./layout.js";
import type { ScreenModel } from "./model.js";
import type { Focus, ViewState } from "./view-state.js";

/** Columns before a title in its separator. */
const TITLE_INDENT = 4;

interface Title {
  readonly x: number;
  readonly y: number;
  /** Columns of its panel. */
  readonly width: number;
}

function title(cells: Cells, { x, y, width }: Title, text: string, focused: boolean): void {
  const room = Math.max(0, width - TITLE_INDENT - 3);
  const shown = text.length > room ? `${text.slice(0, Math.max(0, room - 1))}~` : text;
  const attributes = focused ? BOLD | CYAN : PLAIN;
  cells.put(x + TITLE_INDENT, y, `${focused ? ">" : " "}${shown} `, attributes, width);
}

type Panel = "events" | "flight" | "inspector";

function panelOf(focus: Focus): Panel {
  return focus === "events" || focus === "flight" ? focus : "inspector";
}

function titleOf(panel: Panel, model: ScreenModel, state: ViewState): string {
  if (panel === "events") return eventsTitle(model, state);
  if (panel === "flight") return inFlightTitle(model, state.filter !== null);
  return inspectorTitle(inspect(state, model));
}

const PAINTERS: Readonly<Record<Panel, typeof paintEvents>> = {
  events: paintEvents,
  flight: paintInFlight,
  inspector: paintInspector,
};

export function paintPanels(
  cells: Cells,
  layout: FullLayout,
  model: ScreenModel,
  state: ViewState,
): void {
  const { list, inspector, events, separator, sideBySide } = layout;
  const focused = panelOf(state.focus);
  if (!sideBySide) {
    const short = shortInFlightTitle(model, state.filter !== null);
    const aside = focused === "flight" ? "" : short;
    const width = cells.columns - (aside ? aside.length + 6 : 0);
    title(cells, { x: 0, y: separator, width }, titleOf(focused, model, state), true);
    if (aside) cells.put(width, separator, ` ${aside} `, PLAIN);
    PAINTERS[focused](cells, inspector, model, state);
    return;
  }
  const panel = (which: Panel, region: typeof list): void => {
    const at = { x: region.x, y: region.y - 1, width: region.width };
    const isFocused = which === "inspector" ? state.focus === "fields" : which === focused;
    title(cells, at, titleOf(which, model, state), isFocused);
    PAINTERS[which](cells, region, model, state);
  };
  panel("inspector", inspector);
  if (events) {
    panel("events", events);
    panel("flight", list);
  } else panel(focused === "events" ? "events" : "flight", list);
}
