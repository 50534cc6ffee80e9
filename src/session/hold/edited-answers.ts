// SPDX-License-Identifier: MIT
// Answers that went out edited: what was prepared instead is kept until the kernel has spoken.

import { encode } from "../../abi/codec.js";
import { type CmdRsp, RW_DATA_ONLY } from "../../abi/event.js";
import { SEED_X86_64 } from "../../abi/seed.js";
import { SLOT_BYTES } from "../../ring/live-layout.js";
import type { Producer } from "../../ring/producer.js";
import { TASK_ABORTED_LEGACY } from "../../scsi/status.js";
import type { AnswerLedger } from "../engine/answer-ledger.js";
import type { HeldAnswer } from "./hold.js";

export interface EditedAnswer {
  /** As it was published. */
  readonly event: CmdRsp;
  /** What was prepared, for a command that still waits; null: it is over. */
  readonly back: HeldAnswer | null;
}

/** Few at a time: a person makes them. */
export class EditedAnswers {
  readonly #slot = new Int32Array(SLOT_BYTES >> 2);
  /** By index in ukring, until they are judged. */
  readonly #sent = new Map<number, EditedAnswer>();
  /** Commands whose data an edit alone moves; what to answer then, null: what they are answered anyhow. */
  readonly #moving = new Map<string, HeldAnswer | null>();

  /** The caller has made room. Returns the index. */
  publish(producer: Producer, ledger: AnswerLedger, event: CmdRsp, back: HeldAnswer): number {
    encode(SEED_X86_64, event, new Uint8Array(this.#slot.buffer), SEED_X86_64.headerSize);
    const index = producer.words(this.#slot);
    const { host_no: hostNo, cid, rw, result } = event;
    const moves = (rw & RW_DATA_ONLY) !== 0 && result !== TASK_ABORTED_LEGACY;
    // Of a command whose data move already this is refused, and those go on.
    ledger.published(index, hostNo, cid, moves && !ledger.isMoving(hostNo, cid));
    this.#sent.set(index, { event, back });
    return index;
  }

  /** The edited answer at `index`, once. */
  judged(index: number): EditedAnswer | null {
    if (this.#sent.size === 0) return null;
    const found = this.#sent.get(index) ?? null;
    this.#sent.delete(index);
    return found;
  }

  /** The kernel moves data that the responder did not ask for; see `takeMoved`. */
  moving(hostNo: number, cid: number, back: HeldAnswer | null): void {
    this.#moving.set(keyOf(hostNo, cid), back);
  }

  /**
   * What the command shall be answered with now that its data have moved, once; null: with what it is
   * answered anyhow; undefined: no edit has moved them.
   */
  takeMoved(hostNo: number, cid: number): HeldAnswer | null | undefined {
    if (this.#moving.size === 0) return undefined;
    const key = keyOf(hostNo, cid);
    const found = this.#moving.get(key);
    this.#moving.delete(key);
    return found;
  }

  /** The command is over: its name may come again. */
  forget(hostNo: number, cid: number): void {
    if (this.#moving.size > 0) this.#moving.delete(keyOf(hostNo, cid));
    if (this.#sent.size === 0) return;
    for (const [index, { event, back }] of this.#sent) {
      if (back?.hostNo === hostNo && back.cid === cid) this.#sent.set(index, { event, back: null });
    }
  }
}

function keyOf(hostNo: number, cid: number): string {
  return `${hostNo}:${cid}`;
}
