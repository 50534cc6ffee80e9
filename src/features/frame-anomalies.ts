// SPDX-License-Identifier: MIT
// The few hazards that one look at a slot proves. The other rules need history: a later issue.

import type { RingName } from "../abi/event.js";
import type { RingLook, RingsLook } from "../session/rings-look.js";
import { belongs, type EventKind } from "../session/slot-fields.js";

/** `hazard` is the id of hazards.md; null where it has none. */
export interface Anomaly {
  hazard: string | null;
  ring: RingName;
  slot: number;
  text: string;
}

const MOST = 32;

/** What is wrong with one slot, null if nothing shows. */
export function slotAnomaly(look: RingLook, slot: number): Anomaly | null {
  const status = look.status[slot] ?? 0;
  const kind = (look.kind[slot] ?? -1) as EventKind;
  const found = (hazard: string | null, text: string): Anomaly => ({
    hazard,
    ring: look.name,
    slot,
    text,
  });
  if (status !== 0 && status !== 1) {
    return found("H24", `bad-status: status word 0x${(status >>> 0).toString(16)}`);
  }
  if (look.used[slot] !== 1) return null;
  if (kind < 0) return found(null, "event type not known to the dialect");
  if (belongs(kind, look.name)) return null;
  // a published slot of nothing but zeroes reads as a CMD_RSP for host 0, cid 0
  const zeroed = look.name === "kuring" && status === 1 && isZeroBehindStatus(look, slot);
  if (zeroed) return found("H01", "zeroed-slot: published without an event in it");
  return found(null, `an event of this type does not belong in ${look.name}`);
}

function isZeroBehindStatus(look: RingLook, slot: number): boolean {
  return look.slot(slot).every((byte, i) => i < 4 || byte === 0);
}

/** Those of both rings, in slot order, 32 at most. */
export function findAnomalies(look: RingsLook): Anomaly[] {
  const found: Anomaly[] = [];
  for (const ring of [look.kuring, look.ukring]) {
    for (let slot = 0; slot < ring.status.length && found.length < MOST; slot++) {
      const anomaly = slotAnomaly(ring, slot);
      if (anomaly) found.push(anomaly);
    }
  }
  return found;
}
