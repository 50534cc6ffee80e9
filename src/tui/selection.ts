// SPDX-License-Identifier: MIT
// What the user has selected, as the thing it is.
import { decode, isUnknown } from "../abi/codec.js";
import type { CommandName } from "./actions.js";
import type { ScreenModel } from "./model.js";
import type { ViewState } from "./view-state.js";

/** The command that the list's row or the slot's event is about, null if it is about none. */
export function chosenCommand(state: ViewState, model: ScreenModel): CommandName | null {
  if (state.focus === "list") return state.command;
  const look = model.look[state.ring];
  const slot = state.slots[state.ring];
  if (look.used[slot] !== 1) return null;
  const event = decode(model.dialect, look.slot(slot), model.dialect.headerSize);
  return !isUnknown(event) && "cid" in event ? { hostNo: event.host_no, cid: event.cid } : null;
}

/** Its answer is kept back, so far as is known. */
export function isHeld(model: ScreenModel, command: CommandName | null): boolean {
  if (command === null || model.hold === null) return false;
  return model.isHeld(command.hostNo, command.cid);
}
