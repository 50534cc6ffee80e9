// SPDX-License-Identifier: MIT
// GET LBA STATUS: which blocks take room. SBC-3 5.6.
import { readUint, writeUint } from "../big-endian.js";
import type { Call } from "../call.js";
import type { LogicalUnit } from "../units/logical-unit.js";
import { inRange, lbaOf, outOfRange } from "./block-range.js";
import { isThin } from "./provisioning.js";

const HEADER = 8;
const DESCRIPTOR = 16;
/** What of more would be known is asked for again: each is two system calls on the engine's thread. */
const MOST_DESCRIPTORS = 64;
const MAX_U32 = 0xffffffff;
/** PROVISIONING STATUS. */
const MAPPED = 0;
const DEALLOCATED = 1;

interface Status {
  readonly blocks: number;
  readonly status: number;
}

/** The extent at `lba`, in whole blocks; all is mapped where nothing can be unmapped. */
function statusAt(call: Call, unit: LogicalUnit, lba: number): Status {
  const left = unit.blocks - lba;
  if (!isThin(unit, call.services.dataOnly))
    return { blocks: Math.min(left, MAX_U32), status: MAPPED };
  const { blockSize, store } = unit;
  const { mapped, length } = store.isMapped(lba * blockSize, left * blockSize);
  const blocks = Math.min(Math.max(1, Math.floor(length / blockSize)), left, MAX_U32);
  return { blocks, status: mapped ? MAPPED : DEALLOCATED };
}

function descriptor(lba: number, { blocks, status }: Status): Uint8Array {
  const bytes = new Uint8Array(DESCRIPTOR);
  writeUint(bytes, 0, 8, lba);
  writeUint(bytes, 8, 4, blocks);
  bytes[12] = status;
  return bytes;
}

/** At least one descriptor, even if the allocation length cuts it off. */
export function getLbaStatus(call: Call, unit: LogicalUnit): boolean {
  const { cdb } = call;
  let lba = lbaOf(cdb);
  if (!inRange(unit, lba, 0)) return outOfRange(call);
  const allocation = readUint(cdb, 10, 4);
  const room = Math.floor((allocation - HEADER) / DESCRIPTOR);
  const most = Math.max(1, Math.min(room, MOST_DESCRIPTORS));
  const parts: Uint8Array[] = [new Uint8Array(HEADER)];
  while (parts.length <= most && lba < unit.blocks) {
    const status = statusAt(call, unit, lba);
    parts.push(descriptor(lba, status));
    lba += status.blocks;
  }
  const data = Buffer.concat(parts);
  writeUint(data, 0, 4, data.length - 4); // does not count itself
  return call.data(data, allocation);
}
