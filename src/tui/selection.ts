// SPDX-License-Identifier: MIT
// What the user has selected, as the thing it is.
import { decode, isUnknown } from "../abi/codec.js";
import type { CommandName } from "./actions.js";
import { inspect } from "./inspected.js";
import type { ScreenModel } from "./model.js";
import type { ViewState } from "./view-state.js";

/** The command in the list's row, else that of what the inspector shows; null if it is about none. */
export function chosenCommand(state: ViewState, model: ScreenModel): CommandName | null {
  if (state.focus === "flight") return state.command;
  const { bytes } = inspect(state, model);
  if (!bytes) return null;
  const event = decode(model.dialect, bytes, model.dialect.headerSize);
  return !isUnknown(event) && "cid" in event ? { hostNo: event.host_no, cid: event.cid } : null;
}

/** Its answer is kept back, so far as is known. */
export function isHeld(model: ScreenModel, command: CommandName | null): boolean {
  if (command === null || model.hold === null) return false;
  return model.isHeld(command.hostNo, command.cid);
}
