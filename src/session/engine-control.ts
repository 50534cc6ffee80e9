// SPDX-License-Identifier: MIT
// Holding the target: what is kept back, what lets it go, edited or not, and the breakpoints that begin it.
import type { CmdRsp } from "../abi/event.js";
import { TgtctlError } from "../errors.js";
import type { JoinedEvent } from "../expression/joined-event.js";
import { type Answer, emptyAnswer, type Responder, type SenseCode } from "../target/responder.js";
import { type BreakpointHit, type BreakpointState, Breakpoints } from "./breakpoints.js";
import { type HeldAnswer, type HeldItem, type HeldTask, Hold } from "./hold.js";

/** What the engine does for its control, past all holding. */
export interface EngineHands {
  /** Publishes an answer as it is; its index in ukring. */
  send(hostNo: number, cid: number, answer: Answer): number;
  /** Publishes an edited answer, which may name anything; `back` is whose answer it was. */
  sendEdited(event: CmdRsp, back: HeldAnswer): number;
  /** Carries out a task management function (`carryOut`) and answers it; the answer's index. */
  manage(task: HeldTask, result: number | null): number;
  /** What the responder has ready is published, or kept. */
  collect(): void;
  /** Rings for all that was published and reads the verdicts. */
  ringAll(): void;
  /** The kernel's word on an index; null: it gives none; undefined: not consumed yet. */
  verdictOf(index: number): number | null | undefined;
}

export interface HoldState {
  readonly on: boolean;
  /** Task management is held too. */
  readonly tmf: boolean;
  /** How many answers and functions are kept back. */
  readonly held: number;
  /** The breakpoint that holds the target; null: a person did. */
  readonly by: BreakpointHit | null;
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

export interface EngineControlOptions {
  readonly responder: Responder;
  readonly hands: EngineHands;
  /** Asks the kernel to let no command time out, or takes that back. */
  readonly onHold: (on: boolean) => void;
  /** The state changed: told before the engine sleeps again, not for each event. */
  readonly onChange: () => void;
  /** CLOCK_MONOTONIC, ns. */
  readonly now: () => number;
}

/** Answers let go between two doorbells: their verdicts are read before a lap is over. */
const BATCH = 128;

/** Engine thread. `holding` and `watching` are all that the engine asks on its hot path. */
export class EngineControl {
  /** Answers are kept back. */
  holding = false;
  /** There are breakpoints; the others: some ask for verdicts, or for ages. */
  watching = false;
  watchingVerdicts = false;
  watchingAges = false;
  readonly #options: EngineControlOptions;
  readonly #hold = new Hold();
  readonly #breakpoints = new Breakpoints();
  /** Published since the last doorbell. */
  #out: HeldAnswer[] = [];
  #tmf = false;
  #by: BreakpointHit | null = null;
  #changed = false;

  constructor(options: EngineControlOptions) {
    this.#options = options;
  }

