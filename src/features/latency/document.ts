// SPDX-License-Identifier: MIT
// The tgtctl.latency/1 document of one mode: plain numbers of nanoseconds.
import {
  type Distribution,
  type LatencyBreak,
  type LatencyReport,
  STAGES,
} from "../../session/latency/report.js";
import type { Measured } from "./measured.js";
import { corrected } from "./percentiles.js";

/** What came of --break-us in this mode, and the file with the rings. */
export interface Broken {
  readonly broke: LatencyBreak;
  readonly file: string | null;
}

export function latencyDocument(
  report: LatencyReport,
  { device, role, intervalNs }: Measured,
  broken: Broken | null = null,
): object {
  const { mode, measure, samples, missed, coalesced, awake, measured_ms } = report;
  const { published, unfollowed, wakeups, wakeup, stages, whole, worst, over_time } = report;
  return {
    schema: "tgtctl.latency/1",
    mode,
    clock: "CLOCK_MONOTONIC",
    measure,
    device,
    role,
    samples,
    missed,
    published,
    coalesced,
    awake,
    unfollowed,
    wakeups,
    measured_ms,
    ...plain(wakeup),
    corrected: intervalNs === null ? null : corrected(wakeup, intervalNs),
    stages:
      stages && Object.fromEntries(STAGES.map((stage) => [stage, withHistogram(stages[stage])])),
    whole: whole && withHistogram(whole),
    histogram: wakeup.histogram,
    worst,
    over_time,
    broke: brokenMembers(mode, broken),
  };
}

function plain({ count, sum, min, p50, p90, p99, p999, max, mean, stddev }: Distribution): object {
  return { count, sum, min, p50, p90, p99, p999, max, mean, stddev };
}

function withHistogram(distribution: Distribution): object {
  return { ...plain(distribution), histogram: distribution.histogram };
}

/** The rings are in the file; null where another mode broke, or none. */
function brokenMembers(mode: LatencyReport["mode"], broken: Broken | null): object | null {
  if (broken?.broke.mode !== mode) return null;
  const { sample, trace } = broken.broke;
  return { sample, snapshot: broken.file, trace };
}
