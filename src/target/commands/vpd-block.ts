// SPDX-License-Identifier: MIT
// VPD pages of block devices: B0h Block Limits, B1h Block Device Characteristics, B2h Logical Block Provisioning. SBC-3 6.6.
import { writeUint } from "../big-endian.js";
import { MAX_TRANSFER } from "../stores/store.js";
import type { LogicalUnit } from "../units/logical-unit.js";
import {
  isThin,
  MAX_UNMAP_DESCRIPTORS,
  maxCompareAndWrite,
  maxUnmap,
  maxWriteSame,
  UNMAP_GRANULARITY,
} from "./provisioning.js";

/** Bytes 4 on of a page of 64 bytes. */
const LONG = 60;
/** Bytes: a WRITE of less reads what is around it first. */
const PAGE = 4096;
const WSNZ = 0x01;
const UGAVALID = 0x80;
const NON_ROTATING = 1;
const LBPU = 0x80;
const LBPWS = 0x40;
const LBPWS10 = 0x20;
const LBPRZ = 0x04;
const THIN = 2;

/** Offsets are those of the page, less its header. No OPTIMAL TRANSFER LENGTH: none is slower. */
export function blockLimits(unit: LogicalUnit, dataOnly: boolean): Uint8Array {
  const page = new Uint8Array(LONG);
  const { blockSize } = unit;
  writeUint(page, 2, 2, PAGE / blockSize);
  writeUint(page, 4, 4, MAX_TRANSFER / blockSize);
  if (dataOnly) {
    page[0] = WSNZ;
    page[1] = maxCompareAndWrite(unit);
    writeUint(page, 32, 8, maxWriteSame(unit));
  }
  if (isThin(unit, dataOnly)) {
    writeUint(page, 16, 4, maxUnmap(unit));
    writeUint(page, 20, 4, MAX_UNMAP_DESCRIPTORS);
    writeUint(page, 24, 4, UNMAP_GRANULARITY / blockSize);
    page[28] = UGAVALID; // alignment 0
  }
  return page;
}

export function blockCharacteristics(): Uint8Array {
  const page = new Uint8Array(LONG);
  writeUint(page, 0, 2, NON_ROTATING);
  return page;
}

/** All zeroes: fully provisioned. ANC_SUP is 0: nothing reserves room. */
export function logicalBlockProvisioning(unit: LogicalUnit, dataOnly: boolean): Uint8Array {
  const thin = isThin(unit, dataOnly);
  return Uint8Array.of(0, thin ? LBPU | LBPWS | LBPWS10 | LBPRZ : 0, thin ? THIN : 0, 0);
}
