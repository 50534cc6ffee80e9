// SPDX-License-Identifier: MIT
// The help says all it has to say, however narrow the screen is.
import type { ReactElement } from "react";
import { describe, expect, it } from "vitest";
import { Help } from "../../src/tui/help.js";
import { DEFAULT_KEYS } from "../../src/tui/key-bindings.js";
import { LEGEND } from "../../src/tui/legend.js";
import type { Desk } from "../../src/tui/overlay.js";

const ROWS = 500;

/** As laid out in the room that it wants of `columns`. */
function linesAt(columns: number): string[] {
  const help = new Help({ keys: DEFAULT_KEYS } as Desk);
  const wanted = help.wanted({ columns, rows: ROWS });
  expect(wanted.columns).toBeLessThanOrEqual(columns);
  const { props } = help.view(wanted) as ReactElement<{ lines: string[] }>;
  for (const line of props.lines) expect(line.length).toBeLessThanOrEqual(wanted.columns);
  expect(props.lines.length).toBe(wanted.rows);
  return props.lines;
}

const letters = (text: string): string => text.replace(/\s/g, "");

describe("the help", () => {
  it.each([18, 22, 30, 38, 46, 58, 78])("has every text whole in %d columns", (columns) => {
    const said = letters(linesAt(columns).join(""));
    for (const { shown, help } of DEFAULT_KEYS.rows) {
      if (help !== "") expect(said).toContain(letters(shown + help));
    }
    for (const line of LEGEND) expect(said).toContain(letters(line));
  });

  it("goes on under the text of a key, where there is room for it", () => {
    const lines = linesAt(38);
    const at = lines.findIndex((line) => line.includes("arrows hjkl"));
    expect(lines.slice(at, at + 2)).toEqual([
      " arrows hjkl   move by slot and by",
      "               line, or by row",
    ]);
  });
});
