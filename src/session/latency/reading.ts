// SPDX-License-Identifier: MIT
// Raw reports made into reports, in the thread of whoever reads them.
import { coarser, distributionOf } from "./distribution.js";
import { ofEachStage, type RawReport } from "./latency-book.js";
import type { RawReports } from "./measurement.js";
import type { Distribution, LatencyReport, LatencyReports } from "./report.js";

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

/** With at most `most` buckets in each distribution. */
export function withBuckets(report: LatencyReport, most: number): LatencyReport {
  const fewer = (distribution: Distribution): Distribution => coarser(distribution, most);
  const { stages, whole } = report;
  return {
    ...report,
    wakeup: fewer(report.wakeup),
    stages: stages && ofEachStage((stage) => fewer(stages[stage])),
    whole: whole && fewer(whole),
  };
}
