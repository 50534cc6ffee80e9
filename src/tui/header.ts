// SPDX-License-Identifier: MIT
// The lines above the maps: who looks at what, how fast it goes, where each ring stands.

import { EVENT_TYPES, type EventTypeName, type RingName } from "../abi/event.js";
import { missedText, positionText } from "../features/frame-text.js";
import { ageText, rateText } from "../features/frame-units.js";
import type { RingLook } from "../session/rings-look.js";
import { BOLD, type Cells, CYAN, PLAIN, RED, type Region, YELLOW } from "./cells.js";
import type { ScreenModel } from "./model.js";
import type { ScreenCost } from "./screen-cost.js";
import { paintSegments, type Segment } from "./segments.js";

const CMD_REQ = 2;
const WIDE = 100;

/** `104k cmd/s`: requests, the rate everything else follows. */
export function commandRate(model: ScreenModel): string {
  return `${rateText(model.rates[CMD_REQ] ?? 0)} cmd/s`;
}

export function missed(model: ScreenModel): string {
  // in the room of twenty columns
  return model.missed === null
    ? `missed at least ${rateText(model.missedAtLeast)}`
    : missedText(model.missed, model.missed);
}

function missedAttributes(model: ScreenModel): number {
  return model.missedAtLeast === 0 ? PLAIN : YELLOW | BOLD;
}

/** `half in 143 us, 99 % in 1 ms`. */
export function serviceText(model: ScreenModel): string {
  const { service } = model;
  if (!service) return "";
  return `answered: 50 % in ${ageText(service.p50 / 1e6)}, 99 % in ${ageText(service.p99 / 1e6)}`;
}

/** `HELD 32`; empty where nothing is kept back. */
export function heldMark({ hold }: ScreenModel): string {
  return hold ? `HELD ${hold.held}` : "";
}

/** As wide as `answered: 50 % in 999 us, 99 % in 999 us`. */
const SERVICE_WIDTH = 40;
/** As wide as `missed at least 12.3k`. */
const MISSED_WIDTH = 21;

function missedSegment(model: ScreenModel): Segment {
  const attributes = missedAttributes(model);
  return { text: missed(model), width: MISSED_WIDTH, right: true, attributes, rank: 0 };
}

function rateSegment(model: ScreenModel): Segment {
  return { text: commandRate(model), width: 11, right: true, attributes: BOLD, rank: 0 };
}

/** `12.3k rsp/s`: how many of that type came, once somebody asks why they are not as many. */
function otherRates(model: ScreenModel): Segment[] {
  return OTHER_RATES.map(([type, word, rank]) => {
    const rate = model.rates[EVENT_TYPES.indexOf(type)] ?? 0;
    return { text: `${rateText(rate)} ${word}`, width: word.length + 6, right: true, rank };
  });
}

const OTHER_RATES: readonly (readonly [EventTypeName, string, number])[] = [
  ["CMD_RSP", "rsp/s", 6],
  ["CMD_DONE", "done/s", 6],
  ["TSK_MGMT_REQ", "TMF/s", 5],
];

function traceSegment(model: ScreenModel, ring: RingName): Segment {
  const text = `${ring} [${model.trace.line(ring)}]`;
  return { text, attributes: CYAN, rank: ring === "kuring" ? 3 : 4 };
}

function serviceSegment(model: ScreenModel, rank: number): Segment {
  return { text: serviceText(model), width: model.service ? SERVICE_WIDTH : 0, rank };
}

/** `cpu 0.8%, 142 B a frame`: of the screen, so that nobody has to wonder. */
function costSegment(cost: ScreenCost | null): Segment {
  const percent = cost?.cpuPercent ?? null;
  if (cost === null || percent === null) return { text: "", rank: 8 };
  const text = `cpu ${percent.toFixed(1)}%, ${rateText(cost.bytesPerFrame)} B a frame`;
  return { text, width: 26, right: true, rank: 8 };
}

/** Who looks at what. */
function identity(model: ScreenModel): Segment[] {
  const { device, dialect, owner } = model;
  return [
    { text: " tgtctl", attributes: BOLD, rank: 0 },
    { text: device, attributes: CYAN | BOLD, rank: 0 },
    // that the target is held matters more than the layout of its slots
    { text: dialect.name, rank: 7 },
    { text: owner, attributes: BOLD, rank: 1 },
    { text: heldMark(model), attributes: YELLOW | BOLD, rank: 0 },
  ];
}

/** Two lines: who and what; how fast. Where it is narrow the second has the units, too. */
export function paintHeader(
  cells: Cells,
  { width, y }: Region,
  model: ScreenModel,
  cost: ScreenCost | null,
): void {
  const units: Segment = { text: model.units, rank: 6 };
  if (width >= WIDE) {
    paintSegments(
      cells,
      [0, y, width],
      [...identity(model), units],
      [costSegment(cost), missedSegment(model)],
    );
    const flow = [rateSegment(model), ...otherRates(model), serviceSegment(model, 2)];
    const traces = [traceSegment(model, "kuring"), traceSegment(model, "ukring")];
    paintSegments(cells, [1, y + 1, width - 2], flow, traces);
    return;
  }
  const counts = [rateSegment(model), missedSegment(model)];
  paintSegments(cells, [0, y, width - 1], identity(model), [costSegment(cost)]);
  paintSegments(cells, [1, y + 1, width - 1], [units, serviceSegment(model, 5)], counts);
}

function extras(model: ScreenModel, look: RingLook): string {
  const { counters } = model;
  if (!counters) return "";
  return look.name === "kuring"
    ? `full ${rateText(counters.full)}  wake-ups ${rateText(counters.wakeups)}`
    : `doorbells ${rateText(counters.doorbells)}`;
}

/** The title line of one ring's map. */
export function paintRingTitle(
  cells: Cells,
  region: Region,
  model: ScreenModel,
  look: RingLook,
  focused: boolean,
): void {
  const { y, width } = region;
  const { producerIndex, producerSlot, consumerIndex, consumerSlot, why } = look.positions;
  const wide = width >= 100;
  const way = look.name === "kuring" ? "kernel -> user" : "user -> kernel";
  let x = cells.put(0, y, `${focused ? ">" : " "}${look.name}`, focused ? BOLD | CYAN : BOLD);
  x = wide ? cells.field(x + 1, y, 15, way) : x + 2;
  if (producerSlot === null && why !== null) {
    x = cells.field(x, y, 62, why);
  } else {
    x = cells.put(x, y, "produced ");
    x = cells.field(x, y, 22, positionText(producerIndex, producerSlot));
    x = cells.put(x, y, "consumed ");
    x = cells.field(x, y, 22, positionText(consumerIndex, consumerSlot));
  }
  const full = look.occupied === look.status.length;
  x = cells.fieldRight(x, y, 3, String(look.occupied), full ? RED | BOLD : PLAIN);
  x = cells.put(x, y, " publ.");
  if (wide) cells.put(x + 2, y, extras(model, look), PLAIN, width - x - 2);
}
