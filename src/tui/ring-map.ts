// SPDX-License-Identifier: MIT
// A ring slot by slot: one letter a cell, or the worst of several slots where the screen is small.

import { slotAnomaly } from "../features/frame-anomalies.js";
import type { RingLook } from "../session/rings-look.js";
import {
  BOLD,
  brighter,
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
import { LABEL_WIDTH, type MapLayout } from "./layout.js";

/** Changed within this time: bright; then bold; then plain. In steps: an idle screen has nothing to repaint. */
const NEW_NS = 0.25e9;
const RECENT_NS = 1e9;
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
  /** 2 just changed, 1 changed lately, 0 long ago. */
  readonly recent: 0 | 1 | 2;
}

/** What is marked in a map beside the slots' own state. */
export interface MapMarks {
  /** The slot the inspector shows, -1 = none here. */
  readonly selected: number;
  /** Slots of the same command. */
  readonly related: readonly number[];
  /** Slots whose answer is kept back. */
  readonly held: ReadonlySet<number> | null;
}

function recency(look: RingLook, slot: number, nowNs: number): SlotMark["recent"] {
  const age = nowNs - (look.changed[slot] ?? Number.NEGATIVE_INFINITY);
  return age < NEW_NS ? 2 : age < RECENT_NS ? 1 : 0;
}

/** Dull, bold, or bold and bright. */
function faded(hue: number, recent: SlotMark["recent"]): number {
  return recent === 2 ? brighter(hue) | BOLD : recent === 1 ? hue | BOLD : hue;
}

/** How one slot is shown, position marks aside. */
export function slotMark(
  look: RingLook,
  slot: number,
  nowNs: number,
  held: ReadonlySet<number> | null,
): SlotMark {
  const recent = recency(look, slot, nowNs);
  if (slotAnomaly(look, slot)) return { letter: "!", rank: 4, attributes: RED | BOLD, recent };
  if (held?.has(slot)) return { letter: "#", rank: 3, attributes: YELLOW | BOLD, recent };
  if (look.used[slot] !== 1) return { letter: ".", rank: 0, attributes: DIM, recent };
  const kind = look.kind[slot] ?? 0;
  const letter = LETTERS[kind] ?? "!";
  const hue = COLORS[kind] ?? PLAIN;
  if (look.status[slot] !== 0) {
    return { letter: letter.toUpperCase(), rank: 2, attributes: faded(hue, recent) | BOLD, recent };
  }
  return { letter, rank: 1, attributes: faded(hue, recent), recent };
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
    if (other.rank > mark.rank || (other.rank === mark.rank && other.recent > mark.recent)) {
      mark = other;
    }
  }
  return mark;
}

function covers(slot: number | null, first: number, count: number): boolean {
  return slot !== null && slot >= first && slot < first + count;
}

export function paintRingMap(
  cells: Cells,
  layout: MapLayout,
  look: RingLook,
  nowNs: number,
  { selected, related, held }: MapMarks,
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
      if (related.some((slot) => covers(slot, first, slotsPerCell))) {
        attributes = (attributes & INVERSE) | YELLOW | BOLD | UNDERLINE;
      }
      if (covers(selected, first, slotsPerCell)) attributes = SELECTED;
      cells.set(map.x + LABEL_WIDTH + i, map.y + line, mark.letter.charCodeAt(0), attributes);
    }
  }
}
