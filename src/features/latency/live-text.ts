// SPDX-License-Identifier: MIT
// A measurement that runs, as a block of lines: how far it is, the percentiles, the histogram.
import type { LatencyReport, LatencyReports, WaitMode } from "../../session/latency/report.js";
import { nsText, spanText } from "./duration-text.js";
import { histogramLines } from "./histogram-text.js";
import { countText, percentileLines } from "./summary-text.js";
import { tableLines } from "./table-text.js";

export interface LiveState {
  readonly reports: LatencyReports;
  readonly elapsedMs: number;
  readonly durationMs: number | null;
  /** Of each mode. */
  readonly samples: number | null;
  readonly mode: WaitMode;
  readonly intervalNs: number | null;
}

export interface Room {
  readonly columns: number;
  readonly rows: number;
}

const BAR = 20;
/** Of a histogram. */
const LEAST_ROWS = 3;
const LEAST_COLUMNS = 50;

/** As many lines as fit, the first ones the most needed. */
export function liveLines(state: LiveState, { columns, rows }: Room): string[] {
  const { reports, mode, intervalNs } = state;
  const report = reports.reports.find((each) => each.mode === mode);
  const lines = [progressText(state)];
  if (report) lines.push(...reportLines(report, state, { columns, rows: rows - 1 }));
  const others =
    reports.reports.length > 1 ? tableLines(reports.reports, { priority: 0, intervalNs }) : [];
  const kept = lines.slice(0, Math.max(1, rows - others.length));
  return [...kept, ...others].slice(0, rows).map((line) => line.slice(0, columns));
}

function reportLines(report: LatencyReport, { intervalNs }: LiveState, room: Room): string[] {
  const { wakeup } = report;
  const counts = ` ${countText(report)}`;
  const numbers = percentileLines(report, intervalNs, room.columns);
  // where it does not fit, what was missed stands in the first line
  if (counts.length <= room.columns) numbers.unshift(counts);
  const left = room.rows - numbers.length;
  if (wakeup.count === 0 || left < LEAST_ROWS || room.columns < LEAST_COLUMNS) return numbers;
  return [...numbers, ...histogramLines(wakeup, room.columns, left)];
}

/** ` poll [######--------------] 6.1 s of 20.0 s, 6103 samples, p99 14.3 us, max 61.0 us` */
export function progressText(state: LiveState): string {
  const { reports, elapsedMs, durationMs, samples, mode } = state;
  const report = reports.reports.find((each) => each.mode === mode);
  const got = Math.min(...reports.reports.map((each) => each.samples));
  const shares = [
    durationMs === null ? 0 : elapsedMs / durationMs,
    samples === null || reports.reports.length === 0 ? 0 : got / samples,
  ];
  const done = Math.round(Math.max(0, Math.min(1, Math.max(...shares))) * BAR);
  const bounded = durationMs !== null || samples !== null;
  const bar = bounded ? ` [${"#".repeat(done)}${"-".repeat(BAR - done)}]` : "";
  const time =
    durationMs === null ? spanText(elapsedMs) : `${spanText(elapsedMs)} of ${spanText(durationMs)}`;
  const { wakeup } = report ?? {};
  const figures = wakeup ? `, p99 ${nsText(wakeup.p99)}, max ${nsText(wakeup.max)}` : "";
  const missed = report && report.missed > 0 ? `, ${report.missed} missed` : "";
  const of = samples === null ? "" : ` of ${samples}`;
  return ` ${mode}${bar} ${time}, ${report?.samples ?? 0}${of} samples${missed}${figures}`;
}
