// SPDX-License-Identifier: MIT
// Carries out inject plans where the producer of ukring lives. The target comes first: before and after
// each the ring is in step, and a command whose answer was spoilt gets the right one.
import { TgtctlError } from "../../errors.js";
import { NR_ENTRY, STATUS, TYPE } from "../../ring/live-layout.js";
import type { Answer, CommandKey } from "../../target/responder.js";
import type { HeldAnswer } from "../hold/hold.js";
import { type BaseSource, baseBytes, skipTo } from "./inject-base.js";
import { injectBusy, injectError } from "./inject-errors.js";
import type { InjectOutcome, InjectPlan } from "./inject-plan.js";
import { answerBytes, edited, HARMLESS_CID, responseOf } from "./inject-slot.js";
import { InjectVictims, suits } from "./inject-victims.js";

/** What the injector needs of whoever owns the ring. All of it is called in the owner's thread. */
export interface InjectorPort extends BaseSource {
  /** Rings if anything is unrung, and takes note of the verdicts. */
  settle(): void;
  /** One doorbell, and the verdicts. */
  ring(): void;
  /** The same while another thread stores `first` and `second` in turns at that byte of the rings. */
  ringRacing(at: number, first: Uint8Array, second: Uint8Array): void;
  /** What is published so far waits for the next doorbell that somebody else rings. */
  leaveUnrung(): void;
  readOnlyAddress(): bigint;
  /** null: this kernel tells none; undefined: not consumed yet. */
  verdictOf(index: number): number | null | undefined;
  /** A data-only answer of the responder's was accepted: its CMD_DONE is not the last. */
  dataMoves(hostNo: number, cid: number): void;
  /** The oldest answer that is kept back and suits. */
  held(suits: (answer: Answer) => boolean): HeldAnswer | null;
  /** The kernel has taken something else for it. */
  heldAnswered(held: HeldAnswer): void;
}

export interface Inject {
  /** Ms, of any clock. */
  readonly now: number;
  /** Called once, before `inject` returns unless the plan waits for a victim. */
  readonly done: (result: InjectOutcome | TgtctlError) => void;
  /** Nobody waits for it any more. */
  readonly abandoned?: () => boolean;
}

interface Victim extends CommandKey {
  readonly answer: Answer;
}

const GOOD = 0;

export class Injector {
  readonly #port: InjectorPort;
  readonly #victims = new InjectVictims();
  /** Data-only answers that nobody but us gave: `host:cid`, each CMD_DONE of theirs to be ignored. */
  readonly #moves: string[] = [];

  constructor(port: InjectorPort) {
    this.#port = port;
  }

  /** Whether the answers that go out have to be offered. */
  get waiting(): boolean {
    return this.#victims.size > 0;
  }

