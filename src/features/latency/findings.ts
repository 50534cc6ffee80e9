// SPDX-License-Identifier: MIT
// What a measurement cannot be believed for, or has not got: each an error of its own.
import { TgtctlError } from "../../errors.js";
import type { LatencyReport, LatencyReports } from "../../session/latency/report.js";
import { spanText } from "./duration-text.js";

/** So many samples at once do not take 0 ns by chance. */
const SURE = 10;

/** Null: there is something to show. */
export function nothingMeasured(
  { reports }: LatencyReports,
  device: string,
  stopped: boolean,
): TgtctlError | null {
  if (reports.some(({ samples }) => samples > 0)) return null;
  const ms = reports.reduce((sum, { measured_ms }) => sum + measured_ms, 0);
  const missed = reports.reduce((sum, report) => sum + report.missed, 0);
  const text = missed > 0 ? `all ${missed} events were missed` : "no event came";
  return new TgtctlError(
    stopped ? "interrupted" : "inputMissing",
    `${device}: ${text} in ${spanText(ms)}: nothing was measured`,
    "send its disk commands (fio, dd), or let --rate N do it",
  );
}

/** Null: the stamps differ. */
export function standingClock({ reports }: LatencyReports, device: string): TgtctlError | null {
  const stands = reports.find(isStanding);
  if (!stands) return null;
  return new TgtctlError(
    "abiMismatch",
    `${device}: the clock does not move: ${stands.samples} samples, all of 0 ns`,
    "no figure can be had there: look at /sys/devices/system/clocksource/clocksource0",
  );
}

function isStanding({ wakeup, whole }: LatencyReport): boolean {
  return wakeup.count >= SURE && wakeup.max === 0 && (whole?.max ?? 0) === 0;
}
