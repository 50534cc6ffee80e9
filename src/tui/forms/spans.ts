// SPDX-License-Identifier: MIT
// Lines of a form as text with a look, and exactly as wide as they may be: pure, so that they can be tested.

import { printable, wrap } from "../../features/text-layout.js";

export type Look = "plain" | "name" | "dim" | "bold" | "cursor" | "changed" | "trouble" | "done";

export interface Span {
  readonly text: string;
  readonly look: Look;
}

export type Line = readonly Span[];

export function span(text: string, look: Look = "plain"): Span {
  return { text: printable(text), look };
}

export function lineText(line: Line): string {
  return line.map(({ text }) => text).join("");
}

export function lengthOf(line: Line): number {
  return line.reduce((sum, { text }) => sum + text.length, 0);
}

/** At most `width` columns; where something is cut the last one says so. */
export function cut(line: Line, width: number): Line {
  if (lengthOf(line) <= width) return line;
  const out: Span[] = [];
  let room = Math.max(0, width - 1);
  for (const { text, look } of line) {
    if (room > 0) out.push({ text: text.slice(0, room), look });
    room = Math.max(0, room - text.length);
  }
  return width > 0 ? [...out, { text: "~", look: "plain" }] : [];
}

/** Exactly `width` columns. */
export function padded(line: Line, width: number): Line {
  const shown = cut(line, width);
  const room = width - lengthOf(shown);
  return room > 0 ? [...shown, { text: " ".repeat(room), look: "plain" }] : shown;
}

/** Broken at spaces, and inside a word only if that is wider than `width`; all of it indented. */
export function wrapped(text: string, width: number, look: Look = "plain", indent = 0): Line[] {
  const lines = wrap(printable(text), Math.max(1, width - indent));
  return lines.map((line) => [span(" ".repeat(indent) + line, look)]);
}
