// SPDX-License-Identifier: MIT
// READ and WRITE (6), (10), (12), (16): the data path. Nothing here allocates when all goes well.
import type { Call } from "../call.js";
import type { Continuation } from "../flights.js";
import { flushFailure } from "../refusals.js";
import { MAX_TRANSFER } from "../stores/store.js";
import type { LogicalUnit } from "../units/logical-unit.js";
import { blocksOf, inRange, lbaOf, lengthByte, outOfRange } from "./block-range.js";
import { flushed } from "./sync.js";
import { refuseWrite, writeProtected } from "./write-protect.js";

const FUA = 0x08;

/** READ(6) and WRITE(6): no FUA, and a length of 0 means 256 blocks. SBC-3 5.11, 5.35. */
function isSix(cdb: Uint8Array): boolean {
  return (cdb[0] ?? 0) < 0x20;
}

function fua(cdb: Uint8Array): boolean {
  return !isSix(cdb) && ((cdb[1] ?? 0) & FUA) !== 0;
}

function blocksToMove(cdb: Uint8Array): number {
  const blocks = blocksOf(cdb);
  return blocks === 0 && isSix(cdb) ? 256 : blocks;
}

/** Puts the transfer into the flight; false: the CDB was refused and answered. */
function accept(call: Call, unit: LogicalUnit, blocks: number): boolean {
  const { cdb, flight } = call;
  const lba = lbaOf(cdb);
  if (!inRange(unit, lba, blocks)) {
    outOfRange(call);
    return false;
  }
  // More than the MAXIMUM TRANSFER LENGTH is an invalid field. SBC-3 6.6.3.
  if (blocks * unit.blockSize > MAX_TRANSFER) {
    call.illegal(lengthByte(cdb));
    return false;
  }
  flight.offset = lba * unit.blockSize;
  flight.length = blocks * unit.blockSize;
  return true;
}

const readFlushed: Continuation = (call, unit, { errno }) =>
  errno === 0 ? call.transfer(unit) : call.sense(flushFailure(errno));

const writeMoved: Continuation = (call, unit) => {
  const { offset, length, dataLen } = call.flight;
  return call.flush(unit, offset, Math.min(length, dataLen), flushed);
};

/** FUA: what is in the cache and newer than the medium goes to the medium first. SBC-3 5.11. */
export function read(call: Call, unit: LogicalUnit): boolean {
  const { flight, services } = call;
  if (!accept(call, unit, blocksToMove(call.cdb))) return true;
  services.counters.reads++;
  services.counters.readBytes += flight.length;
  const { offset, length } = flight;
  return fua(call.cdb) ? call.flush(unit, offset, length, readFlushed) : call.transfer(unit);
}

/**
 * With FUA, or without a write cache (WCE = 0), the data move first, then they are synced, then
 * comes the status. That takes the data-only extension; without it DPOFUA is not claimed, FUA is
 * refused by the usage bits, and WCE cannot be changed.
 */
export function write(call: Call, unit: LogicalUnit): boolean {
  const { flight, services } = call;
  flight.write = true;
  const blocks = blocksToMove(call.cdb);
  if (writeProtected(unit)) return refuseWrite(call, unit);
  if (!accept(call, unit, blocks)) return true;
  services.counters.writes++;
  services.counters.writtenBytes += flight.length;
  const through = !unit.mode.writeCache || fua(call.cdb);
  if (!through || unit.store.syncFd < 0) return call.transfer(unit);
  if (flight.length === 0) return call.good();
  // Data only without bytes is refused (EPROTO): nothing to move, nothing to wait for.
  if (flight.dataLen === 0) return call.good();
  return call.transferThen(unit, writeMoved);
}
