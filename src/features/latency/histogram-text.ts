// SPDX-License-Identifier: MIT
// A histogram as lines of text: from, to, how many, a bar.
import type { Distribution } from "../../session/latency/report.js";
import { nsText } from "./duration-text.js";
import { bins } from "./latency-bins.js";

const EDGE = 8;
const COUNT = 11;
/** From, dash, to, count, share, bar. */
const BEFORE_BAR = 1 + EDGE + 3 + EDGE + COUNT + 9;
const NARROWEST_BAR = 4;

/** `rows` lines at most, `width` wide; none for an empty distribution. */
export function histogramLines(
  distribution: Pick<Distribution, "count" | "histogram">,
  width: number,
  rows: number,
): string[] {
  const cut = bins(distribution, rows);
  const most = Math.max(1, ...cut.map(({ count }) => count));
  const bar = Math.max(NARROWEST_BAR, width - BEFORE_BAR);
  return cut.map(({ from, to, count }) => {
    const share = ((count / distribution.count) * 100).toFixed(2);
    const edges = `${nsText(from).padStart(EDGE)} - ${nsText(to).padStart(EDGE)}`;
    // one sample among millions is the one that is looked for
    const length = Math.max(1, Math.round((count / most) * bar));
    const line = ` ${edges}${String(count).padStart(COUNT)}${share.padStart(7)}% ${"#".repeat(length)}`;
    return line.slice(0, width);
  });
}
