// SPDX-License-Identifier: MIT
// The rows of the list in flight: commands by age, and under each the task management functions that name it.

import type { InFlightCommand } from "../session/in-flight.js";
import { names, type OutstandingTask } from "../session/task-table.js";
import type { Region } from "./cells.js";
import type { ScreenModel } from "./model.js";
import { isSame, type Named, type TaskName } from "./named.js";
import type { ViewState } from "./view-state.js";

/** Functions worked out per frame: no screen shows more. */
const MOST_TASKS = 32;

export type FlightRow =
  | { readonly kind: "command"; readonly command: InFlightCommand }
  | { readonly kind: "task"; readonly task: OutstandingTask; readonly named: boolean };

function isNamed(task: OutstandingTask, command: InFlightCommand, nowNs: number): boolean {
  return names(task, {
    hostNo: command.hostNo,
    tagLow: Number(command.tag & 0xffffffffn),
    tagHigh: Number(command.tag >> 32n),
    lun: command.lun,
    // an age of the kernel's table is a little older than our look at the clock
    since: command.ageMs === null ? task.since : Math.min(task.since, nowNs - command.ageMs * 1e6),
  });
}

/** Functions that name none of the commands come first; with a filter they are left out. */
export function flightRows(model: ScreenModel, filtered: boolean): FlightRow[] {
  const { commands } = model.flight;
  const under = new Map<InFlightCommand, OutstandingTask[]>();
  const alone: FlightRow[] = [];
  for (const task of model.tasks.slice(0, MOST_TASKS)) {
    const command = commands.find((each) => isNamed(task, each, model.nowNs));
    if (command) under.set(command, [...(under.get(command) ?? []), task]);
    else if (!filtered) alone.push({ kind: "task", task, named: false });
  }
  const rows = commands.flatMap((command): FlightRow[] => [
    { kind: "command", command },
    ...(under.get(command) ?? []).map((task): FlightRow => ({ kind: "task", task, named: true })),
  ]);
  return [...alone, ...rows];
}

const wide = (high: number, low: number): bigint => (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);

export function taskName({ hostNo, midHigh, midLow }: OutstandingTask): TaskName {
  return { hostNo, mid: wide(midHigh, midLow) };
}

export function rowName(row: FlightRow): Named {
  if (row.kind === "task") return taskName(row.task);
  const { hostNo, cid } = row.command;
  return { hostNo, cid };
}

/** What the rows are about, from above. */
export function flightNames(model: ScreenModel, filtered: boolean): Named[] {
  return flightRows(model, filtered).map(rowName);
}

/** The function while it waits for its answer. */
export function findTask({ tasks }: ScreenModel, name: TaskName): OutstandingTask | null {
  return tasks.find((task) => isSame(taskName(task), name)) ?? null;
}

/** The commands in flight that a function is about, oldest first. */
export function namedBy(task: OutstandingTask, { flight, nowNs }: ScreenModel): InFlightCommand[] {
  return flight.commands.filter((command) => isNamed(task, command, nowNs));
}

/** Of so few rows none is spent on saying how many are not shown. */
const FEWEST_ROWS = 3;

export interface ShownFlight {
  readonly rows: readonly FlightRow[];
  readonly names: readonly Named[];
  /** Row of the screen where they begin: titles stand above them where there is room. */
  readonly top: number;
  /** Which of them is selected, -1 = none. */
  readonly chosen: number;
  /** Younger ones that the last line tells of; 0: it does not. */
  readonly hidden: number;
}

/** What of the list is shown in `region`: the selected row is. */
export function shownFlight(region: Region, model: ScreenModel, state: ViewState): ShownFlight {
  const { commands, count } = model.flight;
  const { command } = state;
  const all = flightRows(model, state.filter !== null);
  const room = region.height - (region.height > 3 ? 1 : 0);
  const total = all.length + count - commands.length;
  const height = total > room && room > FEWEST_ROWS ? room - 1 : room;
  const at = command ? all.findIndex((row) => isSame(rowName(row), command)) : -1;
  const first = Math.max(0, Math.min(at - height + 1, all.length - height));
  const rows = all.slice(first, first + height);
  return {
    rows,
    names: rows.map(rowName),
    top: region.y + region.height - room,
    chosen: at < 0 ? -1 : at - first,
    hidden: height === room ? 0 : total - first - height,
  };
}
