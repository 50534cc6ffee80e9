// SPDX-License-Identifier: MIT
// A ring slot by slot: one letter a cell, or the worst of several slots where the screen is small.

import { slotAnomaly } from "../features/frame-anomalies.js";
import type { RingLook } from "../session/rings-look.js";
import {
  BOLD,
  type Cells,
  CYAN,
  color,
  DIM,
  GREEN,
  INVERSE,
  MAGENTA,
  PLAIN,
  RED,
  UNDERLINE,
  YELLOW,
} from "./cells.js";
import type { MapLayout } from "./layout.js";

/** Changed within this time: bright. */
const RECENT_NS = 1e9;
const LABEL_WIDTH = 5;
/** Underlined, too: without colours it would look like a published slot that is consumed next. */
const SELECTED = YELLOW | BOLD | INVERSE | UNDERLINE;

/** By kind: CMD_RSP, TSK_MGMT_RSP, CMD_REQ, CMD_DONE, TSK_MGMT_REQ. */
const LETTERS = ["r", "m", "q", "d", "t"];
const COLORS = [GREEN, MAGENTA, CYAN, color(4), YELLOW];

export interface SlotMark {
  readonly letter: string;
  /** The worse of two slots that share a cell wins: never used < free < published < held < wrong. */
  readonly rank: 0 | 1 | 2 | 3 | 4;
  readonly attributes: number;
  readonly recent: boolean;
}

/** How one slot is shown, position marks aside. */
export function slotMark(
  look: RingLook,
  slot: number,
  nowNs: number,
  held: ReadonlySet<number> | null,
): SlotMark {
  const recent = nowNs - (look.changed[slot] ?? Number.NEGATIVE_INFINITY) < RECENT_NS;
  if (slotAnomaly(look, slot)) return { letter: "!", rank: 4, attributes: RED | BOLD, recent };
  if (held?.has(slot)) return { letter: "#", rank: 3, attributes: YELLOW | BOLD, recent };
  if (look.used[slot] !== 1) return { letter: ".", rank: 0, attributes: DIM, recent };
  const kind = look.kind[slot] ?? 0;
  const letter = LETTERS[kind] ?? "!";
  const hue = COLORS[kind] ?? PLAIN;
  if (look.status[slot] !== 0) {
    return { letter: letter.toUpperCase(), rank: 2, attributes: hue | BOLD, recent };
  }
  return { letter, rank: 1, attributes: recent ? hue | BOLD : hue, recent };
}

function worst(
  look: RingLook,
  first: number,
  count: number,
  nowNs: number,
  held: ReadonlySet<number> | null,
): SlotMark {
  let mark = slotMark(look, first, nowNs, held);
  for (let slot = first + 1; slot < first + count; slot++) {
    const other = slotMark(look, slot, nowNs, held);
    if (other.rank > mark.rank || (other.rank === mark.rank && other.recent && !mark.recent)) {
      mark = other;
    }
  }
  return mark;
}

function covers(slot: number | null, first: number, count: number): boolean {
  return slot !== null && slot >= first && slot < first + count;
}

/** `selected`: the slot the inspector shows, -1 = none here; `held`: slots whose answer is kept back. */
export function paintRingMap(
  cells: Cells,
  layout: MapLayout,
  look: RingLook,
  nowNs: number,
  selected: number,
  held: ReadonlySet<number> | null,
): void {
  const { map, perLine, slotsPerCell } = layout;
  const { producerSlot, consumerSlot } = look.positions;
  const slots = look.status.length;
  for (let line = 0; line < map.height; line++) {
    const start = line * perLine * slotsPerCell;
    const here = covers(selected, start, perLine * slotsPerCell);
    const label = `${here ? ">" : " "}${String(start).padStart(LABEL_WIDTH - 2)} `;
    cells.put(map.x, map.y + line, label, here ? BOLD : DIM);
    for (let i = 0; i < perLine; i++) {
      const first = start + i * slotsPerCell;
      if (first >= slots) break;
      const mark = worst(look, first, Math.min(slotsPerCell, slots - first), nowNs, held);
      let attributes = mark.attributes;
      if (covers(producerSlot, first, slotsPerCell)) attributes |= UNDERLINE;
      if (covers(consumerSlot, first, slotsPerCell)) attributes |= INVERSE;
      if (covers(selected, first, slotsPerCell)) attributes = SELECTED;
      cells.set(map.x + LABEL_WIDTH + i, map.y + line, mark.letter.charCodeAt(0), attributes);
    }
  }
}
