// SPDX-License-Identifier: MIT
// Events in time order, newest at the bottom while nothing is selected.

import { decode, isUnknown } from "../abi/codec.js";
import type { CmdReq, TgtEvent } from "../abi/event.js";
import { verdictName } from "../device/telemetry.js";
import { eventText } from "../features/event-text.js";
import { ageText } from "../features/frame-units.js";
import { lunText } from "../scsi/lun.js";
import type { PastEvent } from "../session/event-history.js";
import { BOLD, type Cells, DIM, INVERSE, PLAIN, RED, type Region, YELLOW } from "./cells.js";
import { longClockText, shortClockText } from "./event-clock.js";
import { fitted } from "./fitted-text.js";
import type { ScreenModel } from "./model.js";
import { kindOf } from "./slot-fields-text.js";
import type { ViewState } from "./view-state.js";

const LETTERS = ["R", "M", "Q", "D", "T"];
const AGE_WIDTH = 6;
/** `cid 4710`. */
const LEAST_CID = 8;

/** `events  following`, `events  12 behind`, and what the filter did. */
export function eventsTitle({ book }: ScreenModel, { event, filter, frozen }: ViewState): string {
  const newest = book.source(event).count;
  const live = book.newest;
  const behind = event === null ? newest : event + 1;
  const following = event === null && !frozen;
  const where = following ? "following" : `${Math.max(0, live - behind)} behind`;
  const { matched } = book;
  const looked = matched ? `  ${matched.numbers.length} of ${matched.looked} looked at` : "";
  return `events  ${where}${filter ? `  filter: ${filter.text}${looked}` : ""}`;
}

/** How a row is painted. */
interface Look {
  readonly mark: number;
  readonly cidWidth: number;
}

interface Row {
  readonly event: TgtEvent;
  readonly past: PastEvent;
  readonly held: boolean;
}

function letterOf({ event, past, held }: Row): readonly [string, number] {
  if (past.verdict !== null && past.verdict < 0) return ["!", RED | BOLD];
  const letter = LETTERS[kindOf(event)];
  if (letter === undefined) return ["!", RED | BOLD];
  return held ? ["#", YELLOW | BOLD] : [letter, BOLD];
}

/** Since the request, of what answers one; of one that is held until now. */
function ageOf({ past, held }: Row, model: ScreenModel): string {
  if (!model.timed || past.since === null) return "";
  if (held) return ageText(Math.max(0, model.nowNs - past.since) / 1e6);
  return past.request === past.number ? "" : ageText(Math.max(0, past.tNs - past.since) / 1e6);
}

function cidText(event: TgtEvent): string {
  return !isUnknown(event) && "cid" in event ? `cid ${event.cid}` : "";
}

function textOf({ event, past }: Row, room: number): string {
  const plain = eventText(event);
  const lun = !isUnknown(event) && event.type === "CMD_REQ" ? ` lun=${lunText(event.lun)}` : "";
  const text = plain.length + lun.length <= room ? `${plain}${lun}` : plain;
  const refused = past.verdict !== null && past.verdict < 0;
  return fitted(refused ? `refused ${verdictName(past.verdict ?? 0)}: ${text}` : text, room);
}

function paintEvent(
  cells: Cells,
  { x: left, y, width }: Region,
  model: ScreenModel,
  row: Row,
  { mark, cidWidth }: Look,
): void {
  const [letter, weight] = letterOf(row);
  const end = left + width - 1;
  let x = left + 1;
  if (model.timed && width >= 50) {
    const time = (width >= 90 ? longClockText : shortClockText)(model, row.past.tNs);
    x = cells.put(x, y, time, DIM | mark) + 1;
  }
  x = cells.put(x, y, letter, weight | mark) + 1;
  x = cells.fieldRight(x, y, 3, String(row.past.index % model.dialect.nrEntry), mark) + 1;
  const ageAt = end - (model.timed && width >= 60 ? AGE_WIDTH + 1 : 0);
  const cidAt = ageAt - (width >= 60 ? cidWidth + 1 : 0);
  const room = Math.max(0, cidAt - x);
  const color = letter === "!" ? RED : PLAIN;
  cells.field(x, y, room, textOf(row, room), color | mark);
  if (cidAt < ageAt) cells.field(cidAt + 1, y, cidWidth, cidText(row.event), mark);
  if (ageAt < end) cells.fieldRight(ageAt + 1, y, AGE_WIDTH, ageOf(row, model), mark);
}

function isHeld({ host_no, cid }: CmdReq, number: number, model: ScreenModel): boolean {
  return model.isHeld(host_no, cid) && model.requestEvent(host_no, cid) === number;
}

function rowsOf(numbers: readonly number[], model: ScreenModel): Row[] {
  return numbers.flatMap((number) => {
    const past = model.book.get(number);
    if (!past) return [];
    const event = decode(model.dialect, past.slot, model.dialect.headerSize);
    const held = !isUnknown(event) && event.type === "CMD_REQ" && isHeld(event, number, model);
    return [{ event, past, held }];
  });
}

/** As many as fit: the newest, or those about the selected one. */
export function paintEvents(
  cells: Cells,
  region: Region,
  model: ScreenModel,
  state: ViewState,
): void {
  const rows = rowsOf(model.book.window(state.event, region.height), model);
  const cidWidth = rows.reduce(
    (most, { event }) => Math.max(most, cidText(event).length),
    LEAST_CID,
  );
  rows.forEach((row, i) => {
    const here = row.past.number === state.event;
    const mark = here && state.focus === "events" ? INVERSE : PLAIN;
    const at = { ...region, y: region.y + i, height: 1 };
    if (mark) cells.field(at.x, at.y, at.width, "", mark);
    if (here) cells.set(region.x, at.y, ">".charCodeAt(0), BOLD);
    paintEvent(cells, at, model, row, { mark, cidWidth });
  });
  if (rows.length > 0 || region.height === 0) return;
  const what = state.filter ? "no event matches" : "no event has been seen";
  cells.field(region.x + 1, region.y, region.width - 1, what, DIM);
}
