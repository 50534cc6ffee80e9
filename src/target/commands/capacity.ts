// SPDX-License-Identifier: MIT
// READ CAPACITY (10) and (16). SBC-3 5.15, 5.16.
import { readUint, writeUint } from "../big-endian.js";
import type { Call } from "../call.js";
import type { LogicalUnit } from "../units/logical-unit.js";
import { outOfRange } from "./block-range.js";
import { isThin } from "./provisioning.js";

const PMI = 0x01;
/** Thin provisioned, and unmapped blocks read as zeroes. SBC-3 4.7. */
const LBPME = 0x80;
const LBPRZ = 0x40;
const MAX_U32 = 0xffffffff;

/** With PMI the LBA has to exist; without it, it has to be 0. True: answered with sense. */
function refusedLba(call: Call, unit: LogicalUnit, lba: number, pmiByte: number): boolean {
  if (((call.cdb[pmiByte] ?? 0) & PMI) === 0) return lba !== 0 && call.illegal(2);
  return lba >= unit.blocks && outOfRange(call);
}

export function readCapacity10(call: Call, unit: LogicalUnit): boolean {
  if (refusedLba(call, unit, readUint(call.cdb, 2, 4), 8)) return true;
  const data = new Uint8Array(8);
  writeUint(data, 0, 4, Math.min(unit.blocks - 1, MAX_U32));
  writeUint(data, 4, 4, unit.blockSize);
  return call.data(data, data.length);
}

export function readCapacity16(call: Call, unit: LogicalUnit): boolean {
  const lba = readUint(call.cdb, 2, 4) * 2 ** 32 + readUint(call.cdb, 6, 4);
  if (refusedLba(call, unit, lba, 14)) return true;
  const data = new Uint8Array(32);
  writeUint(data, 0, 8, unit.blocks - 1);
  writeUint(data, 8, 4, unit.blockSize);
  if (isThin(unit, call.services.dataOnly)) data[14] = LBPME | LBPRZ;
  return call.data(data, readUint(call.cdb, 10, 4));
}
