// SPDX-License-Identifier: MIT
// What the user has chosen to look at, and how each action changes it. No I/O, no React.

import type { RingName } from "../abi/event.js";
import type { Expression } from "../expression/compile.js";

export type Focus = RingName | "list";

export interface ViewState {
  /** What the arrows move in. */
  readonly focus: Focus;
  /** The ring the inspector shows. */
  readonly ring: RingName;
  /** The selected slot of each ring. */
  readonly slots: Readonly<Record<RingName, number>>;
  /** The chosen command in flight, by what it is, never by its row. */
  readonly command: { readonly hostNo: number; readonly cid: number } | null;
  readonly frozen: boolean;
  /** Only what matches is listed; null: everything. */
  readonly filter: Expression | null;
  /** What `findNext` and `findBack` look for. */
  readonly find: Expression | null;
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
  command: null,
  frozen: false,
  filter: null,
  find: null,
};

/** What of the layout and of the model an action depends on. */
export interface ActionContext {
  readonly nrEntry: number;
  /** Slots in one line of a map. */
  readonly slotsPerLine: number;
  /** Commands in flight as listed. */
  readonly commands: readonly { readonly hostNo: number; readonly cid: number }[];
  /** The kuring slot with that command's request, null if it is overwritten. */
  findRequest(hostNo: number, cid: number): number | null;
}

const FOCUS_ORDER: readonly Focus[] = ["kuring", "ukring", "list"];

function turnFocus(state: ViewState, by: 1 | -1): ViewState {
  const next = (FOCUS_ORDER.indexOf(state.focus) + by + FOCUS_ORDER.length) % FOCUS_ORDER.length;
  const focus = FOCUS_ORDER[next] ?? "kuring";
  return { ...state, focus, ring: focus === "list" ? state.ring : focus };
}

const STEPS: Partial<Record<ViewAction, (perLine: number) => number>> = {
  left: () => -1,
  right: () => 1,
  up: (perLine) => -perLine,
  down: (perLine) => perLine,
  pageUp: (perLine) => -4 * perLine,
  pageDown: (perLine) => 4 * perLine,
};

function moveSlot(state: ViewState, action: ViewAction, context: ActionContext): ViewState {
  const ring = state.focus === "list" ? state.ring : state.focus;
  const { nrEntry } = context;
  const now = state.slots[ring];
  const step = STEPS[action]?.(context.slotsPerLine) ?? 0;
  const to = action === "home" ? 0 : action === "end" ? nrEntry - 1 : now + step;
  const slot = ((to % nrEntry) + nrEntry) % nrEntry;
  return { ...state, ring, slots: { ...state.slots, [ring]: slot } };
}

const LIST_STEPS: Partial<Record<ViewAction, number>> = {
  left: -1,
  up: -1,
  right: 1,
  down: 1,
  pageUp: -10,
  pageDown: 10,
  home: Number.NEGATIVE_INFINITY,
  end: Number.POSITIVE_INFINITY,
};

function moveCommand(state: ViewState, action: ViewAction, context: ActionContext): ViewState {
  const { commands } = context;
  if (commands.length === 0) return { ...state, command: null };
  const chosen = state.command;
  const at = commands.findIndex((c) => c.hostNo === chosen?.hostNo && c.cid === chosen.cid);
  const to = at < 0 ? 0 : at + (LIST_STEPS[action] ?? 0);
  const command = commands[Math.max(0, Math.min(commands.length - 1, to))];
  if (!command) return state;
  const { hostNo, cid } = command;
  const slot = context.findRequest(hostNo, cid);
  const shown = { ...state, command: { hostNo, cid }, ring: "kuring" as const };
  return slot === null ? shown : { ...shown, slots: { ...state.slots, kuring: slot } };
}

/** The state after `action`. */
export function act(state: ViewState, action: ViewAction, context: ActionContext): ViewState {
  switch (action) {
    case "focusNext":
      return turnFocus(state, 1);
    case "focusBack":
      return turnFocus(state, -1);
    case "freeze":
      return { ...state, frozen: !state.frozen };
    default:
      return state.focus === "list"
        ? moveCommand(state, action, context)
        : moveSlot(state, action, context);
  }
}
