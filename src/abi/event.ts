// SPDX-License-Identifier: MIT
// The decoded form of one event, under the ABI's own field names. Source: kernel/scsi_tgt_if.h.

export const EVENT_TYPES = [
  "CMD_RSP",
  "TSK_MGMT_RSP",
  "CMD_REQ",
  "CMD_DONE",
  "TSK_MGMT_REQ",
] as const;
export type EventTypeName = (typeof EVENT_TYPES)[number];

/** In `rw`: move the data, the status comes with a later answer (TGT_RW_DATA_ONLY). */
export const RW_DATA_ONLY = 0x80;

export interface CmdRsp {
  readonly type: "CMD_RSP";
  host_no: number;
  cid: number;
  len: number;
  /** SAM status, or 0x20 for "task aborted". */
  result: number;
  /** Address in the responder's process. */
  uaddr: bigint;
  /** 0 READ, 1 WRITE; | RW_DATA_ONLY. */
  rw: number;
}

export interface TskMgmtRsp {
  readonly type: "TSK_MGMT_RSP";
  host_no: number;
  mid: bigint;
  /** 0 or a negative errno. */
  result: number;
}

export interface CmdReq {
  readonly type: "CMD_REQ";
  host_no: number;
  cid: number;
  /** Bytes. */
  data_len: number;
  /** CDB, 16 bytes, zero padded. */
  scb: Uint8Array;
  /** SAM LUN, 8 bytes. */
  lun: Uint8Array;
  attribute: number;
  tag: bigint;
}

export interface CmdDone {
  readonly type: "CMD_DONE";
  host_no: number;
  cid: number;
  /** SCSI midlayer result; host byte in bits 16..23. */
  result: number;
}

export interface TskMgmtReq {
  readonly type: "TSK_MGMT_REQ";
  host_no: number;
  function: number;
  tag: bigint;
  lun: Uint8Array;
  mid: bigint;
}

/** A type the dialect does not know: its number and the whole event's bytes. */
export interface UnknownEvent {
  readonly type: number;
  raw: Uint8Array;
}

export type KnownEvent = CmdRsp | TskMgmtRsp | CmdReq | CmdDone | TskMgmtReq;
export type TgtEvent = KnownEvent | UnknownEvent;

export type RingName = "kuring" | "ukring";
