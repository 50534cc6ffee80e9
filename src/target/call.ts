// SPDX-License-Identifier: MIT
// One command being answered: what a handler reads of it, and the ways in which it can answer.
import { buildFixedSense } from "../scsi/sense.js";
import type { AnswerBuffers } from "./answer-buffers.js";
import type { PendingSense } from "./attentions.js";
import type { Counters } from "./counters.js";
import { Flight } from "./flights.js";
import type { Flushes } from "./flushes.js";
import type { LogicalUnit } from "./logical-unit.js";
import type { Answer } from "./responder.js";

export const GOOD = 0x00;
export const CHECK_CONDITION = 0x02;
export const TASK_ABORTED = 0x40;

const ILLEGAL_REQUEST = 5;
const NO_CDB = new Uint8Array(16);

/** What calls share: the target they belong to. */
export interface CallServices {
  readonly buffers: AnswerBuffers;
  readonly flushes: Flushes;
  readonly counters: Counters;
  /** FUA can be honoured: the kernel moves data before the status. */
  readonly dpofua: boolean;
  /** LUNs that are served, ascending. */
  luns(): readonly number[];
}

/**
 * Reused for every command. Each answering method returns what `Responder.command` returns: true =
 * `answer` is filled in, false = it comes later.
 */
export class Call {
  readonly services: CallServices;
  cdb: Uint8Array = NO_CDB;
  flight: Flight = new Flight();
  answer: Answer = { status: 0, len: 0, uaddr: 0, rw: 0, dataOnly: false };

  constructor(services: CallServices) {
    this.services = services;
  }

  /** GOOD without data. */
  good(): boolean {
    return this.status(GOOD);
  }

  /** A status without data or sense. */
  status(status: number): boolean {
    const { answer, flight } = this;
    answer.status = status;
    answer.len = 0;
    answer.uaddr = 0;
    answer.rw = flight.write ? 1 : 0;
    answer.dataOnly = false;
    flight.phase = "answered";
    return true;
  }

  /** GOOD with parameter data, cut to the allocation length and to what the initiator takes. */
  data(bytes: Uint8Array, allocationLength: number): boolean {
    const len = Math.min(bytes.length, allocationLength, this.flight.dataLen);
    if (len === 0) return this.good();
    return this.#bytes(bytes, len, GOOD);
  }

  /** CHECK CONDITION with fixed-format sense data. */
  sense(fields: PendingSense): boolean {
    const bytes = buildFixedSense(fields);
    if (fields.deferred) bytes[0] = (bytes[0] ?? 0) | 0x01;
    this.services.counters.checkConditions++;
    return this.#bytes(bytes, bytes.length, CHECK_CONDITION);
  }

  /** ILLEGAL REQUEST, by default INVALID FIELD IN CDB, pointing at a byte (and bit) of the CDB. */
  illegal(byte: number, bit?: number, asc = 0x24, ascq = 0x00): boolean {
    const fieldPointer = bit === undefined ? { inCdb: true, byte } : { inCdb: true, byte, bit };
    return this.sense({ key: ILLEGAL_REQUEST, asc, ascq, fieldPointer });
  }

  /** ILLEGAL REQUEST without a field pointer. */
  refuse(asc: number, ascq: number): boolean {
    return this.sense({ key: ILLEGAL_REQUEST, asc, ascq });
  }

  /** The flight's transfer, straight between the initiator and the store, and GOOD. */
  transfer(unit: LogicalUnit): boolean {
    const { answer, flight } = this;
    const { store } = unit;
    answer.status = GOOD;
    answer.len = Math.min(flight.length, flight.dataLen);
    answer.uaddr = flight.write
      ? store.writeAddress(flight.offset)
      : store.readAddress(flight.offset);
    answer.rw = flight.write ? 1 : 0;
    answer.dataOnly = false;
    flight.phase = "answered";
    return true;
  }

  /** The flight's data first; the responder is asked again when they are there. */
  transferDataOnly(unit: LogicalUnit): boolean {
    this.transfer(unit);
    this.answer.dataOnly = true;
    this.flight.phase = "moving";
    return true;
  }

  /**
   * Syncs part of the store, then completes the flight: a READ with its data, all else GOOD.
   * A store without anything to sync is done at once.
   */
  flush(unit: LogicalUnit, offset: number, length: number): boolean {
    const { flight, services } = this;
    if (unit.store.syncFd < 0 || length === 0) return this.complete(unit);
    flight.phase = "waiting";
    flight.job = services.flushes.start(unit, offset, length, flight.hostNo, flight.cid);
    return false;
  }

  /** What follows a flush that went well. */
  complete(unit: LogicalUnit): boolean {
    const { flight } = this;
    return !flight.write && flight.length > 0 ? this.transfer(unit) : this.good();
  }

  #bytes(bytes: Uint8Array, len: number, status: number): boolean {
    const { answer, flight, services } = this;
    if (flight.buffer && flight.buffer.bytes.length < len) {
      services.buffers.give(flight.buffer);
      flight.buffer = null;
    }
    flight.buffer ??= services.buffers.take(len);
    flight.buffer.bytes.set(len === bytes.length ? bytes : bytes.subarray(0, len));
    answer.status = status;
    answer.len = len;
    answer.uaddr = flight.buffer.address;
    answer.rw = 0;
    answer.dataOnly = false;
    flight.phase = "answered";
    return true;
  }
}
