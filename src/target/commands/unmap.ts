// SPDX-License-Identifier: MIT
// UNMAP: the parameter list is checked as a whole, then its descriptors are punched one after the other. SBC-3 5.28.
import { readUint, readUint64 } from "../big-endian.js";
import type { Call } from "../call.js";
import { flushFailure } from "../refusals.js";
import type { LogicalUnit } from "../units/logical-unit.js";
import { outOfRange } from "./block-range.js";
import { isThin, MAX_UNMAP_DESCRIPTORS, maxUnmap } from "./provisioning.js";
import { settle } from "./sync.js";
import { refuseWrite, writeProtected } from "./write-protect.js";

const HEADER = 8;
const DESCRIPTOR = 16;
/** UNMAP BLOCK DESCRIPTOR DATA LENGTH. */
const DATA_LENGTH = 2;
const PARAMETER_LIST_LENGTH_ERROR = 0x1a;

interface Extent {
  readonly lba: number;
  readonly blocks: number;
}

/** Descriptors in list order; an incomplete last one is none. */
function extentsOf(list: Uint8Array, dataLength: number): readonly Extent[] {
  const count = Math.floor(dataLength / DESCRIPTOR);
  return Array.from({ length: count }, (_, i) => {
    const at = HEADER + i * DESCRIPTOR;
    return { lba: readUint64(list, at), blocks: readUint(list, at + 8, 4) };
  });
}

/** One at a time: what other commands wait for is not stuck behind hundreds of jobs. */
function unmapFrom(call: Call, unit: LogicalUnit, extents: readonly Extent[], i: number): boolean {
  const extent = extents[i];
  if (!extent) return settle(call, unit, 0, unit.store.size, false);
  const offset = extent.lba * unit.blockSize;
  const length = extent.blocks * unit.blockSize;
  return call.job(unit, { operation: "punch", offset, length }, (later, now, { errno }) =>
    errno === 0 ? unmapFrom(later, now, extents, i + 1) : later.sense(flushFailure(errno)),
  );
}

function unmapList(call: Call, unit: LogicalUnit, list: Uint8Array): boolean {
  if (list.length < HEADER) return call.refuse(PARAMETER_LIST_LENGTH_ERROR, 0x00);
  const dataLength = readUint(list, DATA_LENGTH, 2);
  // Cut off: the initiator means to unmap more than it sends.
  if (dataLength > list.length - HEADER) return call.refuse(PARAMETER_LIST_LENGTH_ERROR, 0x00);
  const extents = extentsOf(list, dataLength);
  if (extents.length > MAX_UNMAP_DESCRIPTORS) return call.illegalData(DATA_LENGTH);
  // Unlike elsewhere the capacity itself is a valid LBA, with no blocks.
  if (extents.some(({ lba, blocks }) => lba + blocks > unit.blocks)) return outOfRange(call);
  const total = extents.reduce((sum, { blocks }) => sum + blocks, 0);
  if (total > maxUnmap(unit)) return call.refuse(0x26, 0x00); // no single field is wrong
  const some = extents.filter(({ blocks }) => blocks > 0);
  return some.length === 0 ? call.good() : unmapFrom(call, unit, some, 0);
}

/** ANCHOR is no usage bit: ANC_SUP is 0. Without a parameter list nothing is unmapped. */
export function unmap(call: Call, unit: LogicalUnit): boolean {
  if (writeProtected(unit)) return refuseWrite(call, unit);
  if (!isThin(unit, call.services.dataOnly)) return call.illegal(0, undefined, 0x20);
  const length = readUint(call.cdb, 7, 2);
  if (length === 0) return call.good();
  if (length < HEADER) return call.illegal(7, undefined, PARAMETER_LIST_LENGTH_ERROR);
  return call.dataOut(unit, length, unmapList);
}
