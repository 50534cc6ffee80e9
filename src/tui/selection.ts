// SPDX-License-Identifier: MIT
// What the user has selected, as the thing it is, and what comes after it.
import { decode, isUnknown } from "../abi/codec.js";
import { flightNames } from "./flight-rows.js";
import { inspect } from "./inspected.js";
import type { ScreenModel } from "./model.js";
import { type Chosen, isSame, type Named } from "./named.js";
import type { ViewState } from "./view-state.js";

/** What the list's row is about, else what the inspector shows; null if it is about none. */
export function chosenOf(state: ViewState, model: ScreenModel): Chosen | null {
  const name = state.focus === "flight" ? state.command : inspectedName(state, model);
  if (name === null) return null;
  const item =
    "cid" in name ? model.heldAnswer(name.hostNo, name.cid) : model.heldTask(name.hostNo, name.mid);
  return { name, heldId: item?.id ?? null };
}

function inspectedName(state: ViewState, model: ScreenModel): Named | null {
  const { bytes } = inspect(state, model);
  if (!bytes) return null;
  const event = decode(model.dialect, bytes, model.dialect.headerSize);
  if (isUnknown(event) || !("host_no" in event)) return null;
  if ("cid" in event) return { hostNo: event.host_no, cid: event.cid };
  if (!("mid" in event)) return null;
  const name = { hostNo: event.host_no, mid: event.mid };
  return isHeld(model, name) ? name : null; // else nothing can be done with it
}

/** Its answer is kept back, so far as is known. */
export function isHeld(model: ScreenModel, name: Named | null): boolean {
  if (name === null || model.hold === null) return false;
  if ("cid" in name) return model.isHeld(name.hostNo, name.cid);
  return model.heldTask(name.hostNo, name.mid) !== null;
}

/** The others of the list in flight: those below `name`, then those above. */
export function othersFrom(state: ViewState, model: ScreenModel, name: Named): Named[] {
  const all = flightNames(model, state.filter !== null);
  const at = all.findIndex((each) => isSame(each, name));
  return at < 0 ? all : [...all.slice(at + 1), ...all.slice(0, at)];
}
