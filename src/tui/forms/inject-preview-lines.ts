// SPDX-License-Identifier: MIT
// What would go out, beside or under the form: its reading, what a correct kernel does, its bytes with
// what is wrong in them lit.
import type { Malformation } from "../../features/inject/inject-catalogue.js";
import {
  correctText,
  editText,
  expectedText,
  planText,
  slotText,
  victimText,
} from "../../features/inject/inject-preview.js";
import type { InjectWish } from "./inject-wish.js";
import { cut, type Line, type Span, span, wrapped } from "./spans.js";

const LEAST_ROWS = 6;
const HEX_WIDTH = 4 + 2 + 16 * 3 - 1;

/** Most important first: what does not fit is cut at the end. */
export function previewLines(wish: InjectWish, width: number, rows: number): Line[] {
  const { plan, bytes } = wish;
  const { malformed, ...request } = wish.request();
  const expected = expectedText(request);
  if (rows < LEAST_ROWS) return shortLines(wish, expected, width).slice(0, rows);
  const head = wrapped(`would inject ${planText(plan)}`, width, "bold");
  const what = bytes === null ? plan.edits.map(editText) : [slotText(bytes)];
  const lines = [
    ...what.flatMap((text) => wrapped(text, width)),
    ...malformed.flatMap((row) => malformationLines(row, width)),
    ...(expected === null ? wrapped("expected verdict: whatever comes", width, "dim") : []),
    ...(bytes === null ? [] : hexSpans(bytes, wish.plain, width)),
  ];
  return [...(lines.length < rows ? head : []), ...lines].slice(0, rows);
}

/** Where hardly anything fits. */
function shortLines({ plan, bytes, request }: InjectWish, expected: string | null, width: number) {
  const { malformed } = request();
  const lines = [
    bytes === null ? planText(plan) : slotText(bytes),
    `expected: ${expected ?? "whatever comes"}`,
    ...malformed.map(({ hazard, text }) => `${hazard} ${text}`),
  ];
  return lines.map((line) => cut([span(line)], width));
}

function malformationLines(row: Malformation, width: number): Line[] {
  const victim = victimText(row);
  return [
    ...wrapped(`${row.hazard} ${row.name}: ${row.text}`, width, "name"),
    ...wrapped(correctText(row), width),
    ...(victim === null ? [] : wrapped(victim, width)),
  ];
}

/** Lines of 16 bytes, of 8 where that is too wide; equal ones are one and a `*`. */
export function hexSpans(bytes: Uint8Array, plain: Uint8Array | null, width: number): Line[] {
  const perLine = width >= HEX_WIDTH ? 16 : 8;
  const lines: Line[] = [];
  let before = "";
  for (let at = 0; at < bytes.length; at += perLine) {
    const line = hexLine(bytes, plain, at, perLine);
    const same = JSON.stringify(line.slice(1));
    if (same !== before) lines.push(cut(line, width));
    else if (lines.at(-1)?.[0]?.text !== "*") lines.push([span("*")]);
    before = same;
  }
  return lines;
}

function hexLine(bytes: Uint8Array, plain: Uint8Array | null, at: number, perLine: number): Span[] {
  const spans = [span(`${at.toString(16).padStart(4, "0")} `, "dim")];
  for (let i = at; i < Math.min(at + perLine, bytes.length); i++) {
    const digits = (bytes[i] ?? 0).toString(16).padStart(2, "0");
    const lit = plain !== null && plain[i] !== bytes[i];
    spans.push(span(" "), span(digits, lit ? "changed" : "plain"));
  }
  return spans;
}
