// SPDX-License-Identifier: MIT
// What `tgtctl latency` prints at its end.
import { latencyDocument } from "../features/latency/document.js";
import { nsText } from "../features/latency/duration-text.js";
import type { Outcome } from "../features/latency/measure.js";
import type { Measured } from "../features/latency/measured.js";
import { summaryLines } from "../features/latency/summary-text.js";
import { tableLines } from "../features/latency/table-text.js";
import { hanging, printable } from "../features/text-layout.js";
import type { LatencyBreak } from "../session/latency/report.js";

const CONTINUED = 2;

export interface PrintOptions {
  readonly json: boolean;
  readonly table: boolean;
  readonly breakUs?: number;
  /** The file with the rings of a break; null: there is none. */
  readonly snapshot: string | null;
}

export function printOutcome(
  { reports }: Outcome,
  measured: Measured,
  options: PrintOptions,
): void {
  const shown = reports.reports.filter(({ samples, missed }) => samples > 0 || missed > 0);
  const { broke } = reports;
  if (options.json) {
    const broken = broke && { broke, file: options.snapshot };
    print(shown.map((report) => JSON.stringify(latencyDocument(report, measured, broken))));
    return;
  }
  const table = tableLines(shown, measured);
  const summaries = shown.map((report) => [...summaryLines(report, measured), ""]);
  if (!options.table) print(summaries.flat().slice(0, -1));
  if (options.table || shown.length > 1) printTable(options.table ? table : ["", ...table]);
  if (broke) print(breakLines(broke, options));
}

function breakLines(broke: LatencyBreak, { breakUs, snapshot }: PrintOptions): string[] {
  const { sample, mode, trace } = broke;
  const at = `${mode} took ${nsText(sample.wakeup_ns)}, above ${breakUs ?? 0} us`;
  const traced = trace === null ? "the trace buffer is marked and stopped" : `no trace: ${trace}`;
  const kept = snapshot === null ? [] : [`the rings as they were: tgtctl dump ${snapshot}`];
  return [`break: ${at}; ${traced}`, ...kept];
}

/** Never broken: a line is for a script too. */
function printTable(lines: readonly string[]): void {
  process.stdout.write(lines.map((line) => `${line}\n`).join(""));
}

function print(lines: readonly string[]): void {
  const fitting = lines.flatMap((line) =>
    line.startsWith("{") ? [line] : hanging(printable(line), CONTINUED),
  );
  process.stdout.write(fitting.map((line) => `${line}\n`).join(""));
}
