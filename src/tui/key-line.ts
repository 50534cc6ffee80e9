// SPDX-License-Identifier: MIT
// The keys that do something right now, as the bottom line shows them.

import type { Observation } from "../session/observation.js";
import type { Action } from "./actions.js";
import type { KeyRow, Needs } from "./keys.js";
import type { ScreenModel } from "./model.js";
import type { Hint } from "./overlay.js";
import { chosenOf, isHeld } from "./selection.js";
import type { ViewState } from "./view-state.js";

export interface KeyLineFacts {
  readonly verbs: boolean;
  readonly held: boolean;
  readonly heldCommand: boolean;
}

export function factsOf(
  state: ViewState,
  model: ScreenModel,
  { verbs: given, held: board }: Pick<Observation, "verbs" | "held">,
): KeyLineFacts {
  const verbs = given !== undefined;
  return {
    verbs,
    held: verbs && (board?.state.on ?? false),
    heldCommand: verbs && isHeld(model, chosenOf(state, model)?.name ?? null),
  };
}

/** Another number for other facts. */
export function factsKey({ verbs, held, heldCommand }: KeyLineFacts): number {
  return (verbs ? 1 : 0) | (held ? 2 : 0) | (heldCommand ? 4 : 0);
}

/** What comes next is to let something go: that needs the room. */
const LESS_WHILE_HELD = new Set<Action>(["hold", "focusNext"]);

export function keyHints(facts: KeyLineFacts, rows: readonly KeyRow[]): Hint[] {
  const holds = (needs: Needs): boolean => needs === "nothing" || facts[needs];
  return rows
    .filter((row) => row.line !== null && holds(row.needs))
    .filter((row) => !(facts.held && LESS_WHILE_HELD.has(row.action)))
    .map((row) => ({ key: row.shown.split(" ")[0] ?? "", word: row.line ?? "" }));
}
