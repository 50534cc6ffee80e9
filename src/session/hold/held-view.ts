// SPDX-License-Identifier: MIT
// What is held, as JSON.
import type { CmdRsp } from "../../abi/event.js";
import { verdictName } from "../../device/telemetry.js";
import { INDEX_MASK } from "../../ring/live-layout.js";
import type { KnownCommand } from "../../target/responder.js";
import type { HeldAnswerView, HeldTaskView, HeldView, SentView } from "../engine/verbs.js";
import type { HeldAnswer, HeldItem, HeldTask } from "./hold.js";
import { eventOf, type Sent } from "./letting-go.js";

const CHECK_CONDITION = 2;
const MOST_SENSE = 96;
/** Of a number that is exact. */
const MOST_ADDRESS = BigInt(Number.MAX_SAFE_INTEGER);

export interface HeldSources {
  readonly find: (hostNo: number, cid: number) => KnownCommand | null;
  /** Bytes of this process; null: not readable. */
  readonly read: (address: number, length: number) => Uint8Array | null;
  readonly idOf: (item: HeldItem) => number;
  /** CLOCK_MONOTONIC, ns. */
  readonly now: () => number;
}

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const lunOf = (lun: number): number | null => (lun < 0 ? null : lun);
const wide = (low: number, high: number): string =>
  `0x${((BigInt(high >>> 0) << 32n) | BigInt(low >>> 0)).toString(16)}`;

export function heldView(item: HeldItem, sources: HeldSources): HeldView {
  const held_ms = Math.round((sources.now() - item.heldNs) / 1e4) / 100;
  return item.kind === "answer"
    ? answerView(item, sources, held_ms)
    : { ...taskView(item), held_ms, id: sources.idOf(item) };
}

function taskView(task: HeldTask): Omit<HeldTaskView, "held_ms" | "id"> {
  return {
    kind: "TSK_MGMT_RSP",
    host_no: task.hostNo,
    mid: wide(task.midLow, task.midHigh),
    function: task.fn,
    tag: wide(task.tagLow, task.tagHigh),
    lun: lunOf(task.lun),
  };
}

function answerView(item: HeldAnswer, sources: HeldSources, held_ms: number): HeldAnswerView {
  const { hostNo, cid, refused } = item;
  const command = sources.find(hostNo, cid);
  return {
    kind: "CMD_RSP",
    host_no: hostNo,
    cid,
    tag: wide(command?.tagLow ?? 0, command?.tagHigh ?? 0),
    lun: command ? lunOf(command.lun) : null,
    scb: command ? hexOf(command.cdb) : "",
    data_len: command?.dataLen ?? 0,
    ...published(eventOf(item), sources),
    held_ms,
    id: sources.idOf(item),
    refused: refused === null ? null : verdictName(refused),
  };
}

/** What an answer says, and its sense data while its command is not over. */
function published(
  { type: _, uaddr, ...fields }: CmdRsp,
  sources: HeldSources,
): Pick<HeldAnswerView, "answer" | "sense"> {
  const isSense = fields.result === CHECK_CONDITION && fields.len > 0 && uaddr <= MOST_ADDRESS;
  const sense = isSense ? sources.read(Number(uaddr), Math.min(fields.len, MOST_SENSE)) : null;
  return {
    answer: { ...fields, uaddr: `0x${uaddr.toString(16)}` },
    sense: sense && hexOf(sense),
  };
}

/** `item`: as it looked before it was let go. */
export function sentView(
  item: HeldView,
  { event, index, verdict }: Sent,
  sources: HeldSources,
): SentView {
  return {
    ...item,
    ...(event && published(event, sources)),
    slot: index & INDEX_MASK,
    index,
    verdict: typeof verdict === "number" ? verdictName(verdict) : null,
    consumed: verdict === undefined ? false : verdict === null ? null : true,
  };
}
