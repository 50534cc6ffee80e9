// SPDX-License-Identifier: MIT
// Raw reports made into reports, in the thread of whoever reads them.
import { distributionOf } from "./distribution.js";
import { ofEachStage, type RawReport } from "./latency-book.js";
import type { RawReports } from "./measurement.js";
import type { LatencyReport, LatencyReports } from "./report.js";

export function reportsOf({ reports, broke }: RawReports): LatencyReports {
  return { reports: reports.map(reportOf), broke };
}

function reportOf({ wakeup, stages, whole, ...rest }: RawReport): LatencyReport {
  return {
    ...rest,
    wakeup: distributionOf(wakeup),
    stages: stages && ofEachStage((stage) => distributionOf(stages[stage])),
    whole: whole && distributionOf(whole),
  };
}
