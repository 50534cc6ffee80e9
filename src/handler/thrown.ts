// SPDX-License-Identifier: MIT
// What somebody threw, in one line and with its place; it may be anything, and may bite.

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

/** `file:///srv/my-handler.js` and 7: the first place on its stack that is in one of `files` (URLs). */
export function thrownAt(
  thrown: unknown,
  files: readonly string[],
): { readonly file: string; readonly line: string } | null {
  try {
    const stack = thrown instanceof Error ? String(thrown.stack) : "";
    for (const [, file = "", line = ""] of stack.matchAll(
      /(file:\/\/[^\s():?]+)[^\s():]*:(\d+)/g,
    )) {
      if (files.includes(file)) return { file, line };
    }
  } catch {
    // a stack of its own making says nothing
  }
  return null;
}