  get state(): HoldState {
    return { on: this.holding, tmf: this.#tmf, held: this.#hold.size, by: this.#by };
  }

  /** Task management waits as well. */
  get holdsTasks(): boolean {
    return this.holding && this.#tmf;
  }

  held(): HeldItem[] {
    return this.#hold.items();
  }

  // ---- from the engine ------------------------------------------------------

  /** Asks the breakpoints about `event` (see Breakpoints.match); a match holds the target from here on. */
  check(event: JoinedEvent, judged: boolean): void {
    const hit = this.#breakpoints.match(event, judged);
    if (!hit) return;
    this.#watch(); // a one-shot is gone
    if (!this.holding) this.#begin(hit);
    this.#changed = true;
  }

  /** An answer that is not to go out. */
  keep(hostNo: number, cid: number, answer: Answer, refused: number | null = null): void {
    const heldNs = this.#options.now();
    this.#hold.keep({ kind: "answer", hostNo, cid, answer: { ...answer }, heldNs, refused });
    this.#options.responder.hold(hostNo, cid);
    this.#changed = true;
  }

  keepTask(task: HeldTask): void {
    this.#hold.keep(task);
    this.#changed = true;
  }

  /**
   * An edited answer came to nothing: what was prepared waits again, or goes out if nothing is held.
   * False: the command is over.
   */
  giveBack(item: HeldAnswer, refused: number | null): boolean {
    const { hostNo, cid } = item;
    if (!this.#isWanted(hostNo, cid)) return false;
    this.#changed = true;
    if (this.#hold.answer(hostNo, cid)) return true; // aborted meanwhile: that is the answer now
    this.#hold.giveBack({ ...item, refused });
    if (!this.holding) this.#letAll(this.#hold.first(1));
    return true;
  }

  /** The command is over, whoever ended it. */
  over(hostNo: number, cid: number): void {
    if (this.#hold.size > 0 && this.#hold.forget(hostNo, cid)) this.#changed = true;
  }

  /** After a task management function: what it ended is not answered. */
  prune(): void {
    if (this.#hold.size === 0) return;
    if (this.#hold.prune((hostNo, cid) => this.#isWanted(hostNo, cid)) > 0) this.#changed = true;
  }

  /** Before the engine sleeps: whoever looks is told once of all that has changed. */
  tellChanges(): void {
    if (!this.#changed) return;
    this.#changed = false;
    this.#options.onChange();
  }

  // ---- from outside, between events -------------------------------------------

  /** Holds from the next answer on. */
  begin(tmf: boolean): HoldState {
    if (!this.holding) this.#begin(null);
    this.#tmf ||= tmf;
    this.#changed = true;
    return this.state;
  }

  /** Lets everything go in order, and holds no longer. */
  goOn(): Sent[] {
    if (!this.holding) return [];
    const { hands, responder, onHold } = this.#options;
    hands.collect(); // what is ready by now takes its place behind the others
    responder.holding = false;
    this.holding = false;
    this.#tmf = false;
    this.#by = null;
    this.#changed = true;
    onHold(false); // first: what goes out may meet a breakpoint, which holds anew
    return this.#letAll(this.#hold.items());
  }

  /** Lets the next `count` go, in order. What they bring about is held again. */
  step(count: number): Sent[] {
    this.#changed = true;
    return this.#letAll(this.#hold.first(count));
  }

  /** Lets one go, edited or not. Errors: `usage`, it is not held any more. */
  release(item: HeldItem, edit: Edit | null): Sent {
    this.#changed = true;
    const sent = this.#let(item, edit);
    if (!sent) throw new TgtctlError("usage", "it is not held any more", "look with tgtctl held");
    return this.#through([sent])[0] ?? sent;
  }

  /** The oldest answer kept back that suits. */
  heldAnswer(suits: (answer: Answer) => boolean): HeldAnswer | null {
    for (const item of this.#hold.items()) {
      if (item.kind === "answer" && suits(item.answer)) return item;
    }
    return null;
  }

  /** The kernel took something else for its answer. */
  answered(item: HeldAnswer): void {
    this.#hold.take(item);
    this.#options.responder.sent(item.hostNo, item.cid);
    this.#changed = true;
  }

  /** It is never answered: only the initiator's task management ends it. */
  drop(item: HeldItem): void {
    if (!this.#hold.take(item)) return;
    if (item.kind === "answer") this.#options.responder.lose(item.hostNo, item.cid);
    this.#changed = true;
  }

  answer(hostNo: number, cid: number): HeldAnswer | null {
    return this.#hold.answer(hostNo, cid);
  }

  task(hostNo: number, midLow: number, midHigh: number): HeldTask | null {
    return this.#hold.task(hostNo, midLow, midHigh);
  }

  /** Errors: ExpressionError. */
  addBreakpoint(text: string, once: boolean): BreakpointState {
    const added = this.#breakpoints.add(text, once);
    this.#watch();
    return added;
  }

  /** Returns what it was, null: no such breakpoint. */
  deleteBreakpoint(id: number): BreakpointState | null {
    const found = this.#breakpoints.list().find((each) => each.id === id) ?? null;
    this.#breakpoints.delete(id);
    this.#watch();
    return found;
  }

  breakpoints(): BreakpointState[] {
    return this.#breakpoints.list();
  }

  // ---- inside -----------------------------------------------------------------

  #watch(): void {
    this.watching = this.#breakpoints.size > 0;
    this.watchingVerdicts = this.#breakpoints.wantsVerdicts;
    this.watchingAges = this.#breakpoints.wantsAges;
  }

  #isWanted(hostNo: number, cid: number): boolean {
    return this.#options.responder.find(hostNo, cid)?.isOpen === true;
  }

  #begin(by: BreakpointHit | null): void {
    this.holding = true;
    this.#by = by;
    this.#options.responder.holding = true;
    this.#options.onHold(true);
  }

  /** In order, but for what a function among them ends. */
  #letAll(items: readonly HeldItem[]): Sent[] {
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
    if (!this.#hold.take(item)) return null;
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
    return { item, event, index: hands.sendEdited(event, prepared), verdict: undefined };
  }

  #withSense(item: HeldAnswer, sense: SenseCode): HeldAnswer {
    const answer = emptyAnswer();
    if (this.#options.responder.answerWithSense(item.hostNo, item.cid, sense, answer)) {
      return { ...item, answer };
    }
    this.#hold.giveBack(item);
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
      const again = this.#hold.answer(hostNo, cid); // refused: another answer is kept back
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
    rw: answer.dataOnly ? answer.rw | 0x80 : answer.rw,
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
