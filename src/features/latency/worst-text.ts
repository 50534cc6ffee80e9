// SPDX-License-Identifier: MIT
// The worst samples: when, which event, where the thread ran, what else came with it.
import { EVENT_TYPES } from "../../abi/event.js";
import { STAGES, type WorstSample } from "../../session/latency/report.js";
import { type Column, indented, table } from "../text-layout.js";
import { nsText } from "./duration-text.js";

const COLUMNS: readonly Column[] = [
  { title: "  worst", align: "right" },
  // as dmesg and trace have it
  { title: "at (s)", align: "right" },
  { title: "event", align: "left" },
  { title: "slot", align: "right" },
  { title: "host:cid", align: "left" },
  { title: "cpu", align: "right" },
  { title: "events", align: "right" },
  { title: "it", align: "left" },
];

const MET = { woken: "woke it", coalesced: "came along", awake: "was awake" } as const;
const STAGE_INDENT = 2;

export function worstLines(samples: readonly WorstSample[]): string[] {
  if (samples.length === 0) return [];
  const rows = samples.map((sample) => cells(sample));
  const text = table(COLUMNS, rows, (i) => {
    const sample = samples[i];
    return sample ? stagesLine(sample) : "";
  });
  return text.trimEnd().split("\n");
}

function cells(sample: WorstSample): string[] {
  const { wakeup_ns, t_ns, type, slot, host_no, cid, cpu, events, meeting } = sample;
  return [
    nsText(wakeup_ns).padStart(8),
    secondsText(t_ns),
    EVENT_TYPES[type] ?? `type ${type}`,
    String(slot),
    `${host_no}:${cid}`,
    cpu === null ? "-" : String(cpu),
    String(events),
    MET[meeting],
  ];
}

/** `4711.123456`: seconds since the machine started. */
export function secondsText(ns: number): string {
  return (ns / 1e9).toFixed(6);
}

function stagesLine({ stages, whole_ns }: WorstSample): string {
  if (!stages) return "";
  const parts = STAGES.slice(1).map((stage) => `${stage} ${nsText(stages[stage])}`);
  return indented(`${parts.join(", ")}: whole ${nsText(whole_ns)}`, STAGE_INDENT);
}
