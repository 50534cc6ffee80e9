// SPDX-License-Identifier: MIT
// What would be injected, in words and bytes, before anything is touched.
import { isUnknown } from "../../abi/codec.js";
import type { Edit, InjectPlan } from "../../session/inject/inject-plan.js";
import { edited } from "../../session/inject/inject-slot.js";
import { eventText } from "../event-text.js";
import type { Malformation } from "./inject-catalogue.js";
import { eventOfSlot } from "./inject-report.js";
import type { InjectRequest } from "./inject-request.js";

/** The slot as it would be published; null: it depends on what is in the ring by then. */
export function bytesOf({ base, edits, status }: InjectPlan): Uint8Array | null {
  if (base.kind !== "bytes") return null;
  const bytes = edited(Buffer.from(base.hex, "hex"), edits, () => 0n);
  new DataView(bytes.buffer).setUint32(0, status, true);
  return bytes;
}

const BASES: Readonly<Record<InjectPlan["base"]["kind"], string>> = {
  bytes: "these bytes",
  victim: "an answer of the owner's, changed",
  again: "the newest CMD_RSP once more",
  late: "an answer to the newest command that was aborted",
  stale: "what lies in the slot, changed",
  nothing: "nothing, the doorbell alone",
};

/** `these bytes, status 0x2, no doorbell`: where it goes and how it is rung, if that is anything special. */
export function planText({ base, ...plan }: InjectPlan): string {
  const { status, skip, slot, fill, race, doorbells } = plan;
  const parts = [
    BASES[base.kind],
    status === 1 ? "" : `, status 0x${status.toString(16)}`,
    slot === null ? "" : `, at slot ${slot}`,
    skip === 0 ? "" : `, ${skip} slot too far`,
    fill ? ", at the end of a filled ring" : "",
    race ? ", changing while the kernel reads" : "",
    doorbells === 1 ? "" : `, ${doorbells === 0 ? "no doorbell" : `${doorbells} doorbells`}`,
  ];
  return parts.join("");
}

/** `TSK_MGMT_RSP mid=0x1f -EEXIST` */
export function slotText(bytes: Uint8Array): string {
  const event = eventOfSlot(Buffer.from(bytes).toString("hex"));
  if (event === null) return "";
  return isUnknown(event) ? eventText(event) : `${event.type} ${eventText(event)}`;
}

/** `byte 24: u32 + 4096` */
export function editText(edit: Edit): string {
  switch (edit.op) {
    case "add":
      return `byte ${edit.at}: u32 + ${edit.by}`;
    case "readOnlyAddress":
      return `byte ${edit.at}: an address that cannot be written`;
    default:
      return `byte ${edit.at}: ${edit.op} ${edit.hex}`;
  }
}

/** `ENOENT or EINVAL`; null: whatever comes. */
export function expectedText({ expected }: Pick<InjectRequest, "expected">): string | null {
  if (expected === undefined) return null;
  return expected?.join(" or ") ?? "none, not consumed";
}

const VICTIMS = {
  any: "in place of the next answer to a READ or WRITE",
  read: "in place of the next answer to a READ",
  write: "in place of the next answer to a WRITE",
} as const;

/** Whose place it takes; null: nobody's. */
export function victimText({ victim }: Pick<Malformation, "victim">): string | null {
  return victim && VICTIMS[victim];
}

/** `a correct kernel refuses it: EINVAL` */
export function correctText({ correct, expected }: Malformation): string {
  return `a correct kernel ${correct}${expected === null ? "" : `: ${expected.join(" or ")}`}`;
}
