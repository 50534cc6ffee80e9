// SPDX-License-Identifier: MIT
// One line made of pieces: where there is no room for all of them, the less important ones go.
import { type Cells, PLAIN } from "./cells.js";

export interface Segment {
  readonly text: string;
  /** Columns it takes whatever its text: numbers never jump. Default: those of the text. */
  readonly width?: number;
  readonly attributes?: number;
  /** The highest goes first; 0 stays, cut if need be. */
  readonly rank: number;
  /** Its text stands at the right of its width. */
  readonly right?: boolean;
}

const GAP = 2;

const widthOf = ({ text, width }: Segment): number => width ?? text.length;

/** Those that stay in `columns`, in their order. */
export function fittingSegments(segments: readonly Segment[], columns: number): Segment[] {
  const shown = segments.filter((segment) => widthOf(segment) > 0);
  const total = (): number => shown.reduce((sum, segment) => sum + widthOf(segment) + GAP, -GAP);
  while (total() > columns) {
    const worst = Math.max(...shown.map(({ rank }) => rank));
    if (!(worst > 0)) break;
    shown.splice(
      shown.findLastIndex(({ rank }) => rank === worst),
      1,
    );
  }
  return shown;
}

/** `left` from `x` on, `right` up to the end of `width`; the pieces of both compete for the room. */
export function paintSegments(
  cells: Cells,
  [x, y, width]: readonly [x: number, y: number, width: number],
  left: readonly Segment[],
  right: readonly Segment[],
): void {
  const shown = fittingSegments([...left, ...right], width);
  const ending = shown.filter((segment) => right.includes(segment));
  const taken = ending.reduce((sum, segment) => sum + widthOf(segment) + GAP, 0);
  let end = x + width - taken;
  let at = x;
  for (const segment of shown) {
    const isRight = ending.includes(segment);
    const from = isRight ? end + GAP : at;
    const room = Math.min(widthOf(segment), (isRight ? x + width : x + width - taken) - from);
    const put = segment.right ? cells.fieldRight : cells.field;
    put.call(cells, from, y, Math.max(0, room), segment.text, segment.attributes ?? PLAIN);
    if (isRight) end += widthOf(segment) + GAP;
    else at += widthOf(segment) + GAP;
  }
}
