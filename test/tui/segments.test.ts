// SPDX-License-Identifier: MIT
// Pieces of a line: what stays where there is little room, and that nothing overlaps.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Cells, cellCharacter } from "../../src/tui/cells.js";
import { fittingSegments, paintSegments, type Segment } from "../../src/tui/segments.js";

const piece = (text: string, rank: number, width?: number): Segment => ({
  text,
  rank,
  ...(width !== undefined && { width }),
});

function line(columns: number, left: readonly Segment[], right: readonly Segment[]): string {
  const cells = new Cells(columns, 1);
  paintSegments(cells, [0, 0, columns], left, right);
  return Array.from({ length: columns }, (_, x) => cellCharacter(cells.at(x, 0), "ascii")).join("");
}

describe("a line of pieces", () => {
  it("has the left ones at the left, the right ones at the right", () => {
    expect(line(20, [piece("ab", 0), piece("c", 0)], [piece("z", 0, 3)])).toBe(
      "ab  c            z  ",
    );
  });

  it("loses the least important first, of equals the last", () => {
    const left = [piece("device", 0), piece("dialect", 2), piece("owner", 1)];
    expect(line(22, left, [])).toBe("device  dialect  owner");
    expect(line(21, left, [])).toBe("device  owner        ");
    expect(line(12, left, [])).toBe("device      ");
    expect(line(4, left, [])).toBe("dev~");
  });

  it("never takes more than there is, whatever the pieces", () => {
    const any = fc.record({
      text: fc.string({ maxLength: 30 }),
      rank: fc.integer({ min: 0, max: 5 }),
      width: fc.option(fc.integer({ min: 0, max: 30 }), { nil: undefined }),
    }) as fc.Arbitrary<Segment>;
    fc.assert(
      fc.property(
        fc.array(any),
        fc.array(any),
        fc.integer({ min: 1, max: 80 }),
        (a, b, columns) => {
          expect(line(columns, a, b)).toHaveLength(columns);
          const shown = fittingSegments([...a, ...b], columns);
          const total = shown.reduce((sum, s) => sum + (s.width ?? s.text.length) + 2, -2);
          if (total > columns) expect(shown.every(({ rank }) => rank === 0)).toBe(true);
        },
      ),
    );
  });
});
