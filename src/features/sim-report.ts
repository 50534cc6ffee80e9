// SPDX-License-Identifier: MIT
// What the simulator's initiator found: how much it did, and whether its data came back right.
import type { SimStats } from "../device/native.js";

export interface SimReport extends SimStats {
  readonly schema: "tgtctl.sim/1";
  /** Wall time of the workload. */
  readonly seconds: number;
  readonly iops: number;
}

export function simReport(stats: SimStats, seconds: number): SimReport {
  const iops = seconds > 0 ? Math.round(stats.completed / seconds) : 0;
  return { schema: "tgtctl.sim/1", ...stats, seconds, iops };
}

/** `sim: 100000 commands in 1.2 s (83333/s), 0 failed, 0 corrupt, 0 aborted` */
export function simReportText(report: SimReport): string {
  const { completed, seconds, iops, failed, corrupt, aborted } = report;
  return (
    `sim: ${completed} commands in ${seconds.toFixed(1)} s (${iops}/s), ` +
    `${failed} failed, ${corrupt} corrupt, ${aborted} aborted\n`
  );
}
