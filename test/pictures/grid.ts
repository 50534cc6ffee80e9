// SPDX-License-Identifier: MIT
// What a terminal emulator shows, cell by cell, in real colours.

import type xterm from "@xterm/headless";

/** Colours are `#rrggbb`; inverse video is resolved into them. */
export interface GridCell {
  readonly character: string;
  readonly ink: string;
  readonly paper: string;
  readonly bold: boolean;
  readonly underline: boolean;
}

export type Grid = readonly (readonly GridCell[])[];

export const PAPER = "#11151b";
export const INK = "#d4d7dc";
const SIXTEEN = [
  ...["#2b313b", "#f0606c", "#8cc570", "#e6b85c", "#5f9df0", "#c583e0", "#4fbfca", "#c4c8cf"],
  ...["#667080", "#ff8a92", "#aee094", "#ffd98a", "#8fbcff", "#dea8f2", "#86dbe3", "#ffffff"],
];
const DIM_SHARE = 0.55;

function hex(red: number, green: number, blue: number): string {
  return `#${[red, green, blue].map((n) => Math.round(n).toString(16).padStart(2, "0")).join("")}`;
}

function parts(color: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
}

/** xterm's 256: sixteen, a cube of six steps, greys. */
function paletteColor(n: number): string {
  if (n < 16) return SIXTEEN[n] ?? INK;
  if (n >= 232) return hex(8 + 10 * (n - 232), 8 + 10 * (n - 232), 8 + 10 * (n - 232));
  const level = (step: number): number => (step === 0 ? 0 : 55 + 40 * step);
  const cube = n - 16;
  return hex(level(Math.floor(cube / 36)), level(Math.floor(cube / 6) % 6), level(cube % 6));
}

function inkOf(cell: xterm.IBufferCell): string {
  if (cell.isFgDefault()) return INK;
  const value = cell.getFgColor();
  return cell.isFgRGB() ? hex(value >> 16, (value >> 8) & 255, value & 255) : paletteColor(value);
}

function dimmed(color: string): string {
  const [to, from] = [parts(color), parts(PAPER)];
  const [red = 0, green = 0, blue = 0] = to.map((n, i) => {
    return n * DIM_SHARE + (from[i] ?? 0) * (1 - DIM_SHARE);
  });
  return hex(red, green, blue);
}

function gridCell(cell: xterm.IBufferCell): GridCell {
  const ink = cell.isDim() ? dimmed(inkOf(cell)) : inkOf(cell);
  const inverse = cell.isInverse() !== 0;
  return {
    character: cell.getChars() || " ",
    ink: inverse ? PAPER : ink,
    paper: inverse ? ink : PAPER,
    bold: cell.isBold() !== 0,
    underline: cell.isUnderline() !== 0,
  };
}

export function readGrid(terminal: xterm.Terminal): Grid {
  const buffer = terminal.buffer.active;
  return Array.from({ length: terminal.rows }, (_, y) => {
    const line = buffer.getLine(buffer.viewportY + y);
    return Array.from({ length: terminal.cols }, (_, x) => {
      const cell = line?.getCell(x);
      if (!cell) throw new Error(`no cell at ${x}, ${y}`);
      return gridCell(cell);
    });
  });
}
