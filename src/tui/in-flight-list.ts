// SPDX-License-Identifier: MIT
// Commands in flight, oldest first: what is stuck stands on top.

import { ageText } from "../features/frame-units.js";
import { lunText } from "../scsi/lun.js";
import { functionHasTag, functionName } from "../scsi/task-management.js";
import type { InFlightCommand } from "../session/in-flight.js";
import type { OutstandingTask } from "../session/task-table.js";
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
import { fitted } from "./fitted-text.js";
import { inside, type Placed, placeColumns, STATE_WIDTH } from "./flight-columns.js";
import { type FlightRow, shownFlight, taskName } from "./flight-rows.js";
import type { ScreenModel } from "./model.js";
import type { ViewState } from "./view-state.js";

/** Amber from half the timeout on, red and underlined from nine tenths. */
export function ageAttributes(ageMs: number | null, timeoutMs: number): number {
  if (ageMs === null || ageMs < timeoutMs / 2) return PLAIN;
  return ageMs < timeoutMs * 0.9 ? YELLOW | BOLD : RED | BOLD | UNDERLINE;
}

/** `30 s`: without the fraction that ages have. */
function limitText(ms: number): string {
  return ageText(ms).replace(".0 s", " s");
}

/** `in flight 26   oldest 4.1 s of 30 s   TMF 1`. */
export function inFlightTitle(model: ScreenModel, filtered: boolean): string {
  const { timeout, tasks } = model;
  const { count, oldestMs } = model.flight;
  const limit = `of ${timeout.known ? "" : "the usual "}${limitText(timeout.ms)}`;
  const oldest = oldestMs === null || count === 0 ? "" : `   oldest ${ageText(oldestMs)} ${limit}`;
  const open = tasks.length > 0 ? `   TMF ${tasks.length}` : "";
  return `in flight ${count}${filtered ? " matching" : ""}${oldest}${open}`;
}

/** `in flight 26, oldest 4.1 s`. */
export function shortInFlightTitle(model: ScreenModel, filtered: boolean): string {
  const { count, oldestMs } = model.flight;
  const oldest = oldestMs === null || count === 0 ? "" : `, oldest ${ageText(oldestMs)}`;
  return `in flight ${count}${filtered ? " matching" : ""}${oldest}`;
}

interface Place {
  readonly region: Region;
  readonly y: number;
  readonly columns: readonly Placed[];
}

function paintCommand(
  cells: Cells,
  { region, y, columns }: Place,
  command: InFlightCommand,
  mark: number,
  timeoutMs: number,
): void {
  if (mark) cells.field(region.x, y, region.width, "", mark);
  for (const column of columns) {
    const isAge = column.title === "age";
    const attributes = mark | (isAge ? ageAttributes(command.ageMs, timeoutMs) : PLAIN);
    const put = column.right ? cells.fieldRight : cells.field;
    const width = inside(column, region);
    const text = column.text(command);
    put.call(cells, column.x, y, width, fitted(text, width), attributes);
  }
}

const wide = (high: number, low: number): bigint => (BigInt(high) << 32n) | BigInt(low);

function isHeldTask(task: OutstandingTask, model: ScreenModel): boolean {
  const { hostNo, mid } = taskName(task);
  return model.hold !== null && model.heldTask(hostNo, mid) !== null;
}

function taskText(task: OutstandingTask): string {
  const name = functionName(task.fn);
  if (functionHasTag(task.fn))
    return `${name} tag=0x${wide(task.tagHigh, task.tagLow).toString(16)}`;
  return `${name} lun=${lunText(task.lun)}`;
}

const WAITS = "waits for TSK_MGMT_RSP";

function paintTask(
  cells: Cells,
  { region, y }: Place,
  { task, named }: Extract<FlightRow, { kind: "task" }>,
  mark: number,
  model: ScreenModel,
): void {
  const { x, width } = region;
  if (mark) cells.field(x, y, width, "", mark);
  const ageMs = model.timed ? Math.max(0, model.nowNs - task.since) / 1e6 : null;
  const text = `${named ? "  └ " : "  "}${taskText(task)}`;
  const ageAt = Math.max(x + 1, x + width - 7);
  const hasState = width >= 44;
  const waits = text.length + WAITS.length + 9 > width ? "waits" : WAITS;
  const state = isHeldTask(task, model) ? "held" : waits;
  const stateAt = Math.max(x + 1, ageAt - 1 - Math.max(STATE_WIDTH, state.length));
  const room = Math.max(0, (hasState ? stateAt : ageAt) - 1 - (x + 1));
  cells.field(x + 1, y, room, text, mark | YELLOW);
  if (hasState) cells.put(stateAt, y, state, mark);
  const age = ageMs === null ? "-" : ageText(ageMs);
  cells.fieldRight(
    ageAt,
    y,
    Math.min(6, x + width - ageAt),
    age,
    mark | ageAttributes(ageMs, model.timeout.ms),
  );
}

export function paintInFlight(
  cells: Cells,
  region: Region,
  model: ScreenModel,
  state: ViewState,
): void {
  const { rows: shown, top, chosen, hidden } = shownFlight(region, model, state);
  const listed = shown.flatMap((row) => (row.kind === "command" ? [row.command] : []));
  const columns = placeColumns(region, listed);
  if (top > region.y) paintTitles(cells, { region, y: region.y, columns });
  shown.forEach((row, i) => {
    const place = { region, y: top + i, columns };
    const here = i === chosen;
    const mark = here && state.focus === "flight" ? INVERSE : PLAIN;
    if (row.kind === "task") paintTask(cells, place, row, mark, model);
    else paintCommand(cells, place, row.command, mark, model.timeout.ms);
    if (here) cells.set(region.x, place.y, ">".charCodeAt(0), BOLD);
  });
  if (hidden <= 0) return;
  const y = region.y + region.height - 1;
  cells.field(region.x + 1, y, region.width - 1, `... and ${hidden} younger ones`, DIM);
}

function paintTitles(cells: Cells, { region, y, columns }: Place): void {
  for (const column of columns) {
    const put = column.right ? cells.fieldRight : cells.field;
    put.call(cells, column.x, y, inside(column, region), column.title, DIM);
  }
}
