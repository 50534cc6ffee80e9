// SPDX-License-Identifier: MIT
// Which slots of kuring hold the request of a command whose answer is kept back.
import type { Dialect } from "../../abi/dialect.js";
import type { RingLook } from "../rings-look.js";
import { CMD_REQ, SlotFields } from "../slot-fields.js";
import type { HeldBoard } from "./held-board.js";

/** Null where nothing is held; a consumed request keeps its bytes for a lap. */
export function heldSlots(
  look: RingLook,
  dialect: Dialect,
  held: HeldBoard | undefined,
): ReadonlySet<number> | null {
  if (!held || held.state.held === 0) return null;
  const fields = new SlotFields(dialect);
  const slots = new Set<number>();
  for (let slot = 0; slot < look.kind.length; slot++) {
    if (look.kind[slot] !== CMD_REQ || look.status[slot] !== 0) continue;
    fields.select(look.slot(slot));
    if (held.has(fields.hostNo(CMD_REQ), fields.cid(CMD_REQ))) slots.add(slot);
  }
  return slots;
}
