// SPDX-License-Identifier: MIT
// The lines above the maps: who looks at what, how fast it goes, where each ring stands.

import { missedText, positionText } from "../features/frame-text.js";
import { ageText, rateText } from "../features/frame-units.js";
import type { RingLook } from "../session/rings-look.js";
import { BOLD, type Cells, CYAN, PLAIN, RED, type Region, YELLOW } from "./cells.js";
import type { ScreenModel } from "./model.js";

const CMD_REQ = 2;

/** `104k cmd/s`: requests, the rate everything else follows. */
export function commandRate(model: ScreenModel): string {
  return `${rateText(model.rates[CMD_REQ] ?? 0)} cmd/s`;
}

export function missed(model: ScreenModel): string {
  // in the room of twenty columns
  return model.missed === null
    ? `missed at least ${rateText(model.missedAtLeast)}`
    : missedText(model.missed, model.missed);
}

function missedAttributes(model: ScreenModel): number {
  return model.missedAtLeast === 0 ? PLAIN : YELLOW | BOLD;
}

/** `half in 143 us, 99 % in 1 ms`. */
export function serviceText(model: ScreenModel): string {
  const { service } = model;
  if (!service) return "";
  return `answered: 50 % in ${ageText(service.p50 / 1e6)}, 99 % in ${ageText(service.p99 / 1e6)}`;
}

/** `HELD 32`; empty where nothing is kept back. */
export function heldMark({ hold }: ScreenModel): string {
  return hold ? `HELD ${hold.held}` : "";
}

/** One line where the screen is wide, two where it is not. */
export function paintHeader(cells: Cells, region: Region, model: ScreenModel): void {
  const { width, y } = region;
  cells.field(0, y, 10, " tgtctl", BOLD);
  const last = y + region.height - 1;
  const right = 36;
  const held = heldMark(model);
  const { dialect, owner } = model;
  const room = (last === y ? width - right : width) - 9;
  let x = cells.put(9, y, model.device, CYAN | BOLD, Math.max(8, width - 50));
  const needed =
    x - 9 + 5 + dialect.name.length + owner.length + (held === "" ? 0 : 2 + held.length);
  // that the target is held matters more than the layout of its slots
  if (needed <= room) x = cells.put(x + 2, y, dialect.name);
  x = cells.put(x + 3, y, owner, BOLD);
  if (held !== "") x = cells.put(x + 2, y, held, YELLOW | BOLD);
  if (region.height === 1) {
    cells.field(x + 3, y, width - right - 1 - (x + 3), model.units);
  } else {
    cells.field(9, last, width - right - 10, model.units || serviceText(model));
  }
  cells.fieldRight(width - right, last, 15, commandRate(model), BOLD);
  cells.fieldRight(width - 21, last, 20, missed(model), missedAttributes(model));
}

function extras(model: ScreenModel, look: RingLook): string {
  const { counters } = model;
  if (!counters) return "";
  return look.name === "kuring"
    ? `full ${rateText(counters.full)}  wake-ups ${rateText(counters.wakeups)}`
    : `doorbells ${rateText(counters.doorbells)}`;
}

/** The title line of one ring's map. */
export function paintRingTitle(
  cells: Cells,
  region: Region,
  model: ScreenModel,
  look: RingLook,
  focused: boolean,
): void {
  const { y, width } = region;
  const { producerIndex, producerSlot, consumerIndex, consumerSlot, why } = look.positions;
  const wide = width >= 100;
  const way = look.name === "kuring" ? "kernel -> user" : "user -> kernel";
  let x = cells.put(0, y, `${focused ? ">" : " "}${look.name}`, focused ? BOLD | CYAN : BOLD);
  x = wide ? cells.field(x + 1, y, 15, way) : x + 2;
  if (producerSlot === null && why !== null) {
    x = cells.field(x, y, 62, why);
  } else {
    x = cells.put(x, y, "produced ");
    x = cells.field(x, y, 22, positionText(producerIndex, producerSlot));
    x = cells.put(x, y, "consumed ");
    x = cells.field(x, y, 22, positionText(consumerIndex, consumerSlot));
  }
  const full = look.occupied === look.status.length;
  x = cells.fieldRight(x, y, 3, String(look.occupied), full ? RED | BOLD : PLAIN);
  x = cells.put(x, y, " publ.");
  if (wide) cells.put(x + 2, y, extras(model, look), PLAIN, width - x - 2);
}
