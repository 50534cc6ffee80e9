// SPDX-License-Identifier: MIT
// The seam to users' handlers, which answer commands in a worker of their own.
import type { SenseFields } from "../scsi/sense.js";

/** How the handler of a command wants to be asked. */
export interface HandlerClaim {
  /** The data-out is fetched first and handed over. */
  readonly dataOut: boolean;
  /** After this the default answers. */
  readonly deadlineMs: number;
}

/** One command, copied: nothing in it is reused. */
export interface HandlerRequest {
  readonly hostNo: number;
  readonly cid: number;
  readonly lun: number;
  /** 16 bytes, zero padded. */
  readonly cdb: Uint8Array;
  /** Bytes the initiator expects to move. */
  readonly dataLen: number;
  readonly attribute: number;
  readonly tag: bigint;
  /** Null unless the claim asked for it, or the command moves nothing out. */
  readonly dataOut: Uint8Array | null;
  readonly unit: {
    readonly blocks: number;
    readonly blockSize: number;
    readonly readOnly: boolean;
    readonly serial: string;
  };
}

export interface HandlerReply {
  /** SAM status; CHECK CONDITION takes `sense`. */
  readonly status: number;
  /** Data-in, cut to what the initiator takes. */
  readonly data: Uint8Array | null;
  readonly sense: SenseFields | null;
}

/** What ended in the worker. `reply` null: the default answers. */
export interface HandlerResult {
  readonly cookie: number;
  readonly reply: HandlerReply | null;
}

export interface Handlers {
  /** Null: nobody wants it (or nobody can take it just now), the default answers. */
  claim(opcode: number, lun: number, cdb: Uint8Array): HandlerClaim | null;
  start(cookie: number, request: HandlerRequest): void;
  /** After a wake-up: replies since the last call. */
  finished(): readonly HandlerResult[];
  /** Nobody waits for this one any more: its deadline passed, or it was aborted. */
  abandon(cookie: number, why: "deadline" | "aborted"): void;
}
