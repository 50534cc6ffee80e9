// SPDX-License-Identifier: MIT
// What an owner says it keeps back, made up: answers and task management functions of host 3.
import type { HeldAnswerView, HeldTaskView } from "../../src/session/engine/verbs.js";

/** READ(10) lba=0x38 blocks=8 */
const READ_10 = "28000000003800000800000000000000";
/** MEDIUM ERROR, UNRECOVERED READ ERROR */
const MEDIUM_ERROR = "700003000000000a00000000110000000000";

export function heldAnswer(cid: number, part: Partial<HeldAnswerView> = {}): HeldAnswerView {
  const answer = { host_no: 3, cid, len: 4096, result: 0, uaddr: "0x7f65ccf46000", rw: 0 };
  return {
    kind: "CMD_RSP",
    host_no: 3,
    cid,
    tag: `0x${cid.toString(16)}`,
    lun: 0,
    scb: READ_10,
    data_len: 4096,
    answer,
    sense: null,
    held_ms: 4100,
    id: cid,
    refused: null,
    ...part,
  };
}

/** CHECK CONDITION 3/11/00 */
export function heldSense(cid: number, part: Partial<HeldAnswerView> = {}): HeldAnswerView {
  const answer = { ...heldAnswer(cid).answer, len: 18, result: 2 };
  return heldAnswer(cid, { answer, sense: MEDIUM_ERROR, ...part });
}

export function heldTask(mid: string, part: Partial<HeldTaskView> = {}): HeldTaskView {
  return {
    kind: "TSK_MGMT_RSP",
    host_no: 3,
    mid,
    function: 0x0d,
    tag: "0x12e",
    lun: 0,
    held_ms: 900,
    id: 1_000_000,
    ...part,
  };
}
