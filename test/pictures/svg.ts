// SPDX-License-Identifier: MIT
// A grid of cells as SVG. Lines and bars are drawn, so that no font can tear them; of each row, what
// has one look is one text, laid over the others, which keeps the file small.

import { type Grid, type GridCell, INK, PAPER } from "./grid.js";

const WIDTH = 8;
const HEIGHT = 17;
const BASELINE = 13;
const MARGIN = 10;
const FONTS =
  "ui-monospace,'SF Mono',Menlo,Consolas,'DejaVu Sans Mono','Liberation Mono',monospace";

/** Which arms a line glyph has: left, right, up, down. */
const LINES: Readonly<Record<string, string>> = {
  "─": "lr",
  "│": "ud",
  "┌": "rd",
  "┐": "ld",
  "└": "ru",
  "┘": "lu",
  "├": "rud",
  "┤": "lud",
  "┬": "lrd",
  "┴": "lru",
  "┼": "lrud",
};
const BARS = "▁▂▃▄▅▆▇█";

const left = (x: number): number => MARGIN + x * WIDTH;
const top = (y: number): number => MARGIN + y * HEIGHT;

/** Path data by colour. */
class Paths {
  readonly #data = new Map<string, string>();

  add(color: string, data: string): void {
    this.#data.set(color, `${this.#data.get(color) ?? ""}${data}`);
  }

  elements(attribute: "fill" | "stroke"): string[] {
    return [...this.#data].map(([color, data]) => `<path ${attribute}="${color}" d="${data}"/>`);
  }
}

/** Runs of cells of a row that `look` calls the same; "" is no run. */
function runs(
  row: readonly GridCell[],
  look: (cell: GridCell) => string,
  take: (look: string, from: number, length: number) => void,
): void {
  let from = 0;
  for (let x = 1; x <= row.length; x++) {
    const here = row[from];
    const next = row[x];
    const name = here ? look(here) : "";
    if (next && look(next) === name) continue;
    if (name !== "") take(name, from, x - from);
    from = x;
  }
}

function lineData(arms: string, x: number, y: number): string {
  const [middle, centre] = [left(x) + WIDTH / 2, top(y) + HEIGHT / 2];
  const horizontal = arms.includes("l") || arms.includes("r");
  const vertical = arms.includes("u") || arms.includes("d");
  const from = arms.includes("l") ? left(x) : middle;
  const to = arms.includes("r") ? left(x + 1) : middle;
  const above = arms.includes("u") ? top(y) : centre;
  const below = arms.includes("d") ? top(y + 1) : centre;
  const across = horizontal ? `M${from} ${centre}H${to}` : "";
  return vertical ? `${across}M${middle} ${above}V${below}` : across;
}

function barData(eighths: number, x: number, y: number): string {
  const height = (HEIGHT * eighths) / 8;
  return `M${left(x)} ${top(y + 1)}v${-height}h${WIDTH}v${height}z`;
}

function isDrawn(character: string): boolean {
  return character in LINES || BARS.includes(character);
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** One row's texts: for each look its characters, others' places left blank. */
function texts(row: readonly GridCell[], y: number): string[] {
  const look = ({ character, ink, bold }: GridCell): string =>
    character === " " || isDrawn(character) ? "" : `${ink}${bold ? " bold" : ""}`;
  return [...new Set(row.map(look))]
    .filter((name) => name !== "")
    .map((name) => {
      const first = row.findIndex((cell) => look(cell) === name);
      const all = row.slice(first).map((cell) => (look(cell) === name ? cell.character : " "));
      const text = all.join("").trimEnd();
      const color = name.slice(0, 7);
      const place = `x="${left(first)}" y="${top(y) + BASELINE}" textLength="${text.length * WIDTH}"`;
      const fill = color === INK ? "" : ` fill="${color}"`;
      return `<text ${place}${fill}${name.endsWith(" bold") ? ' class="b"' : ""}>${escaped(text)}</text>`;
    });
}

function row(cells: readonly GridCell[], y: number, fills: Paths, strokes: Paths): string[] {
  runs(
    cells,
    ({ paper }) => (paper === PAPER ? "" : paper),
    (color, from, length) => {
      fills.add(color, `M${left(from)} ${top(y)}h${length * WIDTH}v${HEIGHT}h${-length * WIDTH}z`);
    },
  );
  runs(
    cells,
    ({ underline, ink }) => (underline ? ink : ""),
    (color, from, length) => {
      strokes.add(color, `M${left(from)} ${top(y) + BASELINE + 2.5}h${length * WIDTH}`);
    },
  );
  cells.forEach(({ character, ink }, x) => {
    const arms = LINES[character];
    if (arms) strokes.add(ink, lineData(arms, x, y));
    else if (isDrawn(character)) fills.add(ink, barData(BARS.indexOf(character) + 1, x, y));
  });
  return texts(cells, y);
}

/** `title`: what a screen reader says. */
export function svgOf(grid: Grid, title: string): string {
  const width = 2 * MARGIN + (grid[0]?.length ?? 0) * WIDTH;
  const height = 2 * MARGIN + grid.length * HEIGHT;
  const [fills, strokes] = [new Paths(), new Paths()];
  const written = grid.flatMap((cells, y) => row(cells, y, fills, strokes));
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<style>text{font:13px ${FONTS};white-space:pre}.b{font-weight:700}</style>`,
    `<rect width="${width}" height="${height}" rx="6" fill="${PAPER}"/>`,
    ...fills.elements("fill"),
    ...strokes.elements("stroke"),
    `<g fill="${INK}" xml:space="preserve">`,
    ...written,
    "</g>",
    "</svg>",
  ].join("\n")}\n`;
}
