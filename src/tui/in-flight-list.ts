// SPDX-License-Identifier: MIT
// Commands in flight, oldest first: what is stuck stands on top.

import { ageText } from "../features/frame-units.js";
import { lunText } from "../scsi/lun.js";
import type { InFlightCommand } from "../session/in-flight.js";
import {
  BOLD,
  type Cells,
  DIM,
  INVERSE,
  PLAIN,
  RED,
  type Region,
  UNDERLINE,
  YELLOW,
} from "./cells.js";
import type { ScreenModel } from "./model.js";
import type { ViewState } from "./view-state.js";

/** The SCSI midlayer's default for disks; the host's own is not visible from here. */
const TIMEOUT_MS = 30_000;

/** Amber from half the timeout on, red and underlined from nine tenths. */
export function ageAttributes(ageMs: number | null): number {
  if (ageMs === null || ageMs < TIMEOUT_MS / 2) return PLAIN;
  return ageMs < TIMEOUT_MS * 0.9 ? YELLOW | BOLD : RED | BOLD | UNDERLINE;
}

/** `in flight 26   oldest 4.1 s of 30 s   1 task function open`. */
export function inFlightTitle(model: ScreenModel): string {
  const { count, oldestMs } = model.flight;
  const oldest = oldestMs === null || count === 0 ? "" : `   oldest ${ageText(oldestMs)} of 30 s`;
  return `in flight ${count}${oldest}${model.tasks > 0 ? `   TMF open ${model.tasks}` : ""}`;
}

/** `in flight 26, oldest 4.1 s`. */
export function shortInFlightTitle(model: ScreenModel): string {
  const { count, oldestMs } = model.flight;
  const oldest = oldestMs === null || count === 0 ? "" : `, oldest ${ageText(oldestMs)}`;
  return `in flight ${count}${oldest}`;
}

interface Column {
  readonly title: string;
  /** 0 = what is left. */
  readonly width: number;
  readonly right: boolean;
  /** Shown from this width of the list on. */
  readonly from: number;
  text(command: InFlightCommand): string;
}

const COLUMNS: readonly Column[] = [
  { title: "cid", width: 10, right: true, from: 0, text: (c) => String(c.cid) },
  { title: "host", width: 4, right: true, from: 70, text: (c) => String(c.hostNo) },
  { title: "lun", width: 4, right: true, from: 48, text: (c) => lunText(c.lun) },
  { title: "command", width: 0, right: false, from: 0, text: (c) => c.text() },
  { title: "state", width: 12, right: false, from: 44, text: (c) => c.state },
  {
    title: "age",
    width: 6,
    right: true,
    from: 0,
    text: (c) => (c.ageMs === null ? "-" : ageText(c.ageMs)),
  },
];

type Placed = Column & { readonly x: number };

function placeColumns(region: Region): Placed[] {
  const shown = COLUMNS.filter((column) => region.width >= column.from);
  const taken = shown.reduce((sum, column) => sum + column.width + 1, 0);
  let x = region.x + 1;
  return shown.map((column) => {
    const width = column.width || Math.max(4, region.width - 1 - taken);
    const placed = { ...column, width, x };
    x += width + 1;
    return placed;
  });
}

function paintRow(
  cells: Cells,
  y: number,
  columns: Placed[],
  command: InFlightCommand,
  mark: number,
) {
  for (const column of columns) {
    const attributes = mark | (column.title === "age" ? ageAttributes(command.ageMs) : PLAIN);
    const put = column.right ? cells.fieldRight : cells.field;
    put.call(cells, column.x, y, column.width, column.text(command), attributes);
  }
}

/** The first command to show so that the chosen one is visible. */
function firstShown(commands: readonly InFlightCommand[], chosen: number, rows: number): number {
  return Math.max(0, Math.min(chosen - rows + 1, commands.length - rows));
}

export function paintInFlight(
  cells: Cells,
  region: Region,
  model: ScreenModel,
  state: ViewState,
  focused: boolean,
): void {
  const columns = placeColumns(region);
  for (const { x, width, title, right } of columns) {
    if (right) cells.fieldRight(x, region.y, width, title, DIM);
    else cells.field(x, region.y, width, title, DIM);
  }
  const { commands, count } = model.flight;
  const chosen = commands.findIndex(
    (c) => c.hostNo === state.command?.hostNo && c.cid === state.command.cid,
  );
  const rows = region.height - 1;
  const first = firstShown(commands, chosen, rows);
  commands.slice(first, first + rows).forEach((command, i) => {
    const here = first + i === chosen;
    const y = region.y + 1 + i;
    if (here) cells.set(region.x, y, ">".charCodeAt(0), BOLD);
    paintRow(cells, y, columns, command, here && focused ? INVERSE : PLAIN);
  });
  const hidden = count - Math.min(commands.length, first + rows);
  if (hidden > 0 && rows > 0) {
    const y = region.y + region.height - 1;
    cells.field(region.x + 1, y, region.width - 1, `... and ${hidden + 1} younger ones`, DIM);
  }
}
