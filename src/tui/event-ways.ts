// SPDX-License-Identifier: MIT
// What Enter, m, [ ], n and N do: from what is selected to what belongs to it. Where there is nothing, the
// state's note says so.

import { selectCommand, selectEvent, toPresent } from "./view-moves.js";
import type { ActionContext, ViewState } from "./view-state.js";

const noted = (state: ViewState, note: string): ViewState => ({ ...state, note });

/** The event in the inspector, or the latest of the slot there. */
function subject(state: ViewState, { events }: ActionContext): number | null {
  return state.shown ?? events.latestIn(state.ring, state.slots[state.ring]);
}

/** From a list to the slot in its map, from a map to the fields. */
export function goTo(state: ViewState, context: ActionContext): ViewState {
  if (state.focus === "fields") return state;
  if (state.focus === "kuring" || state.focus === "ukring") return { ...state, focus: "fields" };
  if (state.focus === "flight") {
    if (!state.command) return noted(state, "no command is selected");
    const next = selectCommand(state, state.command, context);
    return { ...next, focus: "kuring" };
  }
  const event = state.event ?? context.events.move(null, -1);
  if (event === null) return noted(state, "no event has been seen");
  const next = selectEvent(state, event, context);
  return { ...next, focus: next.ring };
}

export function toMate(state: ViewState, context: ActionContext): ViewState {
  const number = subject(state, context);
  if (number === null) return noted(state, "what the slot holds came before the first event seen");
  const mate = context.events.mate(number);
  if (mate === null) return noted(state, "nothing else of this command has been seen");
  const next = selectEvent(state, mate, context);
  return state.focus === "kuring" || state.focus === "ukring"
    ? { ...next, focus: next.ring }
    : next;
}

export function toOccupant(state: ViewState, context: ActionContext, by: 1 | -1): ViewState {
  const { events } = context;
  if (state.shown === null && by > 0)
    return noted(toPresent(state), "this is what the slot holds now");
  const number = subject(state, context);
  const other = number === null ? null : events.occupant(number, by);
  // what a slot held last it still holds: that is the present, unless the list is gone through
  const { ring, slots, focus } = state;
  const isLast = by > 0 && (other === null || other === events.latestIn(ring, slots[ring]));
  if (isLast && (focus !== "events" || other === null)) return toPresent(state);
  if (other !== null) return selectEvent(state, other, context);
  return noted(state, "the events seen do not reach back to what the slot held before");
}

export function findEvent(state: ViewState, context: ActionContext, by: 1 | -1): ViewState {
  const { find } = state;
  if (!find) return noted(state, "nothing is looked for yet: f asks for what");
  const found = context.events.find(state.event, by, find);
  if (found !== null) return selectEvent(state, found, context);
  return noted(state, `no ${by < 0 ? "older" : "newer"} event matches ${find.text}`);
}
