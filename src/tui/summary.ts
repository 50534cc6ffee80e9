// SPDX-License-Identifier: MIT
// What is left of everything on a very small screen: role, rings, rates, what is stuck, what is wrong.

import { BOLD, type Cells, CYAN, PLAIN, RED, type Region, YELLOW } from "./cells.js";
import { commandRate, heldMark, missed, serviceText } from "./header.js";
import { ageAttributes, shortInFlightTitle } from "./in-flight-list.js";
import { SMALLEST } from "./layout.js";
import type { ScreenModel } from "./model.js";

type Line = readonly [text: string, attributes: number];

function ringText(model: ScreenModel, ring: "kuring" | "ukring"): string {
  const look = model.look[ring];
  const { producerSlot, consumerSlot } = look.positions;
  const place = (slot: number | null): string => (slot === null ? "?" : String(slot));
  return `${ring} ${look.occupied} publ.  p ${place(producerSlot)}  c ${place(consumerSlot)}`;
}

function lines(model: ScreenModel): Line[] {
  const { flight, anomalies } = model;
  const [first] = anomalies;
  return [
    [model.device, CYAN | BOLD],
    [model.owner, BOLD],
    [heldMark(model), YELLOW | BOLD],
    [`${commandRate(model)}   ${missed(model)}`, PLAIN],
    [shortInFlightTitle(model), ageAttributes(flight.oldestMs)],
    [
      first
        ? `${anomalies.length} wrong: ${first.hazard ?? ""} ${first.ring} ${first.slot}`
        : "0 wrong",
      first ? RED | BOLD : PLAIN,
    ],
    [ringText(model, "kuring"), PLAIN],
    [ringText(model, "ukring"), PLAIN],
    [serviceText(model), PLAIN],
    [model.units, PLAIN],
    ...flight.commands.map(
      (c): Line => [`${c.cid} ${c.state} ${c.text()}`, ageAttributes(c.ageMs)],
    ),
  ];
}

/** The most telling lines first; what does not fit is left out. */
export function paintSummary(cells: Cells, region: Region, model: ScreenModel): void {
  lines(model)
    .filter(([text]) => text !== "")
    .slice(0, region.height)
    .forEach(([text, attributes], i) => {
      cells.field(region.x, region.y + i, region.width, text, attributes);
    });
}

/** For sizes where nothing fits. */
export function paintTooSmall(cells: Cells): void {
  const text = `terminal too small: ${SMALLEST.columns}x${SMALLEST.rows} needed`;
  for (let y = 0; y * cells.columns < text.length && y < cells.rows; y++) {
    cells.put(0, y, text.slice(y * cells.columns, (y + 1) * cells.columns));
  }
}
