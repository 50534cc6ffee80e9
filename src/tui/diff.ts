// SPDX-License-Identifier: MIT
// From what the terminal shows to what it should show, in as few bytes as is simple.

import {
  BOLD,
  type Cells,
  COLOR_MASK,
  cellAttributes,
  cellCharacter,
  DIM,
  EMPTY_CELL,
  INVERSE,
  UNDERLINE,
} from "./cells.js";
import { colorParameters, type Style, type Theme } from "./theme.js";

const CLEAR = "\x1b[0m\x1b[H\x1b[2J";
const RESET = "\x1b[0m";
/** Unchanged cells that are cheaper to write again than to step over. */
const SHORT_GAP = 4;

const WEIGHTS = [
  [BOLD, "1"],
  [DIM, "2"],
  [UNDERLINE, "4"],
  [INVERSE, "7"],
] as const;

/**
 * Select Graphic Rendition from `shown` to `wanted`. Everything is reset where something has to go:
 * old terminals know no code that takes one attribute back.
 */
function rendition(shown: number, wanted: number, theme: Theme): string {
  const losesColor = (shown & COLOR_MASK) !== 0 && (wanted & COLOR_MASK) === 0;
  const reset = losesColor || (shown & ~wanted & ~COLOR_MASK) !== 0;
  const kept = reset ? 0 : shown;
  const codes = reset ? ["0"] : [];
  for (const [bit, code] of WEIGHTS) if (wanted & ~kept & bit) codes.push(code);
  const color = colorParameters(wanted, theme);
  if (color !== colorParameters(kept, theme)) codes.push(color);
  return codes.length === 1 && codes[0] === "0" ? RESET : `\x1b[${codes.join(";")}m`;
}

/** Collects output, remembering where the terminal's cursor and rendition are. */
class Pen {
  #out: string[] = [];
  #attributes = 0;
  #x = -1;
  #y = -1;

  constructor(
    readonly cells: Cells,
    readonly style: Style,
  ) {}

  write(from: number, to: number, y: number): void {
    this.#move(from, y);
    for (let x = from; x < to; x++) {
      const cell = this.cells.at(x, y);
      this.#render(cellAttributes(cell));
      this.#out.push(cellCharacter(cell, this.style.glyphs));
    }
    this.#x = to;
  }

  #move(x: number, y: number): void {
    if (this.#y === y && this.#x === x) return;
    const step = x - this.#x;
    if (this.#y === y && step > 0) this.#out.push(step === 1 ? "\x1b[C" : `\x1b[${step}C`);
    else this.#out.push(`\x1b[${y + 1};${x + 1}H`);
    this.#x = x;
    this.#y = y;
  }

  #render(attributes: number): void {
    const { theme } = this.style;
    const wanted = theme.colors ? attributes : attributes & ~COLOR_MASK;
    if (wanted === this.#attributes) return;
    this.#out.push(rendition(this.#attributes, wanted, theme));
    this.#attributes = wanted;
  }

  finish(): string {
    if (this.#attributes !== 0) this.#out.push(RESET);
    return this.#out.join("");
  }
}

/** The end of the run of changed cells that begins at `x`; short unchanged gaps are inside it. */
function runEnd(before: (x: number) => number, after: Cells, x: number, y: number): number {
  let end = x + 1;
  for (let at = end; at < after.columns && at - end <= SHORT_GAP; at++) {
    if (before(at) !== after.at(at, y)) end = at + 1;
  }
  return end;
}

/**
 * Bytes that turn a terminal showing `before` (null: anything) into one showing `after`; "" if they are
 * the same. The rendition is reset at the end; the cursor stays where the last change was.
 */
export function diffCells(before: Cells | null, after: Cells, style: Style): string {
  const known = before && before.columns === after.columns && before.rows === after.rows;
  const pen = new Pen(after, style);
  for (let y = 0; y < after.rows; y++) {
    const shown = (x: number): number => (known ? before.at(x, y) : EMPTY_CELL);
    for (let x = 0; x < after.columns; x++) {
      if (shown(x) === after.at(x, y)) continue;
      const end = runEnd(shown, after, x, y);
      pen.write(x, end, y);
      x = end;
    }
  }
  const changes = pen.finish();
  return known ? changes : `${CLEAR}${changes}`;
}
