// SPDX-License-Identifier: MIT
// Reports as the control socket carries them: JSON, and small enough for one message whatever was measured.
import { coarser } from "./distribution.js";
import { ofEachStage } from "./latency-book.js";
import type { Distribution, LatencyBreak, LatencyReport, LatencyReports } from "./report.js";

/** In each of 7 distributions of 4 modes: together with all below less than MOST_BYTES_OUT. */
const MOST_BUCKETS = 600;
export const MOST_WIRE_WORST = 200;

/** LatencyReports, but for the rings, which are base64. */
export interface WireReports extends Pick<LatencyReports, "reports"> {
  readonly broke: (Omit<LatencyBreak, "rings"> & { readonly rings: string }) | null;
}

/** Percentiles are those of the full histogram; of that itself many buckets are counted together. */
export function wireOf({ reports, broke }: LatencyReports): WireReports {
  const rings = broke && Buffer.from(broke.rings).toString("base64");
  return {
    reports: reports.map(smaller),
    broke: broke && { ...broke, rings: rings ?? "" },
  };
}

export function reportsOfWire({ reports, broke }: WireReports): LatencyReports {
  const rings = broke && new Uint8Array(Buffer.from(broke.rings, "base64"));
  return { reports, broke: broke && { ...broke, rings: rings ?? new Uint8Array() } };
}

function smaller(report: LatencyReport): LatencyReport {
  const fewer = (distribution: Distribution): Distribution => coarser(distribution, MOST_BUCKETS);
  const { stages, whole } = report;
  return {
    ...report,
    wakeup: fewer(report.wakeup),
    stages: stages && ofEachStage((stage) => fewer(stages[stage])),
    whole: whole && fewer(whole),
    worst: report.worst.slice(0, MOST_WIRE_WORST),
  };
}
