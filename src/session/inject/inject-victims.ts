// SPDX-License-Identifier: MIT
// Injections that wait for an answer of ours whose place they can take, oldest first.
import type { TgtctlError } from "../../errors.js";
import type { Answer } from "../../target/responder.js";
import { injectBusy } from "./inject-errors.js";
import type { InjectOutcome, InjectPlan, VictimKind } from "./inject-plan.js";

export interface WaitingInject {
  readonly plan: InjectPlan;
  readonly wants: VictimKind;
  /** On the clock of `expire`. */
  readonly deadline: number;
  readonly done: (result: InjectOutcome | TgtctlError) => void;
  /** Nobody waits for it any more. */
  readonly abandoned: () => boolean;
}

const MOST_WAITING = 64;
const BLOCK = 512;
const GOOD = 0;

export class InjectVictims {
  #waiting: WaitingInject[] = [];

  get size(): number {
    return this.#waiting.length;
  }

  /** Errors: `busy`, too many wait. */
  add(waiting: WaitingInject): void {
    this.#forgetAbandoned();
    if (this.#waiting.length >= MOST_WAITING) {
      throw injectBusy("too many injections wait for a command", "wait until they are through");
    }
    this.#waiting.push(waiting);
  }

  /** The oldest that this answer suits, which then waits no more. */
  take(answer: Answer): WaitingInject | null {
    this.#forgetAbandoned();
    const at = this.#waiting.findIndex(({ wants }) => suits(wants, answer));
    return (at < 0 ? undefined : this.#waiting.splice(at, 1)[0]) ?? null;
  }

  #forgetAbandoned(): void {
    this.#waiting = this.#waiting.filter(({ abandoned }) => !abandoned());
  }

  /** Gives up on those that waited long enough. */
  expire(now: number): void {
    const late = this.#waiting.filter(({ deadline }) => deadline <= now);
    if (late.length === 0) return;
    this.#waiting = this.#waiting.filter(({ deadline }) => deadline > now);
    for (const { wants, plan, done } of late) done(noVictim(wants, plan.waitMs));
  }

  /** Ms until `expire` has something to do, -1: nothing. */
  dueIn(now: number): number {
    if (this.#waiting.length === 0) return -1;
    return Math.max(0, Math.min(...this.#waiting.map(({ deadline }) => deadline)) - now);
  }
}

/** Medium data alone: whoever asked for those asks again when they come short. */
export function suits(
  wants: VictimKind,
  { status, len, rw, dataOnly, duplicate }: Answer,
): boolean {
  if (status !== GOOD || duplicate || len === 0 || len % BLOCK !== 0) return false;
  if (wants === "write") return rw === 1;
  return !dataOnly && (wants === "any" || rw === 0);
}

function noVictim(wants: VictimKind, waitMs: number): TgtctlError {
  const what = wants === "any" ? "READ or WRITE" : wants.toUpperCase();
  return injectBusy(
    `no ${what} came within ${waitMs} ms whose answer could be spoilt`,
    "have something read or write the disk meanwhile, e.g. fio or dd",
  );
}
