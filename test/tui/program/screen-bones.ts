// SPDX-License-Identifier: MIT
// What two screens of one layout have in common whatever their rings hold: regions, titles, columns, letters.

const LEGEND = /^([> ] {0,3}\d+ )([qdtrmQDTRM#!.]+)$/;
/** By lower-case letter of the map; what is newer is brighter, by 8. */
const HUES: Readonly<Record<string, number>> = { q: 6, d: 4, t: 3, r: 2, m: 5, "#": 3, "!": 1 };
/** Of the selected slot and those of the same command. */
const MARKED = 3;

const ASCII: Readonly<Record<string, string>> = {
  "\u2500": "-",
  "\u2502": "|",
  "\u250c": "+",
  "\u2510": "+",
  "\u2514": "+",
  "\u2518": "+",
  "\u252c": "+",
  "\u2524": "+",
  "\u2026": "~",
};

/** The lines of a picture, drawn with what every terminal has. */
export function linesIn(picture: string): string[] {
  const [text = ""] = picture.split(`\n${"=".repeat(20)}`);
  return text.replace(/[\u2026\u2500-\u257f]/g, (glyph) => ASCII[glyph] ?? glyph).split("\n");
}

/** Colour of each cell by row, as `pictureOf` writes it; rows without one are missing. */
export function huesIn(picture: string): Map<number, string> {
  const rows = picture.matchAll(/^ ?(\d+) c (.*)$/gm);
  return new Map(Array.from(rows, ([, y, hues]) => [Number(y), hues ?? ""] as const));
}

/** Below the header and above the key line: the same for any two screens of one layout. */
export function bones(picture: string): string[] {
  return linesIn(picture).slice(2, -1).map(bone);
}

function bone(line: string): string {
  const [, label, letters] = LEGEND.exec(line) ?? [];
  if (label !== undefined && letters) return ` ${label.slice(1)}${"*".repeat(letters.length)}`;
  if (/^[> ](kuring|ukring)/.test(line)) return ringTitle(line);
  if (line.startsWith("----")) return separator(line);
  if (/^ +cid host/.test(line)) return line.slice(0, 66).trimEnd();
  const bar = line.indexOf("|");
  return bar < 0 ? "" : `|@${bar}`;
}

/** Figures stand in fields of fixed width. */
function ringTitle(line: string): string {
  return line
    .replace(/^>/, " ")
    .replace(
      /(produced|consumed) (?:slot \d+|\d+ \(slot \d+\)) *(\d+(?= publ\.))?/g,
      (field, word) => `${word} `.padEnd(field.length, "#"),
    )
    .replace(/(full|wake-ups|doorbells) \S+/g, "$1 #");
}

/** Where panels meet, and what they are called. */
function separator(line: string): string {
  const names = line.match(/events|slot|in flight/g) ?? [];
  return `----${names.join("|")} +@${line.indexOf("+")}`;
}

/** Cells of the maps in a colour that the legend does not give their letter. */
export function oddHues(picture: string): string[] {
  const hues = huesIn(picture);
  return linesIn(picture).flatMap((line, y) => {
    const [, label = "", letters = ""] = LEGEND.exec(line) ?? [];
    return Array.from(letters).flatMap((letter, i) => {
      const shown = hues.get(y)?.[label.length + i] ?? ".";
      const wanted = HUES[letter.toLowerCase()];
      const value = shown === "." ? undefined : Number.parseInt(shown, 16) % 8;
      return value === wanted || value === MARKED ? [] : [`row ${y}: ${letter} ${shown}`];
    });
  });
}

/** Where something of that title lies over the panels; null if nothing does. */
function frame(lines: readonly string[], title: string) {
  const top = lines.findIndex((line) => line.includes(`+- ${title}`));
  const left = lines[top]?.indexOf(`+- ${title}`) ?? -1;
  if (top < 0 || left < 0) return null;
  const right = (lines[top]?.indexOf("-+", left) ?? -1) + 2;
  const height = lines.slice(top).findIndex((line, i) => i > 0 && line[left] === "+") + 1;
  return { top, left, right, height };
}

/** Its place, then its rows; empty if there is none. */
export function box(picture: string, title: string): string[] {
  const lines = linesIn(picture);
  const found = frame(lines, title);
  if (!found) return [];
  const { top, left, right, height } = found;
  const rows = lines.slice(top, top + height).map((line) => line.slice(left, right));
  return [`at ${left},${top}`, ...rows];
}

/** Weight and colour of its cells, as `pictureOf` writes them. */
export function boxLook(picture: string, title: string): string[] {
  const found = frame(linesIn(picture), title);
  if (!found) return [];
  const { top, left, right, height } = found;
  return Array.from(picture.matchAll(/^ ?(\d+) ([wc]) (.*)$/gm)).flatMap(
    ([, y, kind, cells = ""]) => {
      const row = Number(y) - top;
      const look = cells.slice(left, right);
      return row < 0 || row >= height || /^\.*$/.test(look) ? [] : [`${row} ${kind} ${look}`];
    },
  );
}
