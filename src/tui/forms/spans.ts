// SPDX-License-Identifier: MIT
// Lines of a form as text with a look, and exactly as wide as they may be: pure, so that they can be tested.

export type Look = "plain" | "name" | "dim" | "bold" | "cursor" | "changed" | "trouble" | "done";

export interface Span {
  readonly text: string;
  readonly look: Look;
}

export type Line = readonly Span[];

export function span(text: string, look: Look = "plain"): Span {
  return { text: printable(text), look };
}

/** Names of disks and lines of the kernel's log can hold anything. */
function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, "?");
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
  const room = Math.max(1, width - indent);
  const lines: string[] = [];
  let line = "";
  for (const word of printable(text).split(" ")) {
    if (line !== "" && line.length + 1 + word.length > room) {
      lines.push(line);
      line = "";
    }
    line = line === "" ? word : `${line} ${word}`;
    while (line.length > room) {
      lines.push(line.slice(0, room));
      line = line.slice(room);
    }
  }
  return [...lines, line].map((each) => [span(" ".repeat(indent) + each, look)]);
}
