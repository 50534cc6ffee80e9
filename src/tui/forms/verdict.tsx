// SPDX-License-Identifier: MIT
// What became of an injected event: verdict, kernel log, and whether the target still answers.
import type { ReactNode } from "react";
import {
  aliveText,
  type InjectReport,
  injectText,
  isFinding,
  verdictText,
} from "../../features/inject/inject-report.js";
import type { Size } from "../layout.js";
import type { Desk, Hint, Overlay } from "../overlay.js";
import { hexSpans } from "./inject-preview-lines.js";
import { SpanLines } from "./span-lines.js";
import { type Line, type Look, span, wrapped } from "./spans.js";

export interface Injected {
  readonly report: InjectReport;
  /** How it was found out whether the target lives. */
  readonly how: string;
  readonly into: string;
  /** `3 injected: 3 ENOENT`, of several. */
  readonly tally: string | null;
  /** Something a check found, of any of them. */
  readonly found: boolean;
}

/** Where the text of a line begins, behind its name. */
const INDENT = 11;

/** In one line, for whoever has left the form. */
export function verdictMessage({ report, how, tally }: Injected): string {
  const what = report.malformed.join(", ") || String(report.type ?? "doorbell");
  const count = tally === null ? "" : `${tally}; the last: `;
  const target = aliveText(report.target_alive, how);
  return `inject ${what}: ${count}${verdictText(report)}; target ${target}`;
}

/** `plain`: what the bytes would be with nothing wrong. */
export function verdictLines(
  { report, how, into, tally }: Injected,
  plain: Uint8Array | null,
  width: number,
): Line[] {
  const text = injectText(report, into, how).trimEnd().split("\n");
  const bytes = Buffer.from(report.bytes, "hex");
  const place = text.shift() ?? "";
  return [
    ...(tally === null ? [] : wrapped(`${tally}; the last:`, width, "plain", 1)),
    ...wrapped(place, width, "bold", 1),
    ...text.flatMap((line) => namedLines(line, report, width)),
    [],
    ...hexSpans(bytes, plain, Math.max(8, width - 2)).map((line): Line => [span("  "), ...line]),
  ];
}

function namedLines(line: string, report: InjectReport, width: number): Line[] {
  const name = line.slice(0, INDENT);
  const look = lookOf(name.trim(), report);
  const rest = wrapped(line.slice(INDENT), Math.max(8, width - INDENT), look);
  return rest.map((part, i) => [span(i === 0 ? name : " ".repeat(INDENT), "name"), ...part]);
}

function lookOf(name: string, report: InjectReport): Look {
  if (name === "verdict") {
    return report.as_expected === null ? "bold" : report.as_expected ? "done" : "trouble";
  }
  if (name === "target") return report.target_alive === false ? "trouble" : "plain";
  return "plain";
}

export interface VerdictOptions {
  /** What the bytes would be with nothing wrong; null: not compared. */
  readonly plain: Uint8Array | null;
  /** Where Escape leads. */
  readonly back: string;
}

export class Verdict implements Overlay {
  readonly title: string;
  readonly place = "centre";
  readonly hints: readonly Hint[];
  readonly #desk: Desk;
  readonly #injected: Injected;
  readonly #plain: Uint8Array | null;
  #first = 0;
  #rows = 1;

  constructor(desk: Desk, injected: Injected, { plain, back }: VerdictOptions) {
    this.hints = [
      { key: "up down", word: "scroll" },
      { key: "Esc", word: back },
    ];
    this.title = isFinding(injected.report) ? "verdict: NOT as it should be" : "verdict";
    this.#desk = desk;
    this.#injected = injected;
    this.#plain = plain;
  }

  wanted({ columns }: Size): Size {
    const width = Math.min(columns, 78);
    return { columns: width, rows: verdictLines(this.#injected, this.#plain, width).length };
  }

  view({ columns, rows }: Size): ReactNode {
    const lines = verdictLines(this.#injected, this.#plain, columns);
    this.#rows = rows;
    this.#first = Math.max(0, Math.min(this.#first, lines.length - rows));
    return <SpanLines lines={lines.slice(this.#first, this.#first + rows)} />;
  }

  key(name: string): void {
    const page = Math.max(1, this.#rows - 1);
    const step = { up: -1, k: -1, down: 1, j: 1, pageup: -page, pagedown: page, space: page }[name];
    if (step !== undefined) this.#first += step;
    else if (name === "escape" || name === "enter" || name === "q") this.#desk.close();
  }
}
