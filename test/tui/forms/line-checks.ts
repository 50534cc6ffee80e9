// SPDX-License-Identifier: MIT
// What holds of every form's lines, whatever is in them.
import { expect } from "vitest";
import { type Line, lineText } from "../../../src/tui/forms/spans.js";
import type { Size } from "../../../src/tui/layout.js";

export function expectLines(lines: readonly Line[], { columns, rows }: Size): void {
  expect(lines.length).toBeLessThanOrEqual(rows);
  for (const line of lines) {
    expect(lineText(line)).toMatch(/^[\x20-\x7e]*$/);
    expect(lineText(line).length).toBeLessThanOrEqual(columns);
  }
}
