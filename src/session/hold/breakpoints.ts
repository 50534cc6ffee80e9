// SPDX-License-Identifier: MIT
// Breakpoints: expressions asked of every event the engine handles; a match holds the target there.
import { TgtctlError } from "../../errors.js";
import { compile, type Expression } from "../../expression/compile.js";
import type { JoinedEvent } from "../../expression/joined-event.js";

/** One breakpoint as `break list` shows it. */
export interface BreakpointState {
  /** From 1, never used again. */
  readonly id: number;
  readonly expression: string;
  readonly once: boolean;
  /** Events that matched. */
  readonly hits: number;
}

/** What held the target. */
export interface BreakpointHit {
  readonly id: number;
  readonly expression: string;
}

/** Every event is asked of each: more would slow the target down without anybody seeing why. */
const MOST = 100;

class Breakpoint {
  hits = 0;
  /** Asked once the kernel has judged an answer, not before it is published. */
  readonly wantsVerdict: boolean;

  constructor(
    readonly id: number,
    readonly expression: Expression,
    readonly once: boolean,
  ) {
    this.wantsVerdict = expression.fields.has("verdict");
  }
}

/** Engine thread. */
export class Breakpoints {
  #list: Breakpoint[] = [];
  #lastId = 0;
  /** There are some; the others: one asks for verdicts, for ages. */
  watching = false;
  wantsVerdicts = false;
  wantsAges = false;

  get size(): number {
    return this.#list.length;
  }

  /** Errors: ExpressionError (kind `usage`), with its column; `busy`, there are too many. */
  add(text: string, once: boolean): BreakpointState {
    if (this.#list.length >= MOST) {
      const remedy = "delete some: tgtctl break delete ID";
      throw new TgtctlError("busy", `break add: there are ${MOST} breakpoints already`, remedy);
    }
    const breakpoint = new Breakpoint(this.#lastId + 1, compile(text, { what: "EXPR" }), once);
    this.#lastId++;
    this.#set([...this.#list, breakpoint]);
    return stateOf(breakpoint);
  }

  /** Returns what it was, null: no such breakpoint. */
  delete(id: number): BreakpointState | null {
    const found = this.#list.find((breakpoint) => breakpoint.id === id);
    if (!found) return null;
    this.#set(this.#list.filter((breakpoint) => breakpoint !== found));
    return stateOf(found);
  }

  list(): BreakpointState[] {
    return this.#list.map(stateOf);
  }

  /**
   * Counts every match; returns the first, null for none. `judged`: the event is an answer whose
   * verdict is known, and has been asked about before without it.
   */
  match(event: JoinedEvent, judged: boolean): BreakpointHit | null {
    let hit: Breakpoint | null = null;
    for (let i = 0; i < this.#list.length; i++) {
      const breakpoint = this.#list[i] as Breakpoint;
      if (breakpoint.wantsVerdict !== judged && event.ring === 1) continue;
      if (!breakpoint.expression.matches(event)) continue;
      breakpoint.hits++;
      hit ??= breakpoint;
    }
    if (hit === null) return null;
    if (this.#list.some((each) => each.once && each.hits > 0)) {
      this.#set(this.#list.filter((each) => !each.once || each.hits === 0));
    }
    return { id: hit.id, expression: hit.expression.text };
  }

  #set(list: Breakpoint[]): void {
    this.#list = list;
    this.watching = list.length > 0;
    this.wantsVerdicts = list.some(({ wantsVerdict }) => wantsVerdict);
    this.wantsAges = list.some(({ expression }) => expression.fields.has("age_ms"));
  }
}

function stateOf({ id, expression, once, hits }: Breakpoint): BreakpointState {
  return { id, expression: expression.text, once, hits };
}
