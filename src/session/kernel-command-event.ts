// SPDX-License-Identifier: MIT
// A command only the kernel's own table knows, as expressions see it.

import type { Dialect } from "../abi/dialect.js";
import type { KernelCommand } from "../device/ring-device.js";
import type { JoinedEvent, Wide } from "../expression/joined-event.js";
import { decodeCdb } from "../scsi/cdb.js";
import { lunToNumber } from "../scsi/lun.js";

const wide = (value: bigint): Wide => ({
  high: Number((value >> 32n) & 0xffffffffn),
  low: Number(value & 0xffffffffn),
});

/** As the CMD_REQ it is or will be, without what the table does not say. */
export function kernelCommandEvent(command: KernelCommand, dialect: Dialect): JoinedEvent {
  const cdb = decodeCdb(command.scb);
  return {
    ring: 0,
    slot: null,
    index: null,
    status: null,
    type: dialect.events.CMD_REQ.type,
    host_no: command.host_no,
    cid: command.cid,
    tag: wide(command.tag),
    lun: lunToNumber(command.lun),
    opcode: cdb.opcode,
    service_action: cdb.serviceAction,
    lba: cdb.lba === null ? null : wide(cdb.lba),
    blocks: cdb.blocks,
    data_len: null,
    len: null,
    result: null,
    rw: null,
    uaddr: null,
    mid: null,
    function: null,
    attribute: null,
    verdict: null,
    age_ms: command.age_ms,
  };
}
