// SPDX-License-Identifier: MIT
// A distribution cut into as many pieces as there are lines for it, with round edges.
import type { Distribution } from "../../session/latency/report.js";

export interface Bin {
  /** ns; what is `from` itself belongs to the piece before, but for 0. */
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** Edges within a decade, from coarse to fine; the last are IEC 60063's E12 and E24. */
const SERIES: readonly (readonly number[])[] = [
  [1],
  [1, 3],
  [1, 2, 5],
  [1, 1.5, 2, 3, 5, 7],
  [1, 1.2, 1.5, 1.8, 2.2, 2.7, 3.3, 3.9, 4.7, 5.6, 6.8, 8.2],
  [
    1, 1.1, 1.2, 1.3, 1.5, 1.6, 1.8, 2, 2.2, 2.4, 2.7, 3, 3.3, 3.6, 3.9, 4.3, 4.7, 5.1, 5.6, 6.2,
    6.8, 7.5, 8.2, 9.1,
  ],
];

/** Ascending, without the empty ones; as fine as `most` pieces allow. */
export function bins({ histogram }: Pick<Distribution, "histogram">, most: number): Bin[] {
  for (const series of SERIES.toReversed()) {
    const cut = cutAt(histogram, series);
    if (cut.length <= most) return cut;
  }
  return merged(cutAt(histogram, [1]), Math.max(1, most));
}

function cutAt(histogram: Distribution["histogram"], series: readonly number[]): Bin[] {
  const cut: { from: number; to: number; count: number }[] = [];
  for (const [value, count] of histogram) {
    const last = cut.at(-1);
    if (last && value <= last.to) last.count += count;
    else cut.push({ ...around(value, series), count });
  }
  return cut;
}

/** Of a whole `series` of edges the two that `value` lies between. */
function around(value: number, series: readonly number[]): { from: number; to: number } {
  if (value <= 1) return { from: 0, to: 1 };
  let decade = 1;
  while (decade * 10 < value) decade *= 10;
  const edges = [...series, 10].map((edge) => edge * decade);
  const at = edges.findIndex((edge) => edge >= value);
  // below the first of a series that begins later lies the last edge of the decade before
  return at > 0
    ? { from: edges[at - 1] ?? 0, to: edges[at] ?? value }
    : { from: ((series.at(-1) ?? 1) * decade) / 10, to: edges[0] ?? value };
}

/** The lowest ones made one, where even decades are too many. */
function merged(cut: readonly Bin[], most: number): Bin[] {
  const low = cut.slice(0, cut.length - most + 1);
  const [first] = low;
  const last = low.at(-1);
  if (!first || !last) return [];
  const count = low.reduce((sum, bin) => sum + bin.count, 0);
  return [{ from: first.from, to: last.to, count }, ...cut.slice(low.length)];
}
