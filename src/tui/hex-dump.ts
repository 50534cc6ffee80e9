// SPDX-License-Identifier: MIT
// A whole slot as bytes, sixteen in a row, with those of one field lit.

import { BOLD, type Cells, DIM, INVERSE, PLAIN, type Region, UNDERLINE } from "./cells.js";

const PER_ROW = 16;

/** Bytes that stand together, and the columns of a dump in that form. */
interface Form {
  readonly group: number;
  /** Between two bytes of a group. */
  readonly gap: number;
}
const WIDE: Form = { group: 8, gap: 1 };
const NARROW: Form = { group: 4, gap: 0 };

export const WIDE_DUMP = 52;
export const NARROW_DUMP = 39;

export function dumpRows(bytes: number): number {
  return Math.ceil(bytes / PER_ROW);
}

/** Columns from the start of a row to a byte of it. */
function columnOf(place: number, { group, gap }: Form): number {
  const groups = Math.floor(place / group);
  return 3 + place * (2 + gap) + groups * (gap === 0 ? 1 : 1);
}

export interface LitBytes {
  readonly at: number;
  readonly size: number;
  /** The byte the cursor is on. */
  readonly cursor: number;
}

/** In `region`, at least NARROW_DUMP wide; rows that do not fit are left out. */
export function paintDump(
  cells: Cells,
  { x, y, width, height }: Region,
  slot: Uint8Array,
  lit: LitBytes | null,
): void {
  const form = width >= WIDE_DUMP ? WIDE : NARROW;
  for (let row = 0; row < Math.min(height, dumpRows(slot.length)); row++) {
    cells.put(x, y + row, (row * PER_ROW).toString(16).padStart(2, "0"), DIM);
    for (let place = 0; place < PER_ROW; place++) {
      const byte = row * PER_ROW + place;
      const value = slot[byte];
      if (value === undefined) break;
      const attributes = attributesOf(byte, value, lit);
      const text = value.toString(16).padStart(2, "0");
      cells.put(x + columnOf(place, form), y + row, text, attributes);
    }
  }
}

function attributesOf(byte: number, value: number, lit: LitBytes | null): number {
  if (lit && byte === lit.cursor) return INVERSE | BOLD | UNDERLINE;
  if (lit && byte >= lit.at && byte < lit.at + lit.size) return INVERSE;
  return value === 0 ? DIM : PLAIN;
}
