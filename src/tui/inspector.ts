// SPDX-License-Identifier: MIT
// The selected slot, field by field with its bytes, and what the kernel noted of it.

import type { RingName } from "../abi/event.js";
import { verdictName } from "../device/telemetry.js";
import { slotAnomaly } from "../features/frame-anomalies.js";
import { BOLD, type Cells, DIM, PLAIN, RED, type Region } from "./cells.js";
import type { ScreenModel } from "./model.js";
import { type FieldRow, slotRows } from "./slot-fields-text.js";

const NAME_WIDTH = 10;
const HEX_WIDTH = 23;

/** `slot kuring 219`. */
export function inspectorTitle(ring: RingName, slot: number): string {
  return `slot ${ring} ${slot}`;
}

function stampRows(model: ScreenModel, ring: RingName, slot: number, frozen: boolean): FieldRow[] {
  // the window is live: under a frozen view it tells of another lap
  const stamp = frozen ? null : model.stamp(ring, slot);
  if (!stamp) return [];
  // a time, not an age: an idle screen must have nothing to repaint
  const at = (Number(stamp.t_ns) / 1e9).toFixed(6);
  const when = ring === "kuring" ? "published" : "consumed";
  const rows = [
    { name: "index", value: String(stamp.index), hex: "" },
    { name: when, value: `at ${at} s`, hex: "" },
  ];
  if (ring === "ukring") rows.push({ name: "verdict", value: verdictName(stamp.verdict), hex: "" });
  return rows;
}

/** Fills `region`; rows that do not fit are left out from the end. */
export function paintInspector(
  cells: Cells,
  region: Region,
  model: ScreenModel,
  ring: RingName,
  slot: number,
  frozen: boolean,
): void {
  const look = model.look[ring];
  const anomaly = slotAnomaly(look, slot);
  const used = look.used[slot] === 1;
  const rows = used ? slotRows(model.dialect, look.slot(slot)) : [];
  const all = [...rows, ...stampRows(model, ring, slot, frozen && used)];
  const x = region.x + 1;
  const width = region.width - 1;
  let y = region.y;
  const end = region.y + region.height;
  if (!used && y < end) cells.field(x, y++, width, "never used", DIM);
  if (anomaly && y < end) {
    cells.field(x, y++, width, `${anomaly.hazard ?? "!"} ${anomaly.text}`, RED | BOLD);
  }
  const hexAt = x + width - HEX_WIDTH;
  for (const row of all) {
    if (y >= end) break;
    cells.field(x, y, NAME_WIDTH, row.name, DIM);
    const room = row.hex === "" ? width : hexAt - x;
    cells.put(x + NAME_WIDTH + 1, y, row.value, PLAIN, room - NAME_WIDTH - 2);
    if (hexAt > x + NAME_WIDTH + 4) cells.put(hexAt, y, row.hex);
    y++;
  }
}
