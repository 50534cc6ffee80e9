// SPDX-License-Identifier: MIT
// One slot or event, field by field with its bytes, the whole of it as a dump, and the life of its command.

import { decode, isUnknown } from "../abi/codec.js";
import { verdictName } from "../device/telemetry.js";
import { slotAnomaly } from "../features/frame-anomalies.js";
import { BOLD, type Cells, DIM, INVERSE, PLAIN, RED, type Region } from "./cells.js";
import { type LifeRow, lifeRows, wrapped } from "./command-life.js";
import { findTask, namedBy } from "./flight-rows.js";
import { dumpRows, type LitBytes, NARROW_DUMP, paintDump } from "./hex-dump.js";
import { type Inspected, inspect } from "./inspected.js";
import type { ScreenModel } from "./model.js";
import { senseNow } from "./sense-text.js";
import { type FieldRow, rowHex, rowOfByte, slotRows } from "./slot-fields-text.js";
import type { ViewState } from "./view-state.js";

const NAME_WIDTH = 10;
const HEX_WIDTH = 23;
/** Columns of the rows where the dump stands beside them. */
const BESIDE = 40;
/** Columns of a reading, before its bytes take their room. */
const LEAST_VALUE = 12;
/** Rows of fields that must stay before a dump below takes its room. */
const FEWEST_ROWS = 12;

/** `slot kuring 219`, `slot kuring 219, 1 lap ago`. */
export function inspectorTitle({ ring, slot, overwritten, laps }: Inspected): string {
  const past = laps === null ? "overwritten since" : `${laps} ${laps === 1 ? "lap" : "laps"} ago`;
  return `slot ${ring} ${slot}${overwritten ? `, ${past}` : ""}`;
}

/** The fields of what is shown, those that the keys move among first. */
export function inspectedFields(shown: Inspected, model: ScreenModel): FieldRow[] {
  return shown.bytes ? slotRows(model.dialect, shown.bytes) : [];
}

const text = (name: string, value: string): FieldRow => ({ name, value, at: 0, size: 0 });

/** What the kernel noted of the slot, as far as no event tells it. */
function stampRows(
  { ring, slot, overwritten, past }: Inspected,
  model: ScreenModel,
  live: boolean,
) {
  if (past && model.timed) return [text("index", String(past.index))];
  // the window is live: under a frozen view it tells of another lap
  const stamp = live && !overwritten ? model.stamp(ring, slot) : null;
  if (!stamp) return [];
  // a time, not an age: an idle screen must have nothing to repaint
  const at = (Number(stamp.t_ns) / 1e9).toFixed(6);
  const when = ring === "kuring" ? "published" : "consumed";
  const rows = [text("index", String(stamp.index)), text(when, `at ${at} s`)];
  if (ring === "ukring") rows.push(text("verdict", verdictName(stamp.verdict)));
  return rows;
}

/** Of a function that waits for its answer: the oldest command it is about, and how many more. */
function namesRows({ bytes }: Inspected, model: ScreenModel): FieldRow[] {
  if (!bytes || model.tasks.length === 0) return [];
  const event = decode(model.dialect, bytes, model.dialect.headerSize);
  if (isUnknown(event) || event.type !== "TSK_MGMT_REQ") return [];
  const task = findTask(model, { hostNo: event.host_no, mid: event.mid });
  const [first, ...others] = task ? namedBy(task, model) : [];
  if (!first) return task ? [text("names", "none that is listed")] : [];
  const more = others.length > 0 ? `, and ${others.length} younger` : "";
  return [text("names", `${first.hostNo}:${first.cid} ${first.text()}${more}`)];
}

interface Remark {
  readonly text: string;
  readonly attributes: number;
}

function remarks({ ring, slot, bytes, overwritten }: Inspected, model: ScreenModel): Remark[] {
  if (!bytes) return [{ text: "never used", attributes: DIM }];
  if (overwritten) return [{ text: "overwritten since", attributes: DIM }];
  const anomaly = slotAnomaly(model.look[ring], slot);
  if (!anomaly) return [];
  return [{ text: `${anomaly.hazard ?? "!"} ${anomaly.text}`, attributes: RED | BOLD }];
}

/** Where the parts stand in the region. */
interface Places {
  readonly rows: Region;
  readonly dump: Region | null;
  readonly life: Region | null;
}

