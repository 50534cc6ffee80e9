// SPDX-License-Identifier: MIT
// The percentile distribution as HdrHistogram writes it (.hgrm), for its plotters. Values in microseconds.
import type { Distribution } from "../../session/latency/report.js";
import { histogramOf } from "./percentiles.js";

const TICKS_PER_HALF_DISTANCE = 5;
const NS_PER_US = 1000;

export function hgrmText(distribution: Pick<Distribution, "histogram">): string {
  return histogramOf(distribution).outputPercentileDistribution(TICKS_PER_HALF_DISTANCE, NS_PER_US);
}
