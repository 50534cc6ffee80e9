// SPDX-License-Identifier: MIT
// The columns of the list in flight: which there is room for, and where each stands.

import { ageText } from "../features/frame-units.js";
import { lunText } from "../scsi/lun.js";
import type { CommandState, InFlightCommand } from "../session/in-flight.js";
import type { Region } from "./cells.js";

const STATE_TEXT: Partial<Record<CommandState, string>> = { queued: "kernel queue" };
export const STATE_WIDTH = 12;

interface Column {
  readonly title: string;
  /** 0 = what is left; two = at least, at most, by what is shown. */
  readonly width: number | readonly [number, number];
  readonly right: boolean;
  /** Shown from this width of the list on. */
  readonly from: number;
  text(command: InFlightCommand): string;
}

const COLUMNS: readonly Column[] = [
  { title: "cid", width: [5, 10], right: true, from: 0, text: (c) => String(c.cid) },
  { title: "host", width: 4, right: true, from: 56, text: (c) => String(c.hostNo) },
  { title: "tag", width: [5, 20], right: true, from: 62, text: (c) => String(c.tag) },
  { title: "lun", width: 3, right: true, from: 48, text: (c) => lunText(c.lun) },
  { title: "command", width: 0, right: false, from: 0, text: (c) => c.text() },
  {
    title: "state",
    width: STATE_WIDTH,
    right: false,
    from: 44,
    text: (c) => STATE_TEXT[c.state] ?? c.state,
  },
  {
    title: "age",
    width: 6,
    right: true,
    from: 0,
    text: (c) => (c.ageMs === null ? "-" : ageText(c.ageMs)),
  },
];
/** Of the command's text, before the tag is left out. */
const ENOUGH = 18;

/** A column where it stands. */
export interface Placed extends Column {
  readonly x: number;
  readonly columns: number;
}

function columnsOf({ width, text }: Column, commands: readonly InFlightCommand[]): number {
  if (typeof width === "number") return width;
  const [least, most] = width;
  const longest = commands.reduce((max, command) => Math.max(max, text(command).length), least);
  return Math.min(most, longest);
}

/** Those that `region` has room for, as wide as what is listed needs. */
export function placeColumns(region: Region, commands: readonly InFlightCommand[]): Placed[] {
  const sized = COLUMNS.filter((column) => region.width >= column.from).map((column) => {
    return { ...column, x: 0, columns: columnsOf(column, commands) };
  });
  const taken = (columns: readonly Placed[]): number =>
    columns.reduce((sum, column) => sum + column.columns + 1, 1);
  const isTight = region.width - taken(sized) < ENOUGH;
  const shown = isTight ? sized.filter(({ title }) => title !== "tag") : sized;
  const rest = Math.max(4, region.width - taken(shown));
  let x = region.x + 1;
  return shown.map((column) => {
    const placed = { ...column, x, columns: column.columns || rest };
    x += placed.columns + 1;
    return placed;
  });
}

/** What of it lies inside the region. */
export function inside({ x, columns }: Placed, region: Region): number {
  return Math.max(0, Math.min(columns, region.x + region.width - x));
}
