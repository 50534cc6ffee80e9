// SPDX-License-Identifier: MIT
// `tgtctl inject --list` and --dry-run as text: what could be injected, and what would be.

import { MALFORMATIONS, type Malformation } from "../features/inject/inject-catalogue.js";
import {
  bytesOf,
  correctText,
  editText,
  expectedText,
  planText,
  slotText,
  victimText,
} from "../features/inject/inject-preview.js";
import type { InjectRequest } from "../features/inject/inject-request.js";
import { hexLines, indented } from "../features/text-layout.js";
import type { InjectPlan } from "../session/inject/inject-plan.js";

export function listText(): string {
  return MALFORMATIONS.map(rowText).join("");
}

function rowText(row: Malformation): string {
  const victim = victimText(row);
  return [
    `${row.name.padEnd(18)} ${row.hazard}\n`,
    indented(row.text, 2),
    victim === null ? "" : indented(victim, 2),
    indented(correctText(row), 2),
  ].join("");
}

export function dryText(plan: InjectPlan, request: InjectRequest): string {
  const bytes = bytesOf(plan);
  const expected = expectedText(request);
  return [
    `would inject ${planText(plan)}\n`,
    bytes === null ? plan.edits.map((edit) => `  ${editText(edit)}\n`).join("") : bytesText(bytes),
    expected === null ? "" : `  expected verdict: ${expected}\n`,
  ].join("");
}

function bytesText(bytes: Uint8Array): string {
  return `${indented(slotText(bytes), 2)}${hexLines(bytes, 2)}`;
}
