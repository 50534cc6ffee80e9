// SPDX-License-Identifier: MIT
// One command being answered: what a handler reads of it, and the ways in which it can answer.
import { buildDescriptorSense, buildFixedSense } from "../scsi/sense.js";
import type { AnswerBuffer, AnswerBuffers } from "./answer-buffers.js";
import type { CommandTable } from "./commands/opcodes.js";
import type { Counters } from "./counters.js";
import { type Continuation, Flight, type Outcome } from "./flights.js";
import type { Jobs, StoreJob } from "./jobs.js";
import { type Answer, emptyAnswer } from "./responder.js";
import type { PendingSense } from "./units/attentions.js";
import type { LogicalUnit } from "./units/logical-unit.js";

export const GOOD = 0x00;
export const CHECK_CONDITION = 0x02;
export const BUSY = 0x08;
export const RESERVATION_CONFLICT = 0x18;
export const TASK_SET_FULL = 0x28;
export const TASK_ABORTED = 0x40;

const ILLEGAL_REQUEST = 5;
const WENT_WELL: Outcome = { errno: 0, at: -1 };

/** What calls share: the target they belong to. */
export interface CallServices {
  readonly buffers: AnswerBuffers;
  readonly jobs: Jobs;
  readonly counters: Counters;
  /** What is claimed. */
  readonly table: CommandTable;
  /** The kernel moves data before the status: data-out can decide it. */
  readonly dataOnly: boolean;
  /** LUNs that are served, ascending. */
  luns(): readonly number[];
  /** The nexus knows that they have changed. */
  lunsKnown(hostNo: number): void;
  /** Ends what other nexuses have open at a unit, with TASK ABORTED (TAS = 1). */
  abortOf(unit: LogicalUnit, hostNo: number): void;
}

/**
 * Reused for every command. Each answering method returns what `Responder.command` returns: true =
 * `answer` is filled in, false = it comes later.
 */
export class Call {
  readonly services: CallServices;
  flight: Flight = new Flight();
  answer: Answer = emptyAnswer();

  constructor(services: CallServices) {
    this.services = services;
  }

  /** 16 bytes, zero padded. */
  get cdb(): Uint8Array {
    return this.flight.cdb;
  }

  /** GOOD without data. */
  good(): boolean {
    return this.status(GOOD);
  }

  /** A status without data or sense. */
  status(status: number): boolean {
    return this.#answer(status, 0, 0, this.flight.write ? 1 : 0);
  }

  /** GOOD with parameter data, cut to the allocation length and to what the initiator takes. */
  data(bytes: Uint8Array, allocationLength: number): boolean {
    const len = Math.min(bytes.length, allocationLength, this.flight.dataLen);
    if (len === 0) return this.good();
    return this.#bytes(bytes, len, GOOD);
  }

  /** CHECK CONDITION with sense data, in the format the Control mode page asks for (D_SENSE). */
  sense(fields: PendingSense): boolean {
    const descriptors = this.flight.unit?.mode.descriptorSense ?? false;
    const bytes = descriptors ? buildDescriptorSense(fields) : buildFixedSense(fields);
    if (fields.deferred) bytes[0] = (bytes[0] ?? 0) | 0x01;
    this.services.counters.checkConditions++;
    return this.#bytes(bytes, bytes.length, CHECK_CONDITION);
  }

  /** ILLEGAL REQUEST, by default INVALID FIELD IN CDB, pointing at a byte (and bit) of the CDB. */
  illegal(byte: number, bit?: number, asc = 0x24, ascq = 0x00): boolean {
    const fieldPointer = bit === undefined ? { inCdb: true, byte } : { inCdb: true, byte, bit };
    return this.sense({ key: ILLEGAL_REQUEST, asc, ascq, fieldPointer });
  }

  /** ILLEGAL REQUEST, by default INVALID FIELD IN PARAMETER LIST, pointing into the data-out. */
  illegalData(byte: number, bit?: number, asc = 0x26, ascq = 0x00): boolean {
    const fieldPointer = bit === undefined ? { inCdb: false, byte } : { inCdb: false, byte, bit };
    return this.sense({ key: ILLEGAL_REQUEST, asc, ascq, fieldPointer });
  }

