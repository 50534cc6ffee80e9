// SPDX-License-Identifier: MIT
// What arrows, pages and ends do in each panel: pure steps from one state to the next.

import { isSame, type Named } from "./named.js";
import { type FieldRow, rowOfByte } from "./slot-fields-text.js";
import type { ActionContext, ViewAction, ViewState } from "./view-state.js";

const STEPS: Partial<Record<ViewAction, (perLine: number) => number>> = {
  left: () => -1,
  right: () => 1,
  up: (perLine) => -perLine,
  down: (perLine) => perLine,
  pageUp: (perLine) => -4 * perLine,
  pageDown: (perLine) => 4 * perLine,
};

/** What the slots hold now; the list of events follows again, unless it is what the eye is on. */
export function toPresent(state: ViewState): ViewState {
  return { ...state, shown: null, event: state.focus === "events" ? state.event : null };
}

export function moveSlot(state: ViewState, action: ViewAction, context: ActionContext): ViewState {
  const ring = state.focus === "kuring" || state.focus === "ukring" ? state.focus : state.ring;
  const { nrEntry } = context;
  const now = state.slots[ring];
  const step = STEPS[action]?.(context.slotsPerLine) ?? 0;
  const to = action === "home" ? 0 : action === "end" ? nrEntry - 1 : now + step;
  const slot = ((to % nrEntry) + nrEntry) % nrEntry;
  return { ...toPresent(state), ring, slots: { ...state.slots, [ring]: slot } };
}

const ROW_STEPS: Partial<Record<ViewAction, number>> = {
  left: -1,
  up: -1,
  right: 1,
  down: 1,
  pageUp: -10,
  pageDown: 10,
  home: Number.NEGATIVE_INFINITY,
  end: Number.POSITIVE_INFINITY,
};

/** The event selected, shown, and its slot in its ring. */
export function selectEvent(state: ViewState, event: number, context: ActionContext): ViewState {
  const place = context.events.place(event);
  if (!place) return state;
  const { ring, slot } = place;
  return { ...state, event, shown: event, ring, slots: { ...state.slots, [ring]: slot } };
}

const follow = (state: ViewState): ViewState => ({ ...state, event: null, shown: null });

export function moveEvent(state: ViewState, action: ViewAction, context: ActionContext): ViewState {
  const { events } = context;
  if (action === "end") return follow(state);
  const by = ROW_STEPS[action] ?? 0;
  if (state.event === null && by > 0) return state;
  const to = action === "home" ? events.oldest : events.move(state.event, by);
  return to === null ? follow(state) : selectEvent(state, to, context);
}

export function moveCommand(
  state: ViewState,
  action: ViewAction,
  context: ActionContext,
): ViewState {
  const { inFlight } = context;
  const { command } = state;
  if (inFlight.length === 0) return { ...state, command: null };
  const at = command ? inFlight.findIndex((each) => isSame(each, command)) : -1;
  const to = at < 0 ? 0 : at + (ROW_STEPS[action] ?? 0);
  const name = inFlight[Math.max(0, Math.min(inFlight.length - 1, to))];
  return name ? selectCommand(state, name, context) : state;
}

/** The command or function chosen, and its request shown, as far as it is known. */
export function selectCommand(state: ViewState, name: Named, context: ActionContext): ViewState {
  const next = { ...state, command: name, ring: "kuring" as const, shown: null };
  const request = context.requestEvent(name);
  const place = request === null ? null : context.events.place(request);
  const found = "cid" in name ? context.findRequest(name.hostNo, name.cid) : null;
  const slot = place?.slot ?? found;
  if (slot === null) return next;
  return { ...next, shown: place ? request : null, slots: { ...state.slots, kuring: slot } };
}

const BYTE_STEPS: Partial<Record<ViewAction, number>> = {
  left: -1,
  right: 1,
  pageUp: -16,
  pageDown: 16,
};

export function moveByte(state: ViewState, action: ViewAction, context: ActionContext): ViewState {
  const last = context.entrySize - 1;
  const rows = context.fields(state).filter((row) => row.size > 0);
  const step = BYTE_STEPS[action];
  const to = step === undefined ? rowStart(rows, state.byte, action) : state.byte + step;
  return { ...state, byte: Math.max(0, Math.min(last, to)) };
}

/** Where the field above or below begins; flags of one byte count as one. */
function rowStart(rows: readonly FieldRow[], byte: number, action: ViewAction): number {
  if (action === "home") return rows[0]?.at ?? 0;
  if (action === "end") return rows.at(-1)?.at ?? 0;
  const down = action === "down";
  const current = rowOfByte(rows, byte);
  const now = rows[current];
  if (!now) {
    const beside = down ? rows.find((r) => r.at > byte) : rows.findLast((r) => r.at < byte);
    return beside?.at ?? byte;
  }
  for (let i = current + (down ? 1 : -1); rows[i]; i += down ? 1 : -1) {
    const at = rows[i]?.at ?? byte;
    if (rowOfByte(rows, at) === i) return at;
  }
  return now.at;
}
