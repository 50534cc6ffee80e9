// SPDX-License-Identifier: MIT
// The picture of a measurement: the percentile curve, and below it what came when.
import type { LatencyReport, Period, WaitMode } from "../../session/latency/report.js";
import { nsText } from "./duration-text.js";
import type { Measured } from "./measured.js";
import { type CurvePoint, correctedHistogram, curve, curveOf } from "./percentiles.js";
import {
  frame,
  type LineLook,
  line,
  linearScale,
  logScale,
  type Panel,
  type Point,
  type Scale,
  text,
} from "./svg-panel.js";

const WIDTH = 800;
const HEIGHT = 640;
const CURVE: Panel = { x: 70, y: 76, width: 700, height: 270 };
const TIME: Panel = { x: 70, y: 410, width: 700, height: 180 };
const COLORS: Readonly<Record<WaitMode, string>> = {
  poll: "#3b82f6",
  epoll: "#d97706",
  uv: "#c026d3",
  spin: "#16a34a",
};
/** Of the curve's right end, where nothing is above the maximum. */
const LEAST_NINES = 100;

/** A whole SVG document; modes without samples are not in it. */
export function latencySvg(reports: readonly LatencyReport[], measured: Measured): string {
  const shown = reports.filter(({ wakeup }) => wakeup.count > 0);
  const parts = [
    text(CURVE.x, 24, headText(shown, measured), "start"),
    ...shown.map((report, i) => legend(report, i)),
    percentiles(shown, measured.intervalNs),
    overTime(shown),
  ];
  const box = `viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}"`;
  const font = 'font-family="ui-monospace,monospace" font-size="12"';
  return `<?xml version="1.0" encoding="UTF-8"?>\n<svg xmlns="http://www.w3.org/2000/svg" ${box} ${font}>\n${parts.join("\n")}\n</svg>\n`;
}

function headText([first]: readonly LatencyReport[], { device, role }: Measured): string {
  const what = first?.measure === "round-trip" ? "round trip" : "wake-up latency";
  return `${what} of ${device}, ${role}`;
}

function legend({ mode, wakeup }: LatencyReport, nth: number): string {
  const x = CURVE.x + nth * 175;
  const mark = `<path d="M${x} 40h16" stroke="${COLORS[mode]}" stroke-width="3"/>`;
  return mark + text(x + 22, 44, `${mode} p99 ${nsText(wakeup.p99)}`, "start");
}

function valueScale(reports: readonly LatencyReport[]): Scale {
  const low = Math.min(...reports.map(({ wakeup }) => Math.max(1, wakeup.min ?? 1)), 1e9);
  const high = Math.max(...reports.map(({ wakeup }) => wakeup.max ?? 1), low * 10);
  return logScale(low, high, nsText);
}

/** `99.9%` at 1000: one in so many is later. */
function shareText(oneIn: number): string {
  if (oneIn <= 1) return "0%";
  const digits = Math.max(0, Math.round(Math.log10(oneIn)) - 2);
  return `${(100 - 100 / oneIn).toFixed(digits)}%`;
}

function percentiles(reports: readonly LatencyReport[], intervalNs: number | null): string {
  const most = Math.max(LEAST_NINES, ...reports.map(({ wakeup }) => wakeup.count));
  const scales = [logScale(1, most, shareText), valueScale(reports)] as const;
  const lines = reports.flatMap((report) => {
    const { wakeup, mode } = report;
    const color = COLORS[mode];
    const of = (points: readonly CurvePoint[], look: LineLook): string => {
      const placed = points.map(({ value, share }): Point => [oneIn(share, most), value]);
      return line(CURVE, scales, stepped(placed), look);
    };
    const fair = intervalNs === null ? null : correctedHistogram(wakeup, intervalNs);
    const drawn = [of(curve(wakeup), { color })];
    if (fair) drawn.push(of(curveOf(fair), { color, dashed: true, width: 1 }));
    return drawn;
  });
  const title = "percentile (dashed: corrected for coordinated omission)";
  return [frame(CURVE, ...scales, intervalNs === null ? "percentile" : title), ...lines].join("\n");
}

function oneIn(share: number, most: number): number {
  return share >= 1 ? most : Math.min(most, 1 / (1 - share));
}

/** A value holds until the share is passed that is not above it. */
function stepped(points: readonly Point[]): Point[] {
  return points.flatMap(([x, y], i): Point[] => [
    [points[i - 1]?.[0] ?? 1, y],
    [x, y],
  ]);
}

function overTime(reports: readonly LatencyReport[]): string {
  const ends = reports
    .map(({ over_time }) => over_time.at(-1))
    .map((last) => (last ? last.from_ms + last.length_ms : 0));
  const x = linearScale(
    Math.max(0, ...ends) / 1000,
    (seconds) => `${Number(seconds.toPrecision(6))} s`,
  );
  const scales = [x, valueScale(reports)] as const;
  const lines = reports.flatMap(({ over_time, mode }) =>
    turnsOf(over_time).flatMap((turn) => {
      const of = (which: "max" | "mean", look: LineLook): string =>
        line(
          TIME,
          scales,
          turn.map((p): Point => [(p.from_ms + p.length_ms / 2) / 1000, p[which] ?? 0]),
          look,
        );
      const color = COLORS[mode];
      return [of("max", { color }), of("mean", { color, dashed: true })];
    }),
  );
  return [frame(TIME, ...scales, "over time: highest, dashed the mean"), ...lines].join("\n");
}

/** Periods without a gap between them: where another mode had its turn, or nothing came, there is no line. */
function turnsOf(periods: readonly Period[]): Period[][] {
  const turns: Period[][] = [];
  let ends = Number.NaN;
  for (const period of periods.filter(({ count }) => count > 0)) {
    const last = turns.at(-1);
    if (last && Math.abs(period.from_ms - ends) < period.length_ms / 2) last.push(period);
    else turns.push([period]);
    ends = period.from_ms + period.length_ms;
  }
  return turns;
}
