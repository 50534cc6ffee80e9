// SPDX-License-Identifier: MIT
// What the inspector shows: a slot as it is now, or an event, and whether its slot still holds it; and
// where the rest of its command stands.

import type { RingName } from "../abi/event.js";
import type { PastEvent } from "../session/event-history.js";
import type { RingLook } from "../session/rings-look.js";
import type { ScreenModel } from "./model.js";
import type { ViewState } from "./view-state.js";

export interface Inspected {
  readonly ring: RingName;
  readonly slot: number;
  /** Null: the slot was never used. */
  readonly bytes: Uint8Array | null;
  /** The event as it was seen; null: it was not. */
  readonly past: PastEvent | null;
  readonly overwritten: boolean;
  /** Laps since; null where the indices do not tell. */
  readonly laps: number | null;
}

/** Events of one command that are looked for in the rings. */
const MOST_OF_COMMAND = 8;

export function inspect(state: ViewState, model: ScreenModel): Inspected {
  const past = state.shown === null ? null : model.book.get(state.shown);
  if (past) return inspectEvent(past, model);
  const { ring } = state;
  const slot = state.slots[ring];
  const look = model.look[ring];
  const bytes = look.used[slot] === 1 ? look.slot(slot) : null;
  const latest = model.book.source(null).latestIn(ring, slot);
  const seen = latest < 0 ? null : model.book.get(latest);
  const isIt = seen !== null && bytes !== null && isSame(seen.slot, bytes);
  return { ring, slot, bytes, past: isIt ? seen : null, overwritten: false, laps: null };
}

function inspectEvent(past: PastEvent, model: ScreenModel): Inspected {
  const { ring } = past;
  const look = model.look[ring];
  const slot = past.index % model.dialect.nrEntry;
  const laps = model.timed ? lapsSince(look, past.index) : null;
  const overwritten = laps === null ? !isSame(past.slot, look.slot(slot)) : laps > 0;
  const bytes = overwritten ? past.slot : look.slot(slot);
  return { ring, slot, bytes, past, overwritten, laps: overwritten ? laps : null };
}

/** All but the status word, which goes on changing. */
function isSame(one: Uint8Array, other: Uint8Array): boolean {
  for (let i = 4; i < one.length; i++) if (one[i] !== other[i]) return false;
  return true;
}

/** How often the producer has been past the slot since; null: not known. */
function lapsSince(look: RingLook, index: number): number | null {
  const { producerIndex } = look.positions;
  if (producerIndex === null) return null;
  const behind = (producerIndex - 1 - index) | 0;
  return behind < 0 ? 0 : Math.floor(behind / look.status.length);
}

/** Slots that still hold events of the same command, by ring; the inspected one is among them. */
export type RelatedSlots = Readonly<Record<RingName, readonly number[]>>;

export function relatedSlots({ past }: Inspected, model: ScreenModel): RelatedSlots {
  const found: Record<RingName, number[]> = { kuring: [], ukring: [] };
  const home = past && model.book.home(past.number);
  if (!past || !home) return found;
  const first = past.request < 0 ? past.number : home.firstOf(past.number);
  let left = MOST_OF_COMMAND;
  for (let n = first; left-- > 0 && home.has(n); n = home.next(n)) {
    const event = home.get(n);
    if (!event) break;
    const { ring, slot, overwritten } = inspectEvent(event, model);
    if (!overwritten) found[ring].push(slot);
  }
  return found;
}
