// SPDX-License-Identifier: MIT
// PERSISTENT RESERVE OUT: the parameter list, the service actions, whom they concern. SPC-4 6.17.
import { readUint } from "../big-endian.js";
import { type Call, RESERVATION_CONFLICT } from "../call.js";
import type { LogicalUnit } from "../units/logical-unit.js";
import { typeOf } from "../units/reservation-types.js";
import type { Refusal, Verdict } from "../units/reservation-verdicts.js";

const REGISTER = 0x00;
const RESERVE = 0x01;
const RELEASE = 0x02;
const CLEAR = 0x03;
const PREEMPT_AND_ABORT = 0x05;
const REGISTER_AND_IGNORE = 0x06;

const LIST_LENGTH = 24;
const PARAMETER_LIST_LENGTH_ERROR = 0x1a;
const ACTION_KEY = 8;
const FLAGS = 20;
/** Bits of byte 20. */
const SPEC_I_PT = 3;
const ALL_TG_PT = 2;
const APTPL = 0;

/** ALL_TG_PT and APTPL count for registering only, SPEC_I_PT is wrong elsewhere too. SPC-4 6.17.3. */
function unsupportedBit(action: number, flags: number): number | undefined {
  const registers = action === REGISTER || action === REGISTER_AND_IGNORE;
  const bits = registers ? [SPEC_I_PT, ALL_TG_PT, APTPL] : [SPEC_I_PT];
  return bits.find((bit) => flags & (1 << bit));
}

function perform(call: Call, { reservations }: LogicalUnit, list: Uint8Array): Verdict {
  const { cdb, flight } = call;
  const { hostNo } = flight;
  const view = new DataView(list.buffer, list.byteOffset, list.byteLength);
  const key = view.getBigUint64(0);
  const actionKey = view.getBigUint64(ACTION_KEY);
  const type = typeOf(cdb[2] ?? 0);
  switch ((cdb[1] ?? 0) & 0x1f) {
    case REGISTER:
      return reservations.register(hostNo, key, actionKey);
    case REGISTER_AND_IGNORE:
      return reservations.registerIgnoring(hostNo, actionKey);
    case RESERVE:
      return reservations.reserve(hostNo, key, type);
    case RELEASE:
      return reservations.release(hostNo, key, type);
    case CLEAR:
      return reservations.clear(hostNo, key);
    default: // PREEMPT, PREEMPT AND ABORT: there are no other rows
      return reservations.preempt(hostNo, key, actionKey, type);
  }
}

function refuse(call: Call, why: Refusal): boolean {
  switch (why) {
    case "conflict":
      return call.status(RESERVATION_CONFLICT);
    case "release":
      // INVALID RELEASE OF PERSISTENT RESERVATION
      return call.refuse(0x26, 0x04);
    case "type":
      return call.illegal(2, (call.cdb[2] ?? 0) & 0xf0 ? 7 : 3);
    case "action key":
      return call.illegalData(ACTION_KEY);
  }
}

function act(call: Call, unit: LogicalUnit, list: Uint8Array): boolean {
  if (list.length < LIST_LENGTH) return call.refuse(PARAMETER_LIST_LENGTH_ERROR, 0x00);
  const action = (call.cdb[1] ?? 0) & 0x1f;
  const bit = unsupportedBit(action, list[FLAGS] ?? 0);
  if (bit !== undefined) return call.illegalData(FLAGS, bit);
  const verdict = perform(call, unit, list);
  if (typeof verdict === "string") return refuse(call, verdict);
  for (const { hostNo, sense } of verdict.notices) unit.attentions.add(hostNo, sense);
  const answered = call.good();
  // Last, since others are answered by the same call.
  if (action === PREEMPT_AND_ABORT) {
    for (const hostNo of verdict.lost) call.services.abortOf(unit, hostNo);
  }
  return answered;
}

/** All service actions claimed have the basic parameter list, of exactly 24 bytes without SPEC_I_PT. */
export function persistentReserveOut(call: Call, unit: LogicalUnit): boolean {
  if (readUint(call.cdb, 5, 4) !== LIST_LENGTH) {
    return call.illegal(5, undefined, PARAMETER_LIST_LENGTH_ERROR);
  }
  return call.dataOut(unit, LIST_LENGTH, act);
}
