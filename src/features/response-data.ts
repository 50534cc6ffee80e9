// SPDX-License-Identifier: MIT
// The bytes a response points at: read out of the process whose address `uaddr` is.
import { isUnknown } from "../abi/codec.js";
import type { CmdRsp } from "../abi/event.js";
import type { MemoryReader } from "../device/process-memory.js";
import { decodeSense, senseText } from "../scsi/sense.js";
import { TASK_ABORTED_LEGACY } from "../scsi/status.js";
import type { Dump, DumpSlot } from "./dump.js";

/** Bytes shown of one buffer at most. */
export const DATA_LIMIT = 256;

const CHECK_CONDITION = 2;

export interface ResponseData {
  /** The first bytes at uaddr, null if the process has no readable memory there. */
  readonly bytes: Uint8Array | null;
  /** The sense data read, where the status is CHECK CONDITION. */
  readonly sense: string | null;
}

function dataOf(event: CmdRsp, read: MemoryReader): ResponseData | null {
  if (event.len === 0 || event.result === TASK_ABORTED_LEGACY) return null;
  const bytes = read(event.uaddr, Math.min(event.len, DATA_LIMIT));
  const sense = bytes && event.result === CHECK_CONDITION ? decodeSense(bytes) : null;
  return { bytes, sense: sense ? senseText(sense) : null };
}

/**
 * What lies at `uaddr` now, for every CMD_RSP in ukring that has data. The responder may have used
 * the buffer for something else since.
 */
export function readResponseData(dump: Dump, read: MemoryReader): Map<DumpSlot, ResponseData> {
  const found = new Map<DumpSlot, ResponseData>();
  for (const ring of dump.rings) {
    if (ring.snapshot.ring !== "ukring") continue;
    for (const slot of ring.slots) {
      const { event } = slot;
      if (isUnknown(event) || event.type !== "CMD_RSP" || !slot.snapshot.used) continue;
      const data = dataOf(event, read);
      if (data) found.set(slot, data);
    }
  }
  return found;
}
