// SPDX-License-Identifier: MIT
// The arithmetic of bench:latency.

export const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];

/** The smallest value that `p` percent are not above, of [value, count] in any order. */
export function percentileOf(bins, p) {
  const sorted = [...bins].sort((a, b) => a[0] - b[0]);
  const total = sorted.reduce((sum, [, count]) => sum + count, 0);
  let left = Math.ceil((p / 100) * total);
  for (const [value, count] of sorted) {
    left -= count;
    if (left <= 0) return value;
  }
  return Number.NaN;
}
