// SPDX-License-Identifier: MIT
// A line for each mode, read as cyclictest's are: microseconds.
import type { LatencyReport } from "../../session/latency/report.js";
import type { Measured } from "./measured.js";

const NS_PER_US = 1000;
/** Of a number of microseconds. */
const WIDTH = 6;

/** Of wake-ups: events that were met awake are in no line. `M: poll  P: 0 I:1000 C:  20012 Min:   3.1 Act:   5.2 Avg:   5.6 Max:  61.0 Miss:0` */
export function tableLines(
  reports: readonly LatencyReport[],
  { priority, intervalNs }: Pick<Measured, "priority" | "intervalNs">,
): string[] {
  const interval = intervalNs === null ? "-" : String(Math.round(intervalNs / NS_PER_US));
  return reports.map(({ mode, wakeup, over_time, missed }) => {
    // the mean of what came last: one sample says little
    const now = over_time.findLast(({ count }) => count > 0)?.mean ?? null;
    const values = [
      `M: ${mode.padEnd(5)}`,
      `P:${String(priority).padStart(2)}`,
      `I:${interval}`,
      `C:${String(wakeup.count).padStart(7)}`,
      `Min:${us(wakeup.min)}`,
      `Act:${us(now)}`,
      `Avg:${us(wakeup.mean)}`,
      `Max:${us(wakeup.max)}`,
      `Miss:${missed}`,
    ];
    return values.join(" ");
  });
}

function us(ns: number | null): string {
  const value = ns === null ? Number.NaN : ns / NS_PER_US;
  if (Number.isNaN(value)) return "-".padStart(WIDTH);
  return value.toFixed(value < 1000 ? 1 : 0).padStart(WIDTH);
}