function placesIn(region: Region, slotBytes: number, rows: number, life: number): Places {
  const { x, y, width, height } = region;
  const dumped = dumpRows(slotBytes);
  if (width >= BESIDE + NARROW_DUMP && height < FEWEST_ROWS + dumped) {
    const beside = { x: x + BESIDE, width: width - BESIDE };
    const dump = { ...beside, y, height: Math.min(dumped, height) };
    const below = height - dumped - 1;
    return {
      rows: { ...region, width: BESIDE - 1 },
      dump,
      life: below > 0 ? { ...beside, y: y + dumped + 1, height: below } : null,
    };
  }
  const hasDump = height >= FEWEST_ROWS + dumped && width >= NARROW_DUMP;
  const left = height - (hasDump ? dumped : 0);
  const lifeRoom = Math.max(0, Math.min(life, left - Math.min(rows, FEWEST_ROWS)));
  const rowRoom = left - lifeRoom;
  return {
    rows: { ...region, height: rowRoom },
    dump: hasDump ? { x, y: y + rowRoom, width, height: dumped } : null,
    life: lifeRoom > 0 ? { x, y: y + height - lifeRoom, width, height: lifeRoom } : null,
  };
}

/** Columns of what is said of a command's life. */
function lifeWidth({ width, height }: Region): number {
  const isBeside = width >= BESIDE + NARROW_DUMP && height < FEWEST_ROWS + dumpRows(96);
  return (isBeside ? width - BESIDE : width) - NAME_WIDTH - 1;
}

/** Fills `region`; rows that do not fit are left out from the end, or scroll where one is selected. */
export function paintInspector(
  cells: Cells,
  region: Region,
  model: ScreenModel,
  state: ViewState,
): void {
  const shown = inspect(state, model);
  const inside = { ...region, x: region.x + 1, width: region.width - 1 };
  const fields = inspectedFields(shown, model);
  const chosen = state.focus === "fields" ? rowOfByte(fields, state.byte) : -1;
  const said = remarks(shown, model);
  const sense = senseNow(shown, model);
  const all = [
    ...fields,
    ...namesRows(shown, model),
    ...(sense === null ? [] : [text("sense now", sense)]),
    ...stampRows(shown, model, !state.frozen),
  ];
  const life = wrapped(lifeRows(shown, model), lifeWidth(inside));
  const bytes = shown.bytes;
  const places = placesIn(inside, bytes?.length ?? 0, said.length + all.length, life.length);
  const top = said.slice(0, places.rows.height);
  top.forEach(({ text, attributes }, i) => {
    cells.field(inside.x, inside.y + i, places.rows.width, text, attributes);
  });
  const rest = {
    ...places.rows,
    y: places.rows.y + top.length,
    height: places.rows.height - top.length,
  };
  paintRows(cells, rest, all, chosen, bytes);
  if (places.dump && bytes) {
    paintDump(cells, places.dump, bytes, state.focus === "fields" ? litBytes(state, fields) : null);
  }
  if (places.life) paintLife(cells, places.life, life);
}

function litBytes({ byte }: ViewState, fields: readonly FieldRow[]): LitBytes {
  const { at, size } = fields[rowOfByte(fields, byte)] ?? { at: byte, size: 1 };
  return { at, size, cursor: byte };
}

function paintRows(
  cells: Cells,
  { x, y, width, height }: Region,
  rows: readonly FieldRow[],
  chosen: number,
  bytes: Uint8Array | null,
): void {
  const first = Math.max(0, Math.min(chosen - height + 2, rows.length - height, chosen));
  const hexAt = width - HEX_WIDTH;
  const hasHex = hexAt >= NAME_WIDTH + LEAST_VALUE;
  rows.slice(first, first + Math.max(0, height)).forEach((row, i) => {
    const lit = first + i === chosen ? INVERSE : PLAIN;
    const at = y + i;
    if (lit) cells.field(x, at, width, "", lit);
    cells.field(x, at, Math.min(width, NAME_WIDTH), row.name, DIM | lit);
    const room = row.size > 0 && hasHex ? hexAt : width;
    cells.field(x + NAME_WIDTH + 1, at, room - NAME_WIDTH - 2, row.value, lit);
    if (row.size > 0 && hasHex && bytes) cells.put(x + hexAt, at, rowHex(bytes, row), lit);
  });
}

function paintLife(cells: Cells, region: Region, life: readonly LifeRow[]): void {
  const { x, y, width, height } = region;
  const here = life.findIndex((row) => row.here);
  const first = Math.max(0, Math.min(here - height + 1, life.length - height));
  life.slice(first, first + height).forEach((row, i) => {
    const weight = row.here ? BOLD : PLAIN;
    cells.field(x, y + i, Math.min(width, NAME_WIDTH), row.name, DIM);
    const room = Math.max(0, width - NAME_WIDTH - 1);
    cells.field(x + NAME_WIDTH + 1, y + i, room, row.value, row.trouble ? RED | BOLD : weight);
  });
}
