// SPDX-License-Identifier: MIT
// The screen as a grid of cells. The one gate to the terminal: only printable ASCII and the glyphs of
// glyphs.ts get in.

import { CHARACTERS, type Glyphs, glyphCode } from "./glyphs.js";

/** Attributes of a cell; a colour is `color(n)` with n = 0 black .. 7 white, 8..15 bright. */
export const PLAIN = 0;
export const BOLD = 1;
export const DIM = 2;
export const UNDERLINE = 4;
export const INVERSE = 8;
export const COLOR_SHIFT = 4;
export const COLOR_MASK = 0x1f << COLOR_SHIFT;

export function color(n: number): number {
  return (n + 1) << COLOR_SHIFT;
}

/** The bright one of the same hue; no colour stays none. */
export function brighter(attributes: number): number {
  const place = (attributes & COLOR_MASK) >> COLOR_SHIFT;
  return place >= 1 && place <= 8 ? attributes + (8 << COLOR_SHIFT) : attributes;
}

export const RED = color(1);
export const GREEN = color(2);
export const YELLOW = color(3);
export const MAGENTA = color(5);
export const CYAN = color(6);

const SPACE = 0x20;
const LAST = 0x7e;
const UNPRINTABLE = 0x3f;
const ATTRIBUTE_SHIFT = 8;

export const EMPTY_CELL = SPACE;

export function cellCharacter(cell: number, glyphs: Glyphs): string {
  return CHARACTERS[glyphs][cell & 0xff] ?? "?";
}

export function cellAttributes(cell: number): number {
  return cell >>> ATTRIBUTE_SHIFT;
}

/** Row by row, one number a cell: character in bits 0-7, attributes above. */
export class Cells {
  readonly data: Uint32Array;

  constructor(
    readonly columns: number,
    readonly rows: number,
  ) {
    this.data = new Uint32Array(columns * rows).fill(EMPTY_CELL);
  }

  clear(): void {
    this.data.fill(EMPTY_CELL);
  }

  /** `from` has the same size. */
  copy(from: Cells): void {
    this.data.set(from.data);
  }

  /** One rectangle; `from` has the same size. */
  copyRegion(from: Cells, { x, y, width, height }: Region): void {
    const end = Math.min(this.columns, x + width);
    for (let row = Math.max(0, y); row < Math.min(this.rows, y + height); row++) {
      const at = row * this.columns;
      this.data.set(from.data.subarray(at + x, at + end), at + x);
    }
  }

  at(x: number, y: number): number {
    return this.data[y * this.columns + x] ?? EMPTY_CELL;
  }

  /** One character (its UTF-16 unit); outside the grid nothing happens. */
  set(x: number, y: number, code: number, attributes: number): void {
    if (x < 0 || y < 0 || x >= this.columns || y >= this.rows) return;
    const shown = code >= SPACE && code <= LAST ? code : (glyphCode(code) ?? UNPRINTABLE);
    this.data[y * this.columns + x] = shown | (attributes << ATTRIBUTE_SHIFT);
  }

  /** Writes `text` from (x, y) to the right, `width` columns at most. Returns the column behind it. */
  put(x: number, y: number, text: string, attributes = PLAIN, width = text.length): number {
    const end = Math.min(text.length, width);
    for (let i = 0; i < end; i++) this.set(x + i, y, text.charCodeAt(i), attributes);
    return x + end;
  }

  /** As `put`, filled up with spaces to `width`; a longer text is cut, its last column then `~`. */
  field(x: number, y: number, width: number, text: string, attributes = PLAIN): number {
    if (width <= 0) return x;
    const shown = text.length > width ? `${text.slice(0, width - 1)}~` : text.padEnd(width);
    return this.put(x, y, shown, attributes);
  }

  /** As `field`, to the right. */
  fieldRight(x: number, y: number, width: number, text: string, attributes = PLAIN): number {
    return this.field(x, y, width, text.padStart(width), attributes);
  }
}

/** A rectangle of the screen that one painter fills. */
export interface Region {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
