// SPDX-License-Identifier: MIT
// What is left of everything on a very small screen: role, rings, rates, what is stuck, what is wrong.

import { decode, isUnknown } from "../abi/codec.js";
import { eventText } from "../features/event-text.js";
import { slotAnomaly } from "../features/frame-anomalies.js";
import { BOLD, type Cells, CYAN, PLAIN, RED, type Region, YELLOW } from "./cells.js";
import { lifeRows } from "./command-life.js";
import { eventsTitle, paintEvents } from "./event-list.js";
import { commandRate, heldMark, missed } from "./header.js";
import {
  ageAttributes,
  inFlightTitle,
  paintInFlight,
  shortInFlightTitle,
} from "./in-flight-list.js";
import { inspect } from "./inspected.js";
import { inspectorTitle, paintInspector } from "./inspector.js";
import { SMALLEST } from "./layout.js";
import type { ScreenModel } from "./model.js";
import type { ViewState } from "./view-state.js";

type Line = readonly [text: string, attributes: number];

function ringText(model: ScreenModel, ring: "kuring" | "ukring"): string {
  const look = model.look[ring];
  const { producerSlot, consumerSlot } = look.positions;
  const place = (slot: number | null): string => (slot === null ? "?" : String(slot));
  return `${ring} ${look.occupied} publ.  p ${place(producerSlot)}  c ${place(consumerSlot)}`;
}

function lines(model: ScreenModel, filtered: boolean): Line[] {
  const { flight, anomalies, timeout } = model;
  const [first] = anomalies;
  const oldest = ageAttributes(flight.oldestMs, timeout.ms);
  const wrong = first
    ? `${anomalies.length} wrong: ${first.hazard ?? ""} ${first.ring} ${first.slot}`
    : "0 wrong";
  const all: Line[] = [
    [model.device, CYAN | BOLD],
    [model.owner, BOLD],
    [heldMark(model), YELLOW | BOLD],
    [`${commandRate(model)}   ${missed(model)}`, PLAIN],
    [shortInFlightTitle(model, filtered), oldest],
    [wrong, first ? RED | BOLD : PLAIN],
  ];
  return all.filter(([text]) => text !== "");
}

/** What a slot holds, in as few lines as can be. */
function slotLines(model: ScreenModel, state: ViewState): Line[] {
  const shown = inspect(state, model);
  const { ring, slot, bytes, overwritten } = shown;
  if (!bytes) return [[`slot ${slot}: never used`, PLAIN]];
  const { dialect, look } = model;
  const event = decode(dialect, bytes, dialect.headerSize);
  const cid = !isUnknown(event) && "cid" in event ? ` cid ${event.cid}` : "";
  const type = isUnknown(event) ? "" : ` ${event.type}`;
  const anomaly = overwritten ? null : slotAnomaly(look[ring], slot);
  const life = lifeRows(shown, model).at(-1);
  return [
    [`slot ${slot}:${type}${cid}`, BOLD],
    anomaly ? [`${anomaly.hazard ?? "!"} ${anomaly.text}`, RED | BOLD] : [eventText(event), PLAIN],
    ...(life ? [[`${life.name} ${life.value}`, PLAIN] as const] : []),
  ];
}

function paintLines(cells: Cells, { x, y, width, height }: Region, lines: readonly Line[]): void {
  lines.slice(0, height).forEach(([text, attributes], i) => {
    cells.field(x, y + i, width, text, attributes);
  });
}

/** What is shown of the panel in focus: its title, then as much of it as fits. */
function paintFocused(cells: Cells, region: Region, model: ScreenModel, state: ViewState): void {
  const { x, y, width, height } = region;
  const { focus } = state;
  const put = (text: string): number => cells.field(x, y, width, `>${text}`, CYAN | BOLD);
  const rest = { ...region, y: y + 1, height: height - 1 };
  if (focus === "events") {
    put(eventsTitle(model, state));
    paintEvents(cells, rest, model, state);
  } else if (focus === "flight") {
    put(inFlightTitle(model, state.filter !== null));
    paintInFlight(cells, rest, model, state);
  } else if (focus === "fields") {
    put(inspectorTitle(inspect(state, model)));
    paintInspector(cells, rest, model, state);
  } else {
    put(ringText(model, focus));
    paintLines(cells, rest, slotLines(model, state));
  }
}

/** Fewer lines tell nothing of a panel. */
const FEWEST = 2;

/** The most telling lines first; below them what the focus is on. */
export function paintSummary(
  cells: Cells,
  region: Region,
  model: ScreenModel,
  state: ViewState,
): void {
  const { x, y, width, height } = region;
  const told = lines(model, state.filter !== null).slice(0, height);
  paintLines(cells, region, told);
  const left = height - told.length;
  if (left < FEWEST) return;
  const rest = { x, y: y + told.length, width, height: left };
  paintFocused(cells, rest, model, state);
}

/** For sizes where nothing fits. */
export function paintTooSmall(cells: Cells): void {
  const text = `terminal too small: ${SMALLEST.columns}x${SMALLEST.rows} needed`;
  for (let y = 0; y * cells.columns < text.length && y < cells.rows; y++) {
    cells.put(0, y, text.slice(y * cells.columns, (y + 1) * cells.columns));
  }
}
