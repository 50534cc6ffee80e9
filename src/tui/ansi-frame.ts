// SPDX-License-Identifier: MIT
// The bare frame Ink hands over, as cells: text, line ends and SGR; everything else is dropped.

import { BOLD, type Cells, COLOR_MASK, color, DIM, INVERSE, PLAIN, UNDERLINE } from "./cells.js";

// one CSI sequence, another escape sequence, or one character
const TOKEN = /\x1b\[([0-9;:?]*)([@-~])|\x1b[^[]|[\s\S]/g;

function isSet(code: number): number | null {
  return { 1: BOLD, 2: DIM, 4: UNDERLINE, 7: INVERSE }[code] ?? null;
}

function isReset(code: number): number | null {
  return { 22: BOLD | DIM, 24: UNDERLINE, 27: INVERSE, 39: COLOR_MASK }[code] ?? null;
}

/** `attributes` after one SGR code; codes we do not use change nothing. */
function applyCode(attributes: number, code: number): number {
  if (code === 0) return PLAIN;
  const set = isSet(code);
  if (set !== null) return attributes | set;
  const reset = isReset(code);
  if (reset !== null) return attributes & ~reset;
  if (code >= 30 && code <= 37) return (attributes & ~COLOR_MASK) | color(code - 30);
  if (code >= 90 && code <= 97) return (attributes & ~COLOR_MASK) | color(code - 82);
  return attributes;
}

/** Replaces all of `cells` by `frame`; what does not fit is cut. */
export function parseFrame(frame: string, cells: Cells): void {
  cells.clear();
  let [x, y, attributes] = [0, 0, PLAIN];
  for (const match of frame.matchAll(TOKEN)) {
    const [token, parameters, final] = match;
    if (final === "m") {
      for (const code of (parameters ?? "").split(";")) {
        attributes = applyCode(attributes, Number(code));
      }
    } else if (token === "\n") {
      x = 0;
      y++;
    } else if (token.length === 1 && token >= " ") {
      cells.set(x++, y, token.charCodeAt(0), attributes);
    }
  }
}
