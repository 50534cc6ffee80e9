// SPDX-License-Identifier: MIT
// The life of one command or task management function: asked, answered, done, each with what came of it;
// or the answer that waits.

import { decode, isUnknown } from "../abi/codec.js";
import { verdictName } from "../device/telemetry.js";
import { eventText } from "../features/event-text.js";
import { ageText, wholeAgeText } from "../features/frame-units.js";
import { answerText } from "../features/held-text.js";
import type { HeldView } from "../session/engine/verbs.js";
import type { PastEvent } from "../session/event-history.js";
import { clockText } from "./event-clock.js";
import type { Inspected } from "./inspected.js";
import type { ScreenModel } from "./model.js";

const MOST_STEPS = 8;
const LEAST_WIDTH = 16;
/** Of one step. */
const MOST_LINES = 4;
const WORDS: Readonly<Record<string, string>> = {
  CMD_REQ: "request",
  CMD_RSP: "answer",
  CMD_DONE: "done",
  TSK_MGMT_REQ: "request",
  TSK_MGMT_RSP: "answer",
};

export interface LifeRow {
  readonly name: string;
  readonly value: string;
  /** It is the one in the inspector. */
  readonly here: boolean;
  readonly trouble: boolean;
}

/** In time order; empty where nothing of it was seen. */
export function lifeRows({ past }: Inspected, model: ScreenModel): LifeRow[] {
  const home = past && model.book.home(past.number);
  if (!past || !home) return [];
  const rows: LifeRow[] = [];
  const first = past.request < 0 ? past.number : home.firstOf(past.number);
  for (let n = first; rows.length < MOST_STEPS && home.has(n); n = home.next(n)) {
    const event = home.get(n);
    if (event) rows.push(stepRow(event, past.number, model));
  }
  const held = rows.at(-1)?.name === "request" ? heldItem(past, model) : null;
  if (held) {
    const value = `${answerText(held)}, for ${heldUntilNow(held, model)}`;
    rows.push({ name: "held back", value, here: false, trouble: false });
  }
  return rows;
}

function stepRow(event: PastEvent, here: number, model: ScreenModel): LifeRow {
  const { dialect } = model;
  const decoded = decode(dialect, event.slot, dialect.headerSize);
  const name = isUnknown(decoded) ? "event" : (WORDS[decoded.type] ?? "event");
  const where = `${event.ring} ${event.index % dialect.nrEntry}`;
  const isFirst = event.request === event.number || event.request < 0;
  const when = isFirst ? ` at ${clockText(model, event.tNs)}` : afterText(event, model);
  const { verdict } = event;
  const said = isFirst && event.ring === "kuring" ? "" : `: ${eventText(decoded)}`;
  const judged = verdict === null ? "" : `, ${verdictName(verdict)}`;
  return {
    name,
    value: `${where}${model.timed ? when : ""}${said}${judged}`,
    here: event.number === here,
    trouble: verdict !== null && verdict < 0,
  };
}

function afterText({ tNs, since }: PastEvent, { timed }: ScreenModel): string {
  return since === null || !timed ? "" : ` after ${ageText(Math.max(0, tNs - since) / 1e6)}`;
}

/** Not painted anew with each frame. */
function heldUntilNow({ held_ms }: HeldView, { nowNs, heldListedNs }: ScreenModel): string {
  return wholeAgeText(held_ms + Math.max(0, nowNs - heldListedNs) / 1e6);
}

/** What the owner keeps back for this request. */
function heldItem(past: PastEvent, model: ScreenModel): HeldView | null {
  const event = decode(model.dialect, past.slot, model.dialect.headerSize);
  if (isUnknown(event)) return null;
  if (event.type === "CMD_REQ") return model.heldAnswer(event.host_no, event.cid);
  return event.type === "TSK_MGMT_REQ" ? model.heldTask(event.host_no, event.mid) : null;
}

/** The same, what is too long for `width` columns goes on in further rows. */
export function wrapped(rows: readonly LifeRow[], width: number): LifeRow[] {
  if (width < LEAST_WIDTH) return [...rows];
  return rows.flatMap((row) => {
    const lines: LifeRow[] = [];
    let rest = row.value;
    while (rest.length > width && lines.length < MOST_LINES) {
      const space = rest.lastIndexOf(" ", width);
      const end = space > 0 ? space : width;
      lines.push({ ...row, name: lines.length === 0 ? row.name : "", value: rest.slice(0, end) });
      rest = rest.slice(end).trimStart();
    }
    return [...lines, { ...row, name: lines.length === 0 ? row.name : "", value: rest }];
  });
}
