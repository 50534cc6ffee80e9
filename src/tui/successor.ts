// SPDX-License-Identifier: MIT
// Who is selected next when the one that was selected has been let go.

import type { ScreenModel } from "./model.js";
import { isSame, type Named } from "./named.js";
import { isHeld, othersFrom } from "./selection.js";
import type { ViewState } from "./view-state.js";

/**
 * Call it while `name` is still listed: the order is the one of now. Call what it returns when `name` is
 * gone; null: the user has gone elsewhere, or nobody is held any more.
 */
export function successorOf(
  name: Named,
  listed: ViewState,
  model: ScreenModel,
): (state: ViewState, model: ScreenModel) => Named | null {
  const others = othersFrom(listed, model, name);
  return ({ focus, command }, model) => {
    if (focus !== "flight" || command === null || !isSame(command, name)) return null;
    return others.find((each) => isHeld(model, each)) ?? null;
  };
}
