// SPDX-License-Identifier: MIT
// One mode's report in words and numbers, 80 columns wide.
import { type Distribution, type LatencyReport, STAGES } from "../../session/latency/report.js";
import { hanging } from "../text-layout.js";
import { nsText, spanText } from "./duration-text.js";
import { histogramLines } from "./histogram-text.js";
import { type Measured, STAGE_ENDS } from "./measured.js";
import { corrected } from "./percentiles.js";
import { worstLines } from "./worst-text.js";

const NAME = 10;
const COLUMN = 10;
const BAR_ROWS = 20;
const CONTINUED = 2;
const NARROW_COLUMN = 9;
/** Rank 0 is needed most. */
const FIGURES = [
  { title: "min", of: "min", rank: 4 },
  { title: "p50", of: "p50", rank: 1 },
  { title: "p90", of: "p90", rank: 6 },
  { title: "p99", of: "p99", rank: 2 },
  { title: "p99.9", of: "p999", rank: 3 },
  { title: "max", of: "max", rank: 0 },
  { title: "mean", of: "mean", rank: 5 },
] as const;

export function summaryLines(report: LatencyReport, measured: Measured, width = 80): string[] {
  const { wakeup } = report;
  return [
    ...hanging(headText(report, measured), CONTINUED, width),
    ...hanging(countText(report), CONTINUED, width),
    ...hanging(whatText(report, measured), CONTINUED, width),
    "",
    ...percentileLines(report, measured.intervalNs),
    "",
    ...(wakeup.count > 0 ? [...histogramLines(wakeup, width, BAR_ROWS), ""] : []),
    ...worstLines(report.worst),
  ];
}

const ROLES = { owner: "as owner", viewer: "joined to", observer: "observer beside" } as const;

function headText({ mode, measured_ms }: LatencyReport, { device, role, owner }: Measured): string {
  const who = role === "owner" || owner === "" ? ROLES[role] : `${ROLES[role]} ${owner}`;
  const nobody = role === "observer" && owner === "" ? "observer, nobody owns it" : who;
  return `${device}, ${nobody}: ${mode}, ${spanText(measured_ms)}`;
}

/** `20012 samples: 19988 woke it, 20 came with another, 4 found it awake; 12 missed` */
export function countText(report: LatencyReport): string {
  const { samples, coalesced, awake, missed, measure, unfollowed } = report;
  const parts = [`${samples - coalesced - awake} woke it`];
  if (coalesced > 0) parts.push(`${coalesced} came with one that did`);
  if (awake > 0) parts.push(`${awake} found it awake`);
  const lost = unfollowed > 0 ? `; ${unfollowed} not followed to their answer` : "";
  return `${samples} samples: ${parts.join(", ")}; ${missedText(missed, measure)}${lost}`;
}

function missedText(missed: number, measure: LatencyReport["measure"]): string {
  if (missed === 0) return "none missed";
  const what = measure === "wakeup" ? "published" : "answered";
  return `${missed} missed: ${what}, and not measured`;
}

function whatText({ measure, stages }: LatencyReport, { role, intervalNs }: Measured): string {
  const what =
    measure === "wakeup"
      ? "wakeup: from the kernel's publish to poll's return (CLOCK_MONOTONIC)"
      : "no telemetry: the round trip, from our doorbell to poll's return for the CMD_DONE";
  const more = stages
    ? `; ${STAGES.slice(1)
        .map((stage) => `${stage}: until ${STAGE_ENDS[stage]}`)
        .join("; ")}`
    : role === "observer"
      ? "; an observer's own: when the owner wakes up is not seen from here"
      : "";
  const pace = intervalNs === null ? "" : `; a command each ${nsText(intervalNs)}`;
  return what + more + pace;
}

/** A head, and a line for each stage; where it is narrow the figures that matter least are left out. */
export function percentileLines(
  report: LatencyReport,
  intervalNs: number | null,
  width = 80,
): string[] {
  const { wakeup, stages, whole, measure } = report;
  const wide = width >= NAME + FIGURES.length * COLUMN;
  const column = wide ? COLUMN : NARROW_COLUMN;
  const fits = Math.max(1, Math.floor((width - NAME) / column));
  const shown = FIGURES.filter(({ rank }) => rank < fits);
  const row = (name: string, cells: readonly string[]): string =>
    ` ${name.padEnd(NAME - 1)}${cells.map((cell) => cell.padStart(column)).join("")}`;
  const line = (name: string, of: Figures): string =>
    row(
      name,
      shown.map(({ of: figure }) => nsText(of[figure] ?? null)),
    );
  const fair = intervalNs === null ? null : corrected(wakeup, intervalNs);
  return [
    row(
      "",
      shown.map(({ title }) => title),
    ),
    line(measure === "wakeup" ? "wakeup" : "trip", wakeup),
    // with those that a late one kept from coming at all
    ...(fair ? [line("corrected", fair)] : []),
    ...(stages ? STAGES.slice(1).map((stage) => line(stage, stages[stage])) : []),
    ...(whole ? [line("whole", whole)] : []),
  ];
}

type Figures = Partial<Pick<Distribution, (typeof FIGURES)[number]["of"]>>;
