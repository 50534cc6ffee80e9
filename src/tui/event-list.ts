// SPDX-License-Identifier: MIT
// The latest events in time order, newest at the bottom.

import { decode, isUnknown } from "../abi/codec.js";
import { eventText } from "../features/event-text.js";
import type { PastEvent } from "../session/event-history.js";
import { BOLD, type Cells, DIM, PLAIN, RED, type Region } from "./cells.js";
import type { ScreenModel } from "./model.js";
import { kindOf } from "./slot-fields-text.js";

const LETTERS = ["R", "M", "Q", "D", "T"];

/** Seconds of CLOCK_MONOTONIC within the last 1000: `947.420113`. */
function timeText(tNs: number): string {
  return ((tNs / 1e9) % 1000).toFixed(6).padStart(10);
}

function paintEvent(cells: Cells, region: Region, y: number, model: ScreenModel, past: PastEvent) {
  const event = decode(model.dialect, past.slot, model.dialect.headerSize);
  const letter = LETTERS[kindOf(event)] ?? "!";
  const slot = past.index % model.dialect.nrEntry;
  const cid = !isUnknown(event) && "cid" in event ? `cid ${event.cid}` : "";
  const refused = past.verdict !== null && past.verdict < 0;
  let x = region.x + 1;
  if (model.timed) x = cells.put(x, y, timeText(past.tNs), DIM) + 1;
  x = cells.put(x, y, letter, refused ? RED | BOLD : BOLD) + 1;
  x = cells.fieldRight(x, y, 3, String(slot)) + 1;
  const tail = 15;
  const room = region.x + region.width - x - tail;
  const text = refused ? `refused ${past.verdict}: ${eventText(event)}` : eventText(event);
  x = cells.field(x, y, room, text, refused ? RED : PLAIN) + 1;
  cells.field(x, y, tail - 1, cid);
}

/** As many of the latest as fit. */
export function paintEvents(cells: Cells, region: Region, model: ScreenModel): void {
  const shown = model.events.slice(-region.height);
  shown.forEach((past, i) => {
    paintEvent(cells, region, region.y + i, model, past);
  });
}