  /** ILLEGAL REQUEST without a field pointer. */
  refuse(asc: number, ascq: number): boolean {
    return this.sense({ key: ILLEGAL_REQUEST, asc, ascq });
  }

  /** The flight's transfer, straight between the initiator and the store, and GOOD. */
  transfer(unit: LogicalUnit): boolean {
    const { flight } = this;
    const { store } = unit;
    const address = flight.write
      ? store.writeAddress(flight.offset)
      : store.readAddress(flight.offset);
    return this.#answer(
      GOOD,
      Math.min(flight.length, flight.dataLen),
      address,
      flight.write ? 1 : 0,
    );
  }

  /** The flight's data into the store first, then `then`. The initiator must have data to send. */
  transferThen(unit: LogicalUnit, then: Continuation): boolean {
    this.transfer(unit);
    // A fault rule's: the kernel refuses to move nothing.
    return this.answer.len === 0 ? then(this, unit, WENT_WELL) : this.#dataOnly(then);
  }

  /**
   * Fetches `length` bytes of data-out, fewer if the initiator sends fewer, then calls `then`. The
   * bytes stay readable (also for jobs, as `flight.buffer`) until the command is answered.
   */
  dataOut(
    unit: LogicalUnit,
    length: number,
    then: (call: Call, unit: LogicalUnit, bytes: Uint8Array) => boolean,
  ): boolean {
    const { flight } = this;
    const len = Math.min(length, flight.dataLen);
    if (len === 0) return then(this, unit, new Uint8Array(0));
    const buffer = this.#buffer(len);
    this.#answer(GOOD, len, buffer.address, 1);
    flight.length = 0; // a refusal is no fault of the store
    const moved = this.answer.len;
    buffer.bytes.fill(0, moved, len); // cut short by a fault rule: never what others left there
    if (moved === 0) return then(this, unit, buffer.bytes.subarray(0, len));
    return this.#dataOnly((call, now) => then(call, now, buffer.bytes.subarray(0, len)));
  }

  /**
   * Work on the unit's store off this thread, then `then`; at once where there is nothing behind the
   * store (`null:`) or nothing to do. Throws EAGAIN (TASK SET FULL) where too much is waiting.
   */
  job(unit: LogicalUnit, job: StoreJob, then: Continuation): boolean {
    const { flight, services } = this;
    const sync = job.operation === "sync";
    if ((sync ? unit.store.syncFd : unit.store.fd) < 0 || job.length === 0) {
      return then(this, unit, WENT_WELL);
    }
    flight.job = services.jobs.start(unit, job, flight.hostNo, flight.cid);
    flight.phase = "waiting";
    flight.next = then;
    return false;
  }

  /** Syncs part of the store, then `then`. */
  flush(unit: LogicalUnit, offset: number, length: number, then: Continuation): boolean {
    return this.job(unit, { operation: "sync", offset, length }, then);
  }

  #dataOnly(then: Continuation): boolean {
    this.answer.dataOnly = true;
    this.answer.duplicate = false; // that is for the final one: a second CMD_DONE would end the command
    this.flight.phase = "moving";
    this.flight.next = then;
    return true;
  }

  #buffer(len: number): AnswerBuffer {
    const { flight, services } = this;
    if (flight.buffer && flight.buffer.bytes.length < len) {
      services.buffers.give(flight.buffer);
      flight.buffer = null;
    }
    flight.buffer ??= services.buffers.take(len);
    return flight.buffer;
  }

  #bytes(bytes: Uint8Array, len: number, status: number): boolean {
    const buffer = this.#buffer(len);
    buffer.bytes.set(len === bytes.length ? bytes : bytes.subarray(0, len));
    return this.#answer(status, len, buffer.address, 0);
  }

  #answer(status: number, len: number, uaddr: number, rw: 0 | 1): boolean {
    const { answer, flight } = this;
    answer.status = status;
    answer.len = flight.most >= 0 && status === GOOD ? Math.min(len, flight.most) : len;
    answer.uaddr = uaddr;
    answer.rw = rw;
    answer.dataOnly = false;
    answer.duplicate = flight.duplicate;
    flight.phase = "answered";
    return true;
  }
}
