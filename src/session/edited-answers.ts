// SPDX-License-Identifier: MIT
// Answers that went out edited: what was prepared instead is kept until the kernel has spoken.
import { encode } from "../abi/codec.js";
import type { CmdRsp } from "../abi/event.js";
import { SEED_X86_64 } from "../abi/seed.js";
import { SLOT_BYTES } from "../ring/live-layout.js";
import type { Producer } from "../ring/producer.js";
import type { AnswerLedger } from "./answer-ledger.js";
import type { HeldAnswer } from "./hold.js";

export interface EditedAnswer {
  /** As it was published. */
  readonly event: CmdRsp;
  /** What was prepared, for a command that still waits. */
  readonly back: HeldAnswer;
}

/** Few at a time: a person makes them. */
export class EditedAnswers {
  readonly #slot = new Int32Array(SLOT_BYTES >> 2);
  /** By index in ukring, until they are judged. */
  readonly #sent = new Map<number, EditedAnswer>();
  /** Made data-only by the edit: their commands go on after CMD_DONE. */
  readonly #moving = new Map<string, HeldAnswer>();

  /** The caller has made room. Returns the index. */
  publish(producer: Producer, ledger: AnswerLedger, event: CmdRsp, back: HeldAnswer): number {
    encode(SEED_X86_64, event, new Uint8Array(this.#slot.buffer), SEED_X86_64.headerSize);
    const index = producer.words(this.#slot);
    ledger.published(index, event.host_no, event.cid, (event.rw & 0x80) !== 0);
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

  moving(back: HeldAnswer): void {
    this.#moving.set(`${back.hostNo}:${back.cid}`, back);
  }

  /** What the command shall be answered with now that its data have moved, once. */
  takeMoved(hostNo: number, cid: number): HeldAnswer | null {
    if (this.#moving.size === 0) return null;
    const key = `${hostNo}:${cid}`;
    const found = this.#moving.get(key) ?? null;
    this.#moving.delete(key);
    return found;
  }
}
