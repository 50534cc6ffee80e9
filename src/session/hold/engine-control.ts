// SPDX-License-Identifier: MIT
// Holding the target: what is kept back, and the breakpoints that begin it.

import { RW_DATA_ONLY } from "../../abi/event.js";
import type { JoinedEvent } from "../../expression/joined-event.js";
import { TASK_ABORTED_LEGACY } from "../../scsi/status.js";
import type { Answer, Responder } from "../../target/responder.js";
import { type BreakpointHit, Breakpoints } from "./breakpoints.js";
import type { EditedAnswer, EditedAnswers } from "./edited-answers.js";
import { type HeldAnswer, type HeldItem, type HeldTask, Hold } from "./hold.js";
import { type Edit, type EngineHands, LettingGo, type Sent } from "./letting-go.js";

export interface HoldState {
  readonly on: boolean;
  /** Task management is held too. */
  readonly tmf: boolean;
  /** How many answers and functions are kept back. */
  readonly held: number;
  /** The breakpoint that holds the target; null: a person did. */
  readonly by: BreakpointHit | null;
}

export interface EngineControlOptions {
  readonly responder: Responder;
  readonly hands: EngineHands;
  readonly edits: EditedAnswers;
  /** Asks the kernel to let no command time out, or takes that back. */
  readonly onHold: (on: boolean) => void;
  /** The state changed: told before the engine sleeps again, not for each event. */
  readonly onChange: () => void;
  /** CLOCK_MONOTONIC, ns. */
  readonly now: () => number;
}

/** Engine thread. `holding` and `watching` are all that the engine asks on its hot path. */
export class EngineControl {
  /** Answers are kept back. */
  holding = false;
  readonly breakpoints = new Breakpoints();
  readonly #options: EngineControlOptions;
  readonly #hold = new Hold();
  readonly #go: LettingGo;
  #tmf = false;
  #by: BreakpointHit | null = null;
  #changed = false;

  constructor(options: EngineControlOptions) {
    this.#options = options;
    const { responder, hands } = options;
    this.#go = new LettingGo({ hold: this.#hold, responder, hands });
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
    const hit = this.breakpoints.match(event, judged);
    if (!hit) return;
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
    if (!this.holding) this.#go.all(this.#hold.first(1));
    return true;
  }

  /** The kernel's word on an edited answer: what was prepared waits again, unless this one took its place. */
  editJudged({ event, back }: EditedAnswer, refused: number | null): void {
    if (refused !== null) {
      if (back) this.giveBack(back, refused);
      return;
    }
    const { responder, edits } = this.#options;
    const { host_no: hostNo, cid, result } = event;
    const dropped = result === TASK_ABORTED_LEGACY;
    const moves = (event.rw & RW_DATA_ONLY) !== 0 && !dropped;
    const own = back?.hostNo === hostNo && back.cid === cid;
    // Data that were to move anyhow, though others than prepared: the responder goes on with them.
    const asPrepared = own && back.answer.dataOnly;
    if (moves && !asPrepared) edits.moving(hostNo, cid, own ? back : null);
    if (!back) return;
    if (!own) this.giveBack(back, null);
    else if (dropped) responder.lose(hostNo, cid);
    else if (!moves) responder.sent(hostNo, cid);
  }

  /** True: the responder did not ask for these data, and has or will have an answer for the command. */
  movedByEdit(hostNo: number, cid: number): boolean {
    const back = this.#options.edits.takeMoved(hostNo, cid);
    if (back === undefined) return false;
    return back ? this.giveBack(back, null) : this.#isWanted(hostNo, cid);
  }

  /** The command is over, whoever ended it. */
  over(hostNo: number, cid: number): void {
    this.#options.edits.forget(hostNo, cid);
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
    return this.#go.all(this.#hold.items());
  }

  /** Lets the next `count` go, in order. What they bring about is held again. */
  step(count: number): Sent[] {
    this.#changed = true;
    return this.#go.all(this.#hold.first(count));
  }

  /** Lets one go, edited or not. Errors: `usage`, it is not held any more. */
  release(item: HeldItem, edit: Edit | null): Sent {
    this.#changed = true;
    return this.#go.one(item, edit);
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

  // ---- inside -----------------------------------------------------------------

  #isWanted(hostNo: number, cid: number): boolean {
    return this.#options.responder.find(hostNo, cid)?.isOpen === true;
  }

  #begin(by: BreakpointHit | null): void {
    this.holding = true;
    this.#by = by;
    this.#options.responder.holding = true;
    this.#options.onHold(true);
  }
}
