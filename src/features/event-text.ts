// SPDX-License-Identifier: MIT
// One line of printable ASCII for an event, whatever bytes are in it: where abi meets scsi.

import { isUnknown } from "../abi/codec.js";
import {
  type CmdReq,
  type CmdRsp,
  RW_DATA_ONLY,
  type TgtEvent,
  type TskMgmtReq,
} from "../abi/event.js";
import { decodeCdb } from "../scsi/cdb.js";
import { lunText } from "../scsi/lun.js";
import { errnoText, midlayerText, statusName, TASK_ABORTED_LEGACY } from "../scsi/status.js";
import { functionHasTag, functionName } from "../scsi/task-management.js";

const CHECK_CONDITION = 2;
const RW_KNOWN = 0x81;
const TARGET_RESET = 0x0c;

/** `0x1f`, for a u32 or a u64. */
export function hexText(value: number | bigint): string {
  return `0x${value.toString(16)}`;
}

function requestText(event: CmdReq): string {
  return decodeCdb(event.scb).text;
}

/** `GOOD 4096 B`, `CHECK CONDITION 18 B sense`, `DATA ONLY WRITE 24 B`. */
function responseText(event: CmdRsp): string {
  const oddRw = (event.rw & ~RW_KNOWN) === 0 ? "" : ` rw=${hexText(event.rw)}`;
  if (event.rw & RW_DATA_ONLY && oddRw === "") {
    return `DATA ONLY ${event.rw & 1 ? "WRITE" : "READ"} ${event.len} B`;
  }
  const status = statusName(event.result);
  if (event.len === 0 || event.result === TASK_ABORTED_LEGACY) return `${status}${oddRw}`;
  const sense = event.result === CHECK_CONDITION ? " sense" : "";
  return `${status} ${event.len} B${sense}${oddRw}`;
}

function taskRequestText(event: TskMgmtReq): string {
  const name = functionName(event.function);
  if (functionHasTag(event.function)) return `${name} tag=${hexText(event.tag)}`;
  return event.function === TARGET_RESET ? name : `${name} lun=${lunText(event.lun)}`;
}

/**
 * The reading for people: `READ(10) lba=0x38 blocks=8`, `GOOD 4096 B`, `DID_ERROR`,
 * `ABORT TASK tag=0x1f`, `mid=0x1f -EEXIST`, `unknown event type 7`.
 */
export function eventText(event: TgtEvent): string {
  if (isUnknown(event)) return `unknown event type ${hexText(event.type)}`;
  switch (event.type) {
    case "CMD_REQ":
      return requestText(event);
    case "CMD_RSP":
      return responseText(event);
    case "CMD_DONE":
      return midlayerText(event.result);
    case "TSK_MGMT_REQ":
      return taskRequestText(event);
    case "TSK_MGMT_RSP":
      return `mid=${hexText(event.mid)} ${errnoText(event.result)}`;
  }
}
