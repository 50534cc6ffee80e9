// SPDX-License-Identifier: MIT
// The bytes of one injected slot: a base, then the plan's edits.
import { RW_DATA_ONLY } from "../../abi/event.js";
import { CMD_RSP, LEN, SLOT_BYTES, TYPE, TYPE_CMD_RSP } from "../../ring/live-layout.js";
import type { Answer, CommandKey } from "../../target/responder.js";
import type { Edit } from "./inject-plan.js";

/** No kernel hands it out within 2^32 commands: an answer to it harms nobody. */
export const HARMLESS_CID = 0xffff_ffff;

interface Response extends CommandKey {
  /** It moves data and ends nothing. */
  readonly dataOnly: boolean;
}

/** What a CMD_RSP is for; null: the slot holds something else. */
export function responseOf(bytes: Uint8Array): Response | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  if (view.getUint32(TYPE * 4, true) !== TYPE_CMD_RSP) return null;
  const result = view.getInt32(CMD_RSP.result * 4, true);
  return {
    hostNo: view.getInt32(CMD_RSP.host_no * 4, true),
    cid: view.getUint32(CMD_RSP.cid * 4, true),
    dataOnly: result === 0 && (view.getUint8(CMD_RSP.rw * 4) & RW_DATA_ONLY) !== 0,
  };
}

/** An answer that was meant for a command, and for good. */
export function isFinalAnswer(bytes: Uint8Array): boolean {
  const response = responseOf(bytes);
  return (
    response !== null && response.cid !== 0 && response.cid !== HARMLESS_CID && !response.dataOnly
  );
}

/** A CMD_RSP as the producer writes it; the status word stays 0. */
export function answerBytes(hostNo: number, cid: number, answer: Answer): Uint8Array {
  const bytes = new Uint8Array(SLOT_BYTES);
  const view = new DataView(bytes.buffer);
  const put = (word: number, value: number): void => view.setUint32(word * 4, value, true);
  put(LEN, 0);
  put(TYPE, TYPE_CMD_RSP);
  put(CMD_RSP.host_no, hostNo);
  put(CMD_RSP.cid, cid);
  put(CMD_RSP.len, answer.len);
  put(CMD_RSP.result, answer.status);
  view.setBigUint64(CMD_RSP.uaddr * 4, BigInt(answer.uaddr), true);
  put(CMD_RSP.rw, answer.dataOnly ? answer.rw | RW_DATA_ONLY : answer.rw);
  return bytes;
}

/** A copy of `base` with the edits made in their order. */
export function edited(
  base: Uint8Array,
  edits: readonly Edit[],
  readOnlyAddress: () => bigint,
): Uint8Array {
  const bytes = new Uint8Array(base); // not slice(): a Buffer has that share its memory
  const view = new DataView(bytes.buffer);
  for (const edit of edits) {
    switch (edit.op) {
      case "set":
        bytes.set(Buffer.from(edit.hex, "hex"), edit.at);
        break;
      case "xor":
        for (const [i, byte] of Buffer.from(edit.hex, "hex").entries()) {
          bytes[edit.at + i] = (bytes[edit.at + i] ?? 0) ^ byte;
        }
        break;
      case "add":
        view.setUint32(edit.at, view.getUint32(edit.at, true) + edit.by, true);
        break;
      case "readOnlyAddress":
        view.setBigUint64(edit.at, readOnlyAddress(), true);
    }
  }
  return bytes;
}
