// SPDX-License-Identifier: MIT
// Which part of the screen shows what, for any size: a pure function, so that every size can be tested.

import type { Region } from "./cells.js";

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** One ring's map: its title line, then `lines` of `perLine` cells of `slotsPerCell` slots. */
export interface MapLayout {
  readonly title: Region;
  readonly map: Region;
  readonly perLine: number;
  readonly slotsPerCell: number;
}

export type Layout =
  | { readonly kind: "tooSmall"; readonly size: Size }
  | { readonly kind: "summary"; readonly size: Size; readonly body: Region; readonly keys: number }
  | FullLayout;

export interface FullLayout {
  readonly kind: "full";
  readonly size: Size;
  readonly header: Region;
  readonly kuring: MapLayout;
  readonly ukring: MapLayout;
  /** Row of the separator above the panels. */
  readonly separator: number;
  /** Side by side where there is room; else both are the same region, and focus decides. */
  readonly list: Region;
  readonly inspector: Region;
  readonly sideBySide: boolean;
  /** Recent events above the list, where there is room. */
  readonly events: Region | null;
  /** Row of the key line. */
  readonly keys: number;
}

export const SMALLEST: Size = { columns: 20, rows: 5 };
const FALLBACK: Size = { columns: 80, rows: 24 };
const LARGEST: Size = { columns: 1000, rows: 500 };
/** Of a map's line, before its cells. */
export const LABEL_WIDTH = 5;
const LABEL = LABEL_WIDTH + 1;
const INSPECTOR = 54;
const SIDE_BY_SIDE_FROM = 100;

/** Serial lines report 0x0 or nonsense: then 80x24. */
export function saneSize(columns: number | undefined, rows: number | undefined): Size {
  const fits = (n: number | undefined, most: number): n is number =>
    n !== undefined && Number.isInteger(n) && n > 0 && n <= most;
  if (!fits(columns, LARGEST.columns) || !fits(rows, LARGEST.rows)) return FALLBACK;
  return { columns, rows };
}

/** Cells per line: the largest multiple of 32 (of 16 where narrow) that fits beside the label. */
function cellsPerLine(columns: number): number {
  const room = columns - LABEL;
  return room >= 64 ? Math.min(256, Math.floor(room / 32) * 32) : Math.floor(room / 16) * 16;
}

interface MapShape {
  readonly perLine: number;
  readonly slotsPerCell: number;
  readonly lines: number;
}

/** The finest map that leaves room for the rest; null if none does. */
function mapShape(size: Size, headerRows: number, nrEntry: number): MapShape | null {
  const perLine = cellsPerLine(size.columns);
  if (perLine < 32) return null;
  // two maps with a title each, in a good half of the screen
  const most = Math.floor((size.rows * 0.56 - headerRows) / 2) - 1;
  for (let slotsPerCell = 1; slotsPerCell <= 8; slotsPerCell *= 2) {
    const lines = Math.ceil(nrEntry / slotsPerCell / perLine);
    if (lines <= most) return { perLine, slotsPerCell, lines };
  }
  return null;
}

function mapAt(y: number, columns: number, shape: MapShape): MapLayout {
  return {
    title: { x: 0, y, width: columns, height: 1 },
    map: { x: 0, y: y + 1, width: columns, height: shape.lines },
    perLine: shape.perLine,
    slotsPerCell: shape.slotsPerCell,
  };
}

/** `nrEntry`: slots per ring. */
export function layoutFor(size: Size, nrEntry: number): Layout {
  const { columns, rows } = size;
  if (columns < SMALLEST.columns || rows < SMALLEST.rows) return { kind: "tooSmall", size };
  const headerRows = 2;
  const shape = rows < 16 || columns < 60 ? null : mapShape(size, headerRows, nrEntry);
  if (!shape) {
    const body = { x: 0, y: 0, width: columns, height: rows - 1 };
    return { kind: "summary", size, body, keys: rows - 1 };
  }
  const kuring = mapAt(headerRows, columns, shape);
  const ukring = mapAt(headerRows + 1 + shape.lines, columns, shape);
  const separator = headerRows + 2 * (1 + shape.lines);
  const panels = { x: 0, y: separator + 1, width: columns, height: rows - 1 - (separator + 1) };
  const header = { x: 0, y: 0, width: columns, height: headerRows };
  const keys = rows - 1;
  return { kind: "full", size, header, kuring, ukring, separator, keys, ...panelsIn(panels) };
}

type Panels = Pick<FullLayout, "list" | "inspector" | "sideBySide" | "events">;

function panelsIn(panels: Region): Panels {
  if (panels.width < SIDE_BY_SIDE_FROM) {
    return { list: panels, inspector: panels, sideBySide: false, events: null };
  }
  const left = panels.width - INSPECTOR - 1;
  const inspector = { ...panels, x: left + 1, width: INSPECTOR };
  const eventRows = panels.height >= 16 ? Math.floor(panels.height / 2) : 0;
  const list = {
    ...panels,
    width: left,
    y: panels.y + eventRows,
    height: panels.height - eventRows,
  };
  const events = eventRows > 0 ? { ...panels, width: left, height: eventRows - 1 } : null;
  return { list, inspector, sideBySide: true, events };
}
