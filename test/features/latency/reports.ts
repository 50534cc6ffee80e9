// SPDX-License-Identifier: MIT
// Reports for tests: made of samples, the slow and obvious way.
import {
  type Distribution,
  type LatencyReport,
  STAGES,
  type Stage,
  type WaitMode,
  type WorstSample,
} from "../../../src/session/latency/report.js";

export function distributionOf(samples: readonly number[]): Distribution {
  const sorted = samples.toSorted((a, b) => a - b);
  const counts = new Map<number, number>();
  for (const value of sorted) counts.set(value, (counts.get(value) ?? 0) + 1);
  const count = sorted.length;
  const sum = sorted.reduce((a, b) => a + b, 0);
  const mean = count === 0 ? null : sum / count;
  const at = (share: number): number | null =>
    sorted[Math.max(0, Math.ceil(share * count) - 1)] ?? null;
  const squares = sorted.reduce((a, b) => a + (b - (mean ?? 0)) ** 2, 0);
  return {
    count,
    sum,
    min: sorted[0] ?? null,
    max: sorted.at(-1) ?? null,
    mean,
    stddev: count === 0 ? null : Math.sqrt(squares / count),
    p50: at(0.5),
    p90: at(0.9),
    p99: at(0.99),
    p999: at(0.999),
    histogram: [...counts],
  };
}

export function worstSample(more: Partial<WorstSample> = {}): WorstSample {
  return {
    t_ns: 4711_123_456_000,
    wakeup_ns: 1_210_000,
    index: 107_252,
    slot: 244,
    type: 2,
    host_no: 3,
    cid: 4711,
    cpu: 1,
    events: 3,
    meeting: "woken",
    stages: { wakeup: 1_210_000, consume: 4200, answer: 12_400, kernel: 8100, return: 900 },
    whole_ns: 1_235_600,
    ...more,
  };
}

/** 1000 wake-ups of 3 to 13 us and one of 1.21 ms. */
export function steadyReport(
  mode: WaitMode = "poll",
  more: Partial<LatencyReport> = {},
): LatencyReport {
  const samples = [...Array.from({ length: 1000 }, (_, i) => 3000 + i * 10), 1_210_000];
  const wakeup = distributionOf(samples);
  const some = (ns: number): Distribution =>
    distributionOf(samples.map((_, i) => ns + (i % 50) * 20));
  const names = STAGES.slice(1).map((stage, i) => [stage, some((i + 1) * 1000)] as const);
  const stages = { wakeup, ...Object.fromEntries(names) } as Record<Stage, Distribution>;
  return {
    mode,
    measure: "wakeup",
    samples: 1004,
    missed: 0,
    coalesced: 20,
    awake: 3,
    published: null,
    unfollowed: 0,
    wakeups: 981,
    measured_ms: 20_000,
    wakeup,
    stages,
    whole: some(14_000),
    worst: [
      worstSample(),
      worstSample({
        wakeup_ns: 13_000,
        cpu: null,
        stages: null,
        whole_ns: null,
        meeting: "coalesced",
      }),
    ],
    over_time: Array.from({ length: 40 }, (_, i) => ({
      from_ms: i * 500,
      length_ms: 500,
      count: 25,
      mean: 8000 + i * 10,
      max: i === 20 ? 1_210_000 : 13_000,
    })),
    ...more,
  };
}
