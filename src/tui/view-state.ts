// SPDX-License-Identifier: MIT
// What the user has chosen to look at, and how each action changes it. No I/O, no React.

import type { RingName } from "../abi/event.js";
import type { Expression } from "../expression/compile.js";
import type { EventCursor } from "./event-cursor.js";
import { findEvent, goTo, toMate, toOccupant } from "./event-ways.js";
import type { Named } from "./named.js";
import type { FieldRow } from "./slot-fields-text.js";
import { moveByte, moveCommand, moveEvent, moveSlot } from "./view-moves.js";

export type Focus = RingName | "events" | "flight" | "fields";

export interface ViewState {
  /** What the arrows move in. */
  readonly focus: Focus;
  /** The ring the inspector shows. */
  readonly ring: RingName;
  /** The selected slot of each ring. */
  readonly slots: Readonly<Record<RingName, number>>;
  /** The selected event by its number in the history; null: the list follows the newest. */
  readonly event: number | null;
  /** The event in the inspector; null: what the selected slot holds now. */
  readonly shown: number | null;
  /** The chosen command in flight, or function: the list has both. */
  readonly command: Named | null;
  /** The selected byte of what the inspector shows: its field is selected. */
  readonly byte: number;
  readonly frozen: boolean;
  /** Only what matches is listed; null: everything. */
  readonly filter: Expression | null;
  /** What `findNext` and `findBack` look for. */
  readonly find: Expression | null;
  /** Why the last action did nothing, null: it did something. */
  readonly note: string | null;
}

/** What moves the eye, and nothing else. */
export type ViewAction =
  | "left"
  | "right"
  | "up"
  | "down"
  | "pageUp"
  | "pageDown"
  | "home"
  | "end"
  | "focusNext"
  | "focusBack"
  | "goTo"
  | "mate"
  | "older"
  | "newer"
  | "findNext"
  | "findBack"
  | "freeze";

export const INITIAL_VIEW: ViewState = {
  focus: "kuring",
  ring: "kuring",
  slots: { kuring: 0, ukring: 0 },
  event: null,
  shown: null,
  command: null,
  byte: 0,
  frozen: false,
  filter: null,
  find: null,
  note: null,
};

/** What of the layout and of the model an action depends on. */
export interface ActionContext {
  readonly nrEntry: number;
  /** Bytes of a slot. */
  readonly entrySize: number;
  /** Slots in one line of a map. */
  readonly slotsPerLine: number;
  /** What is in flight, as listed. */
  readonly inFlight: readonly Named[];
  readonly events: EventCursor;
  /** The kuring slot with that command's request, null if it is overwritten. */
  findRequest(hostNo: number, cid: number): number | null;
  /** Number of that request's event, null if it is not known. */
  requestEvent(name: Named): number | null;
  /** The fields of what the inspector shows in `state`. */
  fields(state: ViewState): readonly FieldRow[];
}

const FOCUS_ORDER: readonly Focus[] = ["kuring", "ukring", "events", "flight", "fields"];

function turnFocus(state: ViewState, by: 1 | -1): ViewState {
  const next = (FOCUS_ORDER.indexOf(state.focus) + by + FOCUS_ORDER.length) % FOCUS_ORDER.length;
  return focused(state, FOCUS_ORDER[next] ?? "kuring");
}

export function focused(state: ViewState, focus: Focus): ViewState {
  if (focus !== "kuring" && focus !== "ukring") return { ...state, focus };
  // the ring of the event that is shown keeps it
  return focus === state.ring ? { ...state, focus } : { ...state, focus, ring: focus, shown: null };
}

const MOVES: Readonly<Record<Focus, typeof moveSlot>> = {
  kuring: moveSlot,
  ukring: moveSlot,
  events: moveEvent,
  flight: moveCommand,
  fields: moveByte,
};

/** The state after `action`. */
export function act(before: ViewState, action: ViewAction, context: ActionContext): ViewState {
  const state = before.note === null ? before : { ...before, note: null };
  switch (action) {
    case "focusNext":
      return turnFocus(state, 1);
    case "focusBack":
      return turnFocus(state, -1);
    case "freeze":
      return { ...state, frozen: !state.frozen };
    case "goTo":
      return goTo(state, context);
    case "mate":
      return toMate(state, context);
    case "older":
      return toOccupant(state, context, -1);
    case "newer":
      return toOccupant(state, context, 1);
    case "findNext":
      return findEvent(state, context, -1);
    case "findBack":
      return findEvent(state, context, 1);
    default:
      return MOVES[state.focus](state, action, context);
  }
}
