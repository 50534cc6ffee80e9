// SPDX-License-Identifier: MIT
// Commands and task management functions by what they are, never by a row that may have moved.
import type { HeldView } from "../session/engine/verbs.js";

export interface CommandName {
  readonly hostNo: number;
  readonly cid: number;
}

export interface TaskName {
  readonly hostNo: number;
  readonly mid: bigint;
}

export type Named = CommandName | TaskName;

/** What is selected, as it was shown. */
export interface Chosen {
  readonly name: Named;
  /** Of what is kept back for it (HeldView); null: nothing, so far as is known. */
  readonly heldId: number | null;
}

export function isSame(one: Named, other: Named): boolean {
  if (one.hostNo !== other.hostNo) return false;
  if ("cid" in one) return "cid" in other && one.cid === other.cid;
  return "mid" in other && one.mid === other.mid;
}

export function nameOf(item: HeldView): Named {
  const hostNo = item.host_no;
  return item.kind === "CMD_RSP" ? { hostNo, cid: item.cid } : { hostNo, mid: BigInt(item.mid) };
}

/** As the verbs take it: `3:4712`, `3:mid=0x1f`. */
export function nameText(name: Named): string {
  return `${name.hostNo}:${"cid" in name ? name.cid : `mid=0x${name.mid.toString(16)}`}`;
}
