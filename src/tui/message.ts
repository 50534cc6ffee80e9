// SPDX-License-Identifier: MIT
// What came of an action: a few lines above the key line, until the next key or for some seconds.
import { causeText, TgtctlError } from "../errors.js";
import { wrap } from "../features/text-layout.js";
import { BOLD, type Cells, GREEN, INVERSE, RED } from "./cells.js";
import type { Tone } from "./overlay.js";

const MOST_ROWS = 4;
/** Long enough to read four lines. */
const SHOWN_MS = 15_000;

export interface Message {
  readonly text: string;
  readonly tone: Tone;
  /** performance.now() when it was said. */
  readonly since: number;
}

export function isOver({ since }: Message, nowMs: number): boolean {
  return nowMs - since > SHOWN_MS;
}

/** What failed, and what to do about it. */
export function troubleText(error: unknown): string {
  return error instanceof TgtctlError ? `${error.message}: ${error.remedy}` : causeText(error);
}

/** `y`: the row of the key line. */
export function paintMessage(cells: Cells, y: number, { text, tone }: Message): void {
  const words = text.trim().replace(/\s+/g, " ");
  const lines = wrap(words, Math.max(1, cells.columns - 4)).slice(0, MOST_ROWS);
  const attributes = (tone === "trouble" ? RED : GREEN) | BOLD | INVERSE;
  lines.forEach((line, i) => {
    const mark = i > 0 ? "  " : tone === "trouble" ? "! " : "> ";
    cells.field(0, y - lines.length + i, cells.columns, ` ${mark}${line}`, attributes);
  });
}
