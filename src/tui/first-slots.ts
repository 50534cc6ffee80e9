// SPDX-License-Identifier: MIT
// Where a debugger's eye goes first.
import type { RingName } from "../abi/event.js";
import type { ScreenModel } from "./model.js";
import type { ViewState } from "./view-state.js";

/** In each ring what is to be consumed next, else what was produced last. */
export function firstSlots({ look }: ScreenModel): ViewState["slots"] {
  const first = (ring: RingName): number => {
    const { positions, occupied, status, used } = look[ring];
    const { consumerSlot, producerSlot } = positions;
    if (occupied > 0 && consumerSlot !== null) return consumerSlot;
    const slots = status.length;
    const last = producerSlot === null ? 0 : (producerSlot + slots - 1) % slots;
    return used[last] === 1 ? last : 0;
  };
  return { kuring: first("kuring"), ukring: first("ukring") };
}
