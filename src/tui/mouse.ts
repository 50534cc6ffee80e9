// SPDX-License-Identifier: MIT
// The mouse, where it is asked for: its reports read, and what on the screen they point at.
import type { RingName } from "../abi/event.js";
import type { Region } from "./cells.js";
import { shownFlight } from "./flight-rows.js";
import type { KeyRow } from "./keys.js";
import { LABEL_WIDTH, type Layout, type MapLayout } from "./layout.js";
import type { ScreenModel } from "./model.js";
import type { Named } from "./named.js";
import type { Focus, ViewState } from "./view-state.js";

/** For the help and the man page: no keys. */
export const MOUSE_ROWS: readonly KeyRow[] = [
  mouseRow("click", "select the slot, row or panel there (--mouse)"),
  mouseRow("wheel", "scroll what the arrows move in (--mouse)"),
];

function mouseRow(shown: string, help: string): KeyRow {
  return { keys: [], action: "goTo", shown, help, line: null, needs: "nothing" };
}

/** Presses and wheel only (1000), coordinates as numbers (1006). */
export const MOUSE_ON = "\x1b[?1000h\x1b[?1006h";

export type MouseReport =
  | { readonly kind: "click"; readonly x: number; readonly y: number }
  | { readonly kind: "wheel"; readonly by: 1 | -1 };

const REPORT = /^\[<(\d{1,4});(\d{1,4});(\d{1,4})([Mm])$/;
/** xterm's button codes; bits 2 to 4 are Shift, Meta, Ctrl: those are the terminal's own selection. */
const [LEFT, WHEEL_UP, WHEEL_DOWN] = [0, 64, 65];

/** CSI without its ESC; null: nothing that is acted upon. */
export function readMouse(input: string): MouseReport | null {
  const [, code, column, row, ends] = REPORT.exec(input) ?? [];
  if (ends !== "M") return null;
  const button = Number(code);
  if (button === WHEEL_UP || button === WHEEL_DOWN) {
    return { kind: "wheel", by: button === WHEEL_DOWN ? 1 : -1 };
  }
  if (button !== LEFT) return null;
  return { kind: "click", x: Number(column) - 1, y: Number(row) - 1 };
}

export type Target =
  | { readonly kind: "slot"; readonly ring: RingName; readonly slot: number }
  | { readonly kind: "event"; readonly number: number }
  | { readonly kind: "flight"; readonly name: Named }
  | { readonly kind: "panel"; readonly focus: Focus };

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** What was shown at `point`; null: nothing that can be selected. */
export function targetAt(
  point: Point,
  layout: Layout,
  model: ScreenModel,
  state: ViewState,
): Target | null {
  if (layout.kind !== "full") return null;
  for (const ring of ["kuring", "ukring"] as const) {
    if (isIn(point, layout[ring].title)) return { kind: "panel", focus: ring };
    if (isIn(point, layout[ring].map)) return slotAt(point, layout[ring], ring, model);
  }
  const { list, inspector, events, sideBySide } = layout;
  if (!sideBySide) {
    if (!isIn(point, inspector)) return null;
    const focus = state.focus === "events" || state.focus === "flight" ? state.focus : "fields";
    return rowAt(point, inspector, focus, model, state);
  }
  if (isIn(point, inspector)) return { kind: "panel", focus: "fields" };
  if (events && isIn(point, events)) return rowAt(point, events, "events", model, state);
  if (!isIn(point, list)) return null;
  const focus = !events && state.focus === "events" ? "events" : "flight";
  return rowAt(point, list, focus, model, state);
}

function isIn({ x, y }: Point, region: Region): boolean {
  const { x: left, y: top, width, height } = region;
  return x >= left && x < left + width && y >= top && y < top + height;
}

function slotAt({ x, y }: Point, at: MapLayout, ring: RingName, model: ScreenModel): Target {
  const { map, perLine, slotsPerCell } = at;
  const cell = x - map.x - LABEL_WIDTH;
  const slot = ((y - map.y) * perLine + cell) * slotsPerCell;
  const isSlot = cell >= 0 && cell < perLine && slot < model.dialect.nrEntry;
  return isSlot ? { kind: "slot", ring, slot } : { kind: "panel", focus: ring };
}

function rowAt(
  { y }: Point,
  region: Region,
  focus: "events" | "flight" | "fields",
  model: ScreenModel,
  state: ViewState,
): Target {
  if (focus === "events") {
    const number = model.book.window(state.event, region.height)[y - region.y];
    if (number !== undefined) return { kind: "event", number };
  } else if (focus === "flight") {
    const { top, rows, names } = shownFlight(region, model, state);
    const name = y < top + rows.length ? names[y - top] : undefined;
    if (name) return { kind: "flight", name };
  }
  return { kind: "panel", focus };
}
