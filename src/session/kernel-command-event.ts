// SPDX-License-Identifier: MIT
// A command in flight as expressions see it: what the kernel's own table says, and the request where it was seen.

import type { Dialect } from "../abi/dialect.js";
import type { CmdReq } from "../abi/event.js";
import type { KernelCommand } from "../device/ring-device.js";
import type { JoinedEvent, Wide } from "../expression/joined-event.js";
import { decodeCdb } from "../scsi/cdb.js";
import { lunToNumber } from "../scsi/lun.js";

const wide = (value: bigint): Wide => ({
  high: Number((value >> 32n) & 0xffffffffn),
  low: Number(value & 0xffffffffn),
});

/** What a listed command and one of the kernel's table have in common. */
type ListedCommand = Pick<KernelCommand, "host_no" | "cid" | "tag" | "lun" | "scb"> & {
  readonly age_ms: number | null;
};

/** `request`: as it was seen, which goes before what the table says; null: it was not. */
export function commandEvent(
  command: ListedCommand,
  dialect: Dialect,
  request: CmdReq | null,
): JoinedEvent {
  if (!request) return kernelCommandEvent(command, dialect);
  const { data_len, attribute } = request;
  const event = kernelCommandEvent({ ...request, age_ms: command.age_ms }, dialect);
  return { ...event, data_len, attribute };
}

/** As the CMD_REQ it is or will be, without what the table does not say. */
export function kernelCommandEvent(command: ListedCommand, dialect: Dialect): JoinedEvent {
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