  /** Errors: `busy`, too many wait; all others go to `done`. */
  inject(plan: InjectPlan, { now, done, abandoned = () => false }: Inject): void {
    const { base } = plan;
    if (base.kind !== "victim") {
      done(outcomeOrError(() => this.#carryOut(plan, baseBytes(plan, this.#port), null)));
      return;
    }
    const { wants } = base;
    this.#victims.add({ plan, wants, deadline: now + plan.waitMs, done, abandoned });
    const held = this.#port.held((answer) => suits(wants, answer));
    // what is kept back stays so, unless it is answered by this
    if (held && this.offer(held.hostNo, held.cid, held.answer) !== null) {
      this.#port.heldAnswered(held);
    }
  }

  /**
   * An answer of the responder's on its way out. The index of what the kernel took in its place, or
   * null: it has to go out.
   */
  offer(hostNo: number, cid: number, answer: Answer): number | null {
    const waiting = this.#victims.take(answer);
    if (!waiting) return null;
    const { plan, done } = waiting;
    const victim = { hostNo, cid, answer: { ...answer } };
    const bytes = answerBytes(hostNo, cid, answer);
    const result = outcomeOrError(() => this.#carryOut(plan, bytes, victim));
    done(result);
    if (result instanceof TgtctlError || result.verdict === null || result.verdict < 0) return null;
    const sent = edited(bytes, plan.edits, () => this.#port.readOnlyAddress());
    return this.#answers(sent, victim) ? result.index : null;
  }

  /** Gives up on those that waited long enough. */
  expire(now: number): void {
    this.#victims.expire(now);
  }

  /** Ms until `expire` has something to do, -1: nothing. */
  dueIn(now: number): number {
    return this.#victims.dueIn(now);
  }

  /** True once for the CMD_DONE of an injected data-only answer: it ends nothing. */
  takeMove(hostNo: number, cid: number): boolean {
    if (this.#moves.length === 0) return false;
    const at = this.#moves.indexOf(`${hostNo}:${cid}`);
    return at >= 0 && this.#moves.splice(at, 1).length > 0;
  }

  #carryOut(plan: InjectPlan, base: Uint8Array, victim: Victim | null): InjectOutcome {
    const port = this.#port;
    port.settle();
    if (plan.base.kind === "nothing") {
      for (let i = 0; i < plan.doorbells; i++) port.ring();
      return NOTHING;
    }
    const bytes = edited(base, plan.edits, () => port.readOnlyAddress());
    const skip = plan.fill ? 0 : skipTo(port.producer, plan.slot, plan.skip);
    this.#needRoom(plan.fill ? NR_ENTRY - 1 : skip);
    if (plan.fill) for (let i = 1; i < NR_ENTRY; i++) this.#harmless(plan.hostNo);
    const index = this.#publish(plan, skip, bytes);
    this.#ring(plan, index, bytes);
    const outcome = this.#outcome(plan, index, bytes, victim);
    if (outcome.verdict !== null && outcome.verdict >= 0) this.#noteMove(bytes, victim);
    return { ...outcome, repaired: this.#repair(plan, skip) };
  }

  /** Whatever was rung has been consumed, unless the kernel does not consume. */
  #needRoom(ahead: number): void {
    const { producer, words } = this.#port;
    for (let i = 0; i <= ahead; i++) {
      if (Atomics.load(words, producer.slotAt((producer.index + i) >>> 0) + STATUS) === 0) continue;
      throw injectBusy(
        "ukring is full, or something lies there: the kernel does not consume it",
        "look with tgtctl dump --ring ukring",
      );
    }
  }

  #publish(plan: InjectPlan, skip: number, bytes: Uint8Array): number {
    const { producer } = this.#port;
    const index = (producer.index + skip) >>> 0;
    if (plan.status === 0) producer.fillOnly(skip, bytes);
    else if (skip > 0) producer.rawAhead(skip, bytes, plan.status);
    else producer.raw(bytes, plan.status);
    return index;
  }

  #harmless(hostNo: number): void {
    this.#port.producer.cmdRsp(hostNo, HARMLESS_CID, 0, GOOD, 0, 0);
  }

  #ring({ race, doorbells }: InjectPlan, index: number, bytes: Uint8Array): void {
    const port = this.#port;
    if (doorbells === 0) {
      port.leaveUnrung();
      return;
    }
    let left = doorbells;
    if (race) {
      const other = edited(bytes, race, () => port.readOnlyAddress());
      const event = TYPE * 4; // the header is not raced: the status is the publication
      const at = port.producer.slotAt(index) * 4 + event;
      try {
        port.ringRacing(at, bytes.subarray(event), other.subarray(event));
      } catch (error) {
        port.ring(); // no second thread to be had: what is published is not left lying
        throw error;
      }
      left--;
    }
    for (; left > 0; left--) port.ring();
  }

  #outcome(
    plan: InjectPlan,
    index: number,
    bytes: Uint8Array,
    victim: Victim | null,
  ): InjectOutcome {
    const { producer, words } = this.#port;
    const shown = bytes.slice();
    new DataView(shown.buffer).setUint32(0, plan.status, true);
    const rung = plan.doorbells > 0 && plan.status !== 0;
    const consumed = rung ? Atomics.load(words, producer.slotAt(index) + STATUS) === 0 : null;
    return {
      slot: index & (NR_ENTRY - 1),
      index,
      hex: Buffer.from(shown).toString("hex"),
      consumed,
      verdict: consumed ? (this.#port.verdictOf(index) ?? null) : null,
      victim: victim && { hostNo: victim.hostNo, cid: victim.cid },
      repaired: 0,
    };
  }

  /** Fills the gap in front of it; events that a doorbell is still due for are rung. */
  #repair(plan: InjectPlan, skip: number): number {
    if (plan.leave || plan.status === 0) return 0;
    for (let i = 0; i < skip; i++) this.#harmless(plan.hostNo);
    if (plan.doorbells > 0 || skip > 0) this.#port.settle();
    return skip;
  }

  /** Whether what the kernel accepted was the victim's answer. */
  #answers(bytes: Uint8Array, victim: Victim): boolean {
    const sent = responseOf(bytes);
    if (sent?.hostNo !== victim.hostNo || sent.cid !== victim.cid) return false;
    return !sent.dataOnly || victim.answer.dataOnly; // data alone are no answer, unless they were due
  }

  /** After data alone there is a CMD_DONE that does not end the command. */
  #noteMove(bytes: Uint8Array, victim: Victim | null): void {
    const sent = responseOf(bytes);
    if (!sent?.dataOnly) return;
    if (victim?.answer.dataOnly && this.#answers(bytes, victim)) {
      this.#port.dataMoves(sent.hostNo, sent.cid);
    } else {
      this.#moves.push(`${sent.hostNo}:${sent.cid}`);
    }
  }
}

const NOTHING: InjectOutcome = {
  slot: null,
  index: null,
  hex: "",
  consumed: null,
  verdict: null,
  victim: null,
  repaired: 0,
};

function outcomeOrError(run: () => InjectOutcome): InjectOutcome | TgtctlError {
  try {
    return run();
  } catch (error) {
    return injectError(error);
  }
}
