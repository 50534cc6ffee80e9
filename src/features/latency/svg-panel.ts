// SPDX-License-Identifier: MIT
// One plot of an SVG picture: its scales, its grid, its lines. No colour of its own for the paper: grey lines and
// strong hues are read on white and on black.

export const GREY = "#808080";

export interface Panel {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** From values to 0..1. */
export interface Scale {
  at(value: number): number;
  readonly ticks: readonly { readonly value: number; readonly label: string }[];
}

/** Whole decades around `low`..`high`, both above 0; a tick for each. */
export function logScale(low: number, high: number, label: (value: number) => string): Scale {
  const first = Math.floor(Math.log10(low) + 1e-9);
  const last = Math.max(first + 1, Math.ceil(Math.log10(high) - 1e-9));
  const decades = Array.from({ length: last - first + 1 }, (_, i) => 10 ** (first + i));
  return {
    at: (value) => clamped((Math.log10(Math.max(value, 1e-12)) - first) / (last - first)),
    ticks: decades.map((value) => ({ value, label: label(value) })),
  };
}

/** 0..`high`, with a handful of round ticks. */
export function linearScale(high: number, label: (value: number) => string): Scale {
  const top = high > 0 ? high : 1;
  const rough = 10 ** Math.floor(Math.log10(top / 4));
  const step = [1, 2, 5, 10].map((n) => n * rough).find((s) => top / s <= 6) ?? top;
  const ticks = Array.from({ length: Math.floor(top / step) + 1 }, (_, i) => i * step);
  return {
    at: (value) => clamped(value / top),
    ticks: ticks.map((value) => ({ value, label: label(value) })),
  };
}

function clamped(share: number): number {
  return Math.max(0, Math.min(1, share));
}

const TICK_GAP = 6;
const LINE_HEIGHT = 16;

/** Grid, labels and the title above. */
export function frame(panel: Panel, x: Scale, y: Scale, title: string): string {
  const { x: left, y: top, width, height } = panel;
  const bottom = top + height;
  const columns = x.ticks.map(({ value, label }) => {
    const at = round(left + x.at(value) * width);
    return `${stroke(`M${at} ${top}V${bottom}`)}${text(at, bottom + LINE_HEIGHT, label, "middle")}`;
  });
  const rows = y.ticks.map(({ value, label }) => {
    const at = round(bottom - y.at(value) * height);
    const words = text(left - TICK_GAP, at + 4, label, "end");
    return `${stroke(`M${left} ${at}H${left + width}`)}${words}`;
  });
  return [text(left, top - TICK_GAP, title, "start"), ...columns, ...rows].join("\n");
}

function stroke(path: string): string {
  return `<path d="${path}" stroke="${GREY}" stroke-opacity=".35" fill="none"/>`;
}

export function text(
  x: number,
  y: number,
  words: string,
  anchor: "start" | "middle" | "end",
): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}" fill="${GREY}">${escaped(words)}</text>`;
}

export type Point = readonly [x: number, y: number];

export interface LineLook {
  readonly color: string;
  readonly dashed?: boolean;
  readonly width?: number;
}

/** Points that would lie on the same spot are left out; "" for none. */
export function line(
  panel: Panel,
  [x, y]: readonly [Scale, Scale],
  points: readonly Point[],
  { color, dashed = false, width = 1.5 }: LineLook,
): string {
  const placed: string[] = [];
  for (const [px, py] of points) {
    const at = `${round(panel.x + x.at(px) * panel.width)},${round(panel.y + (1 - y.at(py)) * panel.height)}`;
    if (at !== placed.at(-1)) placed.push(at);
  }
  if (placed.length === 0) return "";
  const [only = ""] = placed;
  const shown = placed.length === 1 ? [only, only] : placed;
  const dash = dashed ? ' stroke-dasharray="4 3"' : "";
  return `<polyline points="${shown.join(" ")}" fill="none" stroke="${color}" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round"${dash}/>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Nothing but printable ASCII, and nothing that XML would read. */
export function escaped(words: string): string {
  return words
    .replace(/[^\x20-\x7e]/g, "?")
    .replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
