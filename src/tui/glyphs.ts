// SPDX-License-Identifier: MIT
// The few characters beyond ASCII that a cell may hold, what stands for each where a terminal cannot
// show it, and which terminals can.

export type Glyphs = "unicode" | "ascii";

export const HORIZONTAL = "─";
export const VERTICAL = "│";
export const CROSSING = "┼";
export const TEE_DOWN = "┬";
export const TEE_UP = "┴";
export const TEE_LEFT = "┤";
export const TEE_RIGHT = "├";
/** Nothing, then eight levels; in ASCII by how dark the character is. */
export const LEVELS = " ▁▂▃▄▅▆▇█";

/** Character, stand-in. One column wide in every terminal; the order is the cell's code. */
const GLYPHS: readonly (readonly [string, string])[] = [
  [HORIZONTAL, "-"],
  [VERTICAL, "|"],
  ["┌", "+"],
  ["┐", "+"],
  ["└", "+"],
  ["┘", "+"],
  [TEE_RIGHT, "+"],
  [TEE_LEFT, "+"],
  [TEE_DOWN, "+"],
  [TEE_UP, "+"],
  [CROSSING, "+"],
  ["▁", "."],
  ["▂", ":"],
  ["▃", "-"],
  ["▄", "="],
  ["▅", "+"],
  ["▆", "*"],
  ["▇", "%"],
  ["█", "#"],
  ["▶", ">"],
  ["▲", "^"],
  ["▼", "v"],
  ["…", "~"],
  ["·", "."],
];

/** Code of the first glyph in a cell; below it ASCII. */
const FIRST = 0x80;

const CODES = new Map(GLYPHS.map(([glyph], i) => [glyph.charCodeAt(0), FIRST + i] as const));

/** The cell's code for a UTF-16 unit beyond ASCII, undefined if it has none. */
export function glyphCode(unit: number): number | undefined {
  return CODES.get(unit);
}

function characters(column: 0 | 1): readonly string[] {
  const ascii = Array.from({ length: FIRST }, (_, code) => String.fromCharCode(code));
  return [...ascii, ...GLYPHS.map((glyph) => glyph[column])];
}

/** By a cell's code: what is written for it. */
export const CHARACTERS: Readonly<Record<Glyphs, readonly string[]>> = {
  unicode: characters(0),
  ascii: characters(1),
};

/** Their fonts may lack what the locale promises: the Linux console, real terminals, unknown ones. */
const ASCII_TERMINALS = /^(linux|dumb|unknown|ansi|cons\d|sun|vt\d)/;

/** POSIX: the first of these that is set decides. */
function characterLocale(env: NodeJS.ProcessEnv): string {
  return env.LC_ALL || env.LC_CTYPE || env.LANG || "";
}

/** What a terminal that is described by `env` can show. */
export function terminalGlyphs(env: NodeJS.ProcessEnv): Glyphs {
  if (!env.TERM || ASCII_TERMINALS.test(env.TERM)) return "ascii";
  return /utf-?8/i.test(characterLocale(env)) ? "unicode" : "ascii";
}
