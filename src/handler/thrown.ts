// SPDX-License-Identifier: MIT
// What somebody threw, in one line and with its place; it may be anything, and may bite.
import { fileURLToPath } from "node:url";

export interface Place {
  /** URL */
  readonly file: string;
  readonly line: string;
}

const MOST_TEXT = 200;
const NOTHING = "something that cannot be shown";

/** `TypeError: x is not a function`; never throws. */
export function thrownText(thrown: unknown): string {
  try {
    const text = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
    const [line = ""] = text.split("\n");
    return line.slice(0, MOST_TEXT) || NOTHING;
  } catch {
    return NOTHING;
  }
}

/** The first place on its stack that is in one of `files` (URLs). */
export function thrownAt(thrown: unknown, files: readonly string[]): Place | null {
  try {
    const stack = thrown instanceof Error ? String(thrown.stack) : "";
    const places = stack.split("\n").flatMap((line) => files.map((file) => placeIn(line, file)));
    return places.find((place) => place !== null) ?? null;
  } catch {
    return null; // a stack of its own making says nothing
  }
}

/** ES modules appear by their URL, CommonJS by its path. */
function placeIn(text: string, file: string): Place | null {
  for (const name of [file, fileURLToPath(file)]) {
    const at = text.indexOf(`${name}:`);
    const line = at < 0 ? null : /^\d+/.exec(text.slice(at + name.length + 1));
    if (line) return { file, line: line[0] };
  }
  return null;
}
