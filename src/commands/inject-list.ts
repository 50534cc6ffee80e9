// SPDX-License-Identifier: MIT
// `tgtctl inject --list` and --dry-run as text: what could be injected, and what would be.

import { eventText } from "../features/event-text.js";
import { MALFORMATIONS, type Malformation } from "../features/inject/inject-catalogue.js";
import { eventOfSlot } from "../features/inject/inject-report.js";
import type { InjectRequest } from "../features/inject/inject-request.js";
import type { InjectPlan } from "../session/inject/inject-plan.js";
import { edited } from "../session/inject/inject-slot.js";
import { hexLines, indented } from "./text-layout.js";

const VICTIMS = {
  any: "in place of the next answer to a READ or WRITE",
  read: "in place of the next answer to a READ",
  write: "in place of the next answer to a WRITE",
} as const;

export function listText(): string {
  return MALFORMATIONS.map(rowText).join("");
}

function rowText({ name, hazard, text, correct, expected, victim }: Malformation): string {
  const verdict = expected === null ? "" : `: ${expected.join(" or ")}`;
  return [
    `${name.padEnd(18)} ${hazard}\n`,
    indented(text, 2),
    victim === null ? "" : indented(VICTIMS[victim], 2),
    indented(`a correct kernel ${correct}${verdict}`, 2),
  ].join("");
}

/** The bytes; null: they depend on what is in the ring by then. */
export function bytesOf({ base, edits }: InjectPlan): Uint8Array | null {
  if (base.kind !== "bytes") return null;
  return edited(Buffer.from(base.hex, "hex"), edits, () => 0n);
}

const BASES: Readonly<Record<InjectPlan["base"]["kind"], string>> = {
  bytes: "these bytes",
  victim: "an answer of the owner's, changed",
  again: "the newest CMD_RSP once more",
  late: "an answer to the newest command that was aborted",
  stale: "what lies in the slot, changed",
  nothing: "nothing, the doorbell alone",
};

/** Where it goes and how it is rung, if that is anything special. */
function placeText({ status, skip, slot, fill, race, doorbells }: InjectPlan): string {
  const parts = [
    status === 1 ? "" : `, status 0x${status.toString(16)}`,
    slot === null ? "" : `, at slot ${slot}`,
    skip === 0 ? "" : `, ${skip} slot too far`,
    fill ? ", at the end of a filled ring" : "",
    race ? ", changing while the kernel reads" : "",
    doorbells === 1 ? "" : `, ${doorbells === 0 ? "no doorbell" : `${doorbells} doorbells`}`,
  ];
  return parts.join("");
}

export function dryText(plan: InjectPlan, request: InjectRequest): string {
  const bytes = bytesOf(plan);
  const { expected } = request;
  return [
    `would inject ${BASES[plan.base.kind]}${placeText(plan)}\n`,
    bytes === null ? plan.edits.map(editText).join("") : bytesText(bytes),
    expected === undefined
      ? ""
      : `  expected verdict: ${expected?.join(" or ") ?? "none, not consumed"}\n`,
  ].join("");
}

function bytesText(bytes: Uint8Array): string {
  const event = eventOfSlot(Buffer.from(bytes).toString("hex"));
  const type = event && typeof event.type === "string" ? `${event.type} ` : "";
  return `${event ? indented(`${type}${eventText(event)}`, 2) : ""}${hexLines(bytes, 2)}`;
}

function editText(edit: InjectPlan["edits"][number]): string {
  switch (edit.op) {
    case "add":
      return `  byte ${edit.at}: u32 + ${edit.by}\n`;
    case "readOnlyAddress":
      return `  byte ${edit.at}: an address that cannot be written\n`;
    default:
      return `  byte ${edit.at}: ${edit.op} ${edit.hex}\n`;
  }
}
