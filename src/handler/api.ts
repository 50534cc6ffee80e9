// SPDX-License-Identifier: MIT
// What the author of a handler writes against: the handler, the command it is given, its reply.
import type { Direction } from "../scsi/opcodes.js";
import type { SenseKeyName } from "../scsi/sense-key.js";

/** Bytes of any kind: Buffer, Uint8Array, DataView, ArrayBuffer. */
export type Bytes = ArrayBufferView | ArrayBufferLike;

/** Sense data of a CHECK CONDITION. SPC-4 4.5. */
export interface ReplySense {
  /** 0..15, or a name: `"ILLEGAL_REQUEST"`. */
  readonly key: SenseKeyName | number;
  /** ADDITIONAL SENSE CODE, 0..255. */
  readonly asc: number;
  /** ADDITIONAL SENSE CODE QUALIFIER, 0..255. Default 0. */
  readonly ascq?: number;
  /** The byte (0..65535), and bit (0..7), that was wrong; in the CDB unless `inCdb` is false: then in the data-out. */
  readonly fieldPointer?: {
    readonly byte: number;
    readonly bit?: number;
    readonly inCdb?: boolean;
  };
  /** INFORMATION, usually an LBA: 0 to 2^64-1. */
  readonly information?: number | bigint;
}

/** How a command ends. `{}` is GOOD without data. */
export interface Reply {
  /**
   * SAM status, a number or a name (`"BUSY"`, `"RESERVATION_CONFLICT"`). Default: CHECK CONDITION with
   * `sense`, else GOOD.
   */
  readonly status?: string | number;
  /** With GOOD only: what the initiator reads, at most 16 MiB. Copied, and cut to `dataLen`. */
  readonly data?: Bytes;
  /** With CHECK CONDITION only, which needs it. */
  readonly sense?: ReplySense;
}

/** One command. It belongs to the handler: nothing in it is reused. */
export interface HandlerCommand {
  readonly opcode: number;
  /** `"READ_10"`, `"READ_CAPACITY_16"`; `"0xc1"` where the standards have none. */
  readonly name: string;
  /** `"READ(10) lba=0x38 blocks=8"`. */
  readonly text: string;
  /** Null for commands without service actions. */
  readonly serviceAction: number | null;
  /** First logical block, where the command has one. */
  readonly lba: bigint | null;
  /** Logical blocks, where the command has a count. */
  readonly blocks: number | null;
  /** Where data goes, seen from the initiator; `"vary"`: the CDB alone does not tell, or nobody knows. */
  readonly direction: Direction;
  /** 16 bytes, zero padded. */
  readonly cdb: Buffer;
  readonly lun: number;
  readonly hostNo: number;
  readonly cid: number;
  readonly tag: bigint;
  /** `"SIMPLE"`, `"ORDERED"`, `"HEAD_OF_QUEUE"`. */
  readonly attribute: string;
  /** Bytes the initiator expects to move, either way. */
  readonly dataLen: number;
  /** What the initiator writes. Null unless the handler has `dataOut`, or if there is nothing. */
  readonly dataOut: Buffer | null;
  readonly unit: {
    /** Capacity, in logical blocks. */
    readonly blocks: number;
    /** Bytes of a logical block: 512 or 4096. */
    readonly blockSize: number;
    readonly readOnly: boolean;
    readonly serial: string;
  };
  /** Aborted when nobody waits any more: `reason` is `"deadline"` or `"aborted"` (task management). */
  readonly signal: AbortSignal;
}

/** Nothing (undefined or null): the default responder answers. */
// biome-ignore lint/suspicious/noConfusingVoidType: a function without a return is such an answer
export type MaybeReply = Reply | undefined | null | void;

/** Answers commands in place of the default responder. Needs `opcodes` or `luns`, or both. */
export interface Handler {
  /**
   * Numbers 0..255, or names as in filters: `"READ_10"`, `"READ_CAPACITY_16"` (that service action
   * only). Default: every opcode.
   */
  readonly opcodes?: readonly (string | number)[];
  /** Default: every LUN that is served. */
  readonly luns?: readonly number[];
  /** After so many ms, 1..60000, the default answers. Default 1000. */
  readonly deadlineMs?: number;
  /** True: what the initiator writes is fetched first, into `dataOut`. Default false. */
  readonly dataOut?: boolean;
  /**
   * Called for each command, also while earlier ones are being waited for. What it throws, and a reply
   * that is none, becomes CHECK CONDITION, HARDWARE ERROR 44/00 INTERNAL TARGET FAILURE.
   */
  command(command: HandlerCommand): MaybeReply | Promise<MaybeReply>;
}
