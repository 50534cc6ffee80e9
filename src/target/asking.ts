// SPDX-License-Identifier: MIT
// Commands that a user's handler answers: handed over, waited for until its deadline, then the default's.
import { decodeCdb } from "../scsi/cdb.js";
import { type Call, CHECK_CONDITION, GOOD } from "./call.js";
import type { Flight } from "./flights.js";
import type { HandlerClaim, HandlerReply, Handlers } from "./handlers.js";
import { INTERNAL_FAILURE } from "./refusals.js";
import type { LogicalUnit } from "./units/logical-unit.js";

/** What the responder does for it. */
export interface AskingServices {
  readonly handlers: Handlers;
  /** Calls `ring` in so many ms; returns what cancels it. */
  alarm(ms: number, ring: () => void): () => void;
  /** The default's answer, later. */
  answerByDefault(flight: Flight): void;
  /** The handler's answer, later. */
  answerWith(flight: Flight, answer: (call: Call) => boolean): void;
}

/** No opcode of the tables, or one that takes data from the initiator. */
function mayMoveOut(cdb: Uint8Array): boolean {
  const { direction } = decodeCdb(cdb);
  return direction === "out" || direction === "vary";
}

export class Asking {
  readonly #services: AskingServices;
  readonly #flights = new Map<number, Flight>();
  #lastCookie = 0;

  constructor(services: AskingServices) {
    this.#services = services;
  }

  claim(opcode: number, lun: number, cdb: Uint8Array): HandlerClaim | null {
    return this.#services.handlers.claim(opcode, lun, cdb);
  }

  ask(call: Call, unit: LogicalUnit, claim: HandlerClaim): boolean {
    const { flight } = call;
    if (!claim.dataOut || !call.services.dataOnly || !mayMoveOut(flight.cdb)) {
      return this.#start(call, unit, claim, null);
    }
    flight.wrongWay = (again) => this.#start(again, unit, claim, null);
    return call.dataOut(unit, flight.dataLen, (later, now, bytes) => {
      later.flight.wrongWay = null;
      return this.#start(later, now, claim, bytes.length > 0 ? Uint8Array.from(bytes) : null);
    });
  }

  /** Replies that came in. */
  collect(): void {
    if (this.#flights.size === 0) return;
    for (const { cookie, reply } of this.#services.handlers.finished()) {
      const flight = this.#flights.get(cookie);
      if (!flight) continue;
      this.#end(flight);
      if (reply) this.#services.answerWith(flight, (call) => replyWith(call, reply));
      else this.#services.answerByDefault(flight);
    }
  }

  /** Its command is gone. */
  forget(flight: Flight): void {
    const cookie = flight.asked;
    this.#end(flight);
    this.#services.handlers.abandon(cookie, "aborted");
  }

  #start(call: Call, unit: LogicalUnit, claim: HandlerClaim, dataOut: Uint8Array | null): boolean {
    const { flight } = call;
    const cookie = (this.#lastCookie % 0xffffffff) + 1;
    this.#lastCookie = cookie;
    const { hostNo, cid, lun, dataLen, attribute, tagLow, tagHigh } = flight;
    const { blocks, blockSize, readOnly, identity } = unit;
    this.#services.handlers.start(cookie, {
      ...{ hostNo, cid, lun, dataLen, attribute, dataOut },
      cdb: Uint8Array.from(flight.cdb),
      tag: (BigInt(tagHigh) << 32n) | BigInt(tagLow),
      unit: { blocks, blockSize, readOnly, serial: identity.serial },
    });
    this.#flights.set(cookie, flight);
    flight.asked = cookie;
    flight.phase = "waiting";
    flight.cancel = this.#services.alarm(claim.deadlineMs, () => this.#late(flight, cookie));
    return false;
  }

  #late(flight: Flight, cookie: number): void {
    if (flight.asked !== cookie) return;
    this.#end(flight);
    this.#services.handlers.abandon(cookie, "deadline");
    this.#services.answerByDefault(flight);
  }

  #end(flight: Flight): void {
    this.#flights.delete(flight.asked);
    flight.asked = 0;
    flight.cancel?.();
    flight.cancel = null;
  }
}

function replyWith(call: Call, { status, data, sense }: HandlerReply): boolean {
  if (status === CHECK_CONDITION) return call.sense(sense ?? INTERNAL_FAILURE);
  if (status === GOOD && data) return call.data(data, data.length);
  return call.status(status);
}
