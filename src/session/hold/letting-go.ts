// SPDX-License-Identifier: MIT
// Letting go of what is held: published in order or out of it, edited or not, and seen through.

import { type CmdRsp, RW_DATA_ONLY } from "../../abi/event.js";
import { TgtctlError } from "../../errors.js";
import {
  type Answer,
  emptyAnswer,
  type Responder,
  type SenseCode,
} from "../../target/responder.js";
import type { HeldAnswer, HeldItem, HeldTask, Hold } from "./hold.js";

/** What the engine does for its control, past all holding. */
export interface EngineHands {
  /** Publishes an answer as it is; its index in ukring. */
  send(hostNo: number, cid: number, answer: Answer): number;
  /** Publishes an edited answer, which may name anything; `back` is whose answer it was. */
  sendEdited(event: CmdRsp, back: HeldAnswer): number;
  /** Carries out a task management function and answers it, with `result` if given; the answer's index. */
  manage(task: HeldTask, result: number | null): number;
  /** What the responder has ready is published, or kept. */
  collect(): void;
  /** Rings for all that was published and reads the verdicts. */
  ringAll(): void;
  /** The kernel's word on an index; null: it gives none; undefined: not consumed yet. */
  verdictOf(index: number): number | null | undefined;
}

/** Something that was let go. */
export interface Sent {
  readonly item: HeldItem;
  /** What was published, as edited. */
  readonly event: CmdRsp | null;
  readonly index: number;
  readonly verdict: number | null | undefined;
}

/** How an answer differs from what was prepared. */
export interface Edit {
  /** CMD_RSP fields by ABI name, or `result` of a TSK_MGMT_RSP. */
  readonly set: ReadonlyMap<string, bigint>;
  readonly sense: SenseCode | null;
}

/** Answers let go between two doorbells: their verdicts are read before a lap is over. */
const BATCH = 128;

export interface LettingGoOptions {
  readonly hold: Hold;
  readonly responder: Responder;
  readonly hands: EngineHands;
}

/** Engine thread. */
export class LettingGo {
  readonly #options: LettingGoOptions;
  /** Published since the last doorbell. */
  #out: HeldAnswer[] = [];

  constructor(options: LettingGoOptions) {
    this.#options = options;
  }

  /** One, edited or not. Errors: `usage`, it is not held any more. */
  one(item: HeldItem, edit: Edit | null): Sent {
    const sent = this.#let(item, edit);
    if (!sent) throw new TgtctlError("usage", "it is not held any more", "look with tgtctl held");
    return this.#through([sent])[0] ?? sent;
  }

  /** In order, but for what a function among them ends. */
  all(items: readonly HeldItem[]): Sent[] {
    const sent: Sent[] = [];
    let batch: Sent[] = [];
    for (const item of items) {
      if (item.kind === "task" || batch.length === BATCH) {
        sent.push(...this.#through(batch)); // a function does not abort what was answered before it
        batch = [];
      }
      const one = this.#let(item, null);
      if (one) batch.push(one);
    }
    sent.push(...this.#through(batch));
    return sent;
  }

  /** Publishes; null: it is not held any more. */
  #let(item: HeldItem, edit: Edit | null): Sent | null {
    if (!this.#options.hold.take(item)) return null;
    const { hands } = this.#options;
    if (item.kind === "task") {
      const result = edit?.set.get("result") ?? null;
      const instead = result === null ? null : Number(BigInt.asIntN(32, result));
      return { item, event: null, index: hands.manage(item, instead), verdict: undefined };
    }
    const prepared = edit?.sense ? this.#withSense(item, edit.sense) : item;
    if (!edit || edit.set.size === 0) {
      const index = hands.send(item.hostNo, item.cid, prepared.answer);
      this.#out.push(item);
      return { item, event: eventOf(prepared), index, verdict: undefined };
    }
    const event = edited(eventOf(prepared), edit.set);
    return { item, event, index: hands.sendEdited(event, item), verdict: undefined };
  }

  #withSense(item: HeldAnswer, sense: SenseCode): HeldAnswer {
    const answer = emptyAnswer();
    if (this.#options.responder.answerWithSense(item.hostNo, item.cid, sense, answer)) {
      return { ...item, answer };
    }
    this.#options.hold.giveBack(item);
    throw new TgtctlError(
      "busy",
      `${item.hostNo}:${item.cid}: no sense data could be prepared`,
      "look with tgtctl held, and try again",
    );
  }

  /** The kernel takes what was published; only then may begin what waited for it to be answered. */
  #through(sent: readonly Sent[]): Sent[] {
    const { hands, responder } = this.#options;
    hands.ringAll();
    const judged = sent.map((each) => ({ ...each, verdict: hands.verdictOf(each.index) }));
    for (const { hostNo, cid } of this.#out.splice(0)) {
      const again = this.#options.hold.answer(hostNo, cid); // refused: another answer is kept back
      if (!again) responder.sent(hostNo, cid);
    }
    return judged;
  }
}

/** The answer as the event it becomes. */
export function eventOf({ hostNo, cid, answer }: HeldAnswer): CmdRsp {
  return {
    type: "CMD_RSP",
    host_no: hostNo,
    cid,
    len: answer.len,
    result: answer.status,
    uaddr: BigInt(answer.uaddr),
    rw: answer.dataOnly ? answer.rw | RW_DATA_ONLY : answer.rw,
  };
}

/** Fields are cut to their width on the wire. */
function edited(event: CmdRsp, set: ReadonlyMap<string, bigint>): CmdRsp {
  const value = (name: string, before: number | bigint): bigint => set.get(name) ?? BigInt(before);
  return {
    type: "CMD_RSP",
    host_no: Number(BigInt.asIntN(32, value("host_no", event.host_no))),
    cid: Number(BigInt.asUintN(32, value("cid", event.cid))),
    len: Number(BigInt.asUintN(32, value("len", event.len))),
    result: Number(BigInt.asIntN(32, value("result", event.result))),
    uaddr: BigInt.asUintN(64, value("uaddr", event.uaddr)),
    rw: Number(BigInt.asUintN(8, value("rw", event.rw))),
  };
}
