// SPDX-License-Identifier: MIT
// What a terminal emulator shows, as text that can be compared: its characters, then their attributes.

import type { IBufferCell, Terminal } from "@xterm/headless";

/** Once everything written has reached it. */
export async function linesOf(terminal: Terminal): Promise<string[]> {
  await settled(terminal);
  const buffer = terminal.buffer.active;
  return Array.from({ length: terminal.rows }, (_, y) =>
    (buffer.getLine(buffer.viewportY + y)?.translateToString(false) ?? "").trimEnd(),
  );
}

/** The screen as text, then its attributes (w: 1 bold 2 dim 4 underline 8 inverse; c: colour). */
export async function pictureOf(terminal: Terminal): Promise<string> {
  return `${[...(await linesOf(terminal)), "=".repeat(20), ...attributesOf(terminal)].join("\n")}\n`;
}

async function settled(terminal: Terminal): Promise<void> {
  await new Promise<void>((resolve) => terminal.write("", resolve));
}

const PLAIN = /^\.*$/;

/** Per cell: 0-7 a colour, then a letter for weight; `.` plain. Lines of plain cells are left out. */
function attributesOf(terminal: Terminal): string[] {
  const buffer = terminal.buffer.active;
  const lines: string[] = [];
  for (let y = 0; y < terminal.rows; y++) {
    const line = buffer.getLine(buffer.viewportY + y);
    let weight = "";
    let hue = "";
    for (let x = 0; x < terminal.cols; x++) {
      const cell = line?.getCell(x);
      if (!cell) continue;
      weight += weightOf(cell);
      hue += cell.isFgDefault() ? "." : cell.getFgColor().toString(16);
    }
    if (!PLAIN.test(weight)) lines.push(`${String(y).padStart(2)} w ${weight}`);
    if (!PLAIN.test(hue)) lines.push(`${String(y).padStart(2)} c ${hue}`);
  }
  return lines;
}

function weightOf(cell: IBufferCell): string {
  const marks = [cell.isBold(), cell.isDim(), cell.isUnderline(), cell.isInverse()];
  const code = marks.reduce((sum, is, i) => sum + (is ? 1 << i : 0), 0);
  return code === 0 ? "." : code.toString(16);
}
