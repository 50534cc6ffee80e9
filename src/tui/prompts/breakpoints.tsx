// SPDX-License-Identifier: MIT
// The breakpoints of the owner as they are now: looked at, added, deleted.
import { Text } from "ink";
import type { ReactNode } from "react";
import { printable, wrap } from "../../features/text-layout.js";
import { breakAdd, breakDelete, breakList } from "../../features/verbs/break-verbs.js";
import { askVerb, type OwnerVerb } from "../../features/verbs/owner-verb.js";
import type { BreakpointList } from "../../session/engine/verbs.js";
import type { BreakpointState } from "../../session/hold/breakpoints.js";
import type { Verbs } from "../../session/observation.js";
import type { Size } from "../layout.js";
import { Lines } from "../lines.js";
import { troubleText } from "../message.js";
import type { Desk, Hint, Overlay } from "../overlay.js";
import { openExpressionPrompt } from "./expression-prompt.js";

/** Hits go on while it is looked at. */
const AGAIN_MS = 1000;
const HEAD = "    ID     HITS        EXPRESSION";
/** Where the expression begins. */
const MARGIN = HEAD.indexOf("EXPRESSION");
const LEAST_COLUMNS = 60;
/** The head and the last line. */
const AROUND = 2;
/** For an expression that does not fit in its row. */
const MOST_WHOLE = 3;

export class Breakpoints implements Overlay {
  readonly title = "breakpoints";
  readonly place = "centre";
  readonly #desk: Desk;
  readonly #verbs: Verbs;
  /** Null: nobody has answered yet. */
  #list: readonly BreakpointState[] | null = null;
  /** Why there is no newer list. */
  #trouble = "";
  #selected = 0;
  #first = 0;
  #asking = false;
  #askedMs = 0;
  /** What the view was made of. */
  #shown = "";

  constructor(desk: Desk, verbs: Verbs) {
    this.#desk = desk;
    this.#verbs = verbs;
    void this.#ask();
  }

  get hints(): readonly Hint[] {
    const some = (this.#list?.length ?? 0) > 0;
    return [
      { key: "a", word: "add" },
      { key: "o", word: "add, once" },
      ...(this.#holder() === null ? [] : [{ key: "c", word: "continue" }]),
      ...(some ? [{ key: "x", word: "delete" }] : []),
      { key: "Esc", word: "back" },
    ];
  }

  wanted(room: Size): Size {
    const list = this.#list ?? [];
    const longest = Math.max(0, ...list.map(({ expression }) => expression.length));
    const columns = Math.max(LEAST_COLUMNS, MARGIN + longest + 1);
    const width = Math.min(room.columns, columns);
    const rows = Math.max(1, list.length) + AROUND + this.#wholeRows(width);
    return { columns: width, rows };
  }

  view({ columns, rows }: Size): ReactNode {
    const list = this.#list ?? [];
    const whole = this.#whole(columns);
    const room = Math.max(1, rows - AROUND - whole.length);
    const at = this.#index();
    const first = Math.min(this.#first, Math.max(0, list.length - room));
    this.#first = Math.max(at - room + 1, Math.min(first, at));
    this.#shown = this.#facts();
    return (
      <>
        <Text bold wrap="truncate">
          {HEAD}
        </Text>
        {list.length === 0 ? <Text wrap="truncate">{this.#nothing()}</Text> : null}
        {list.slice(this.#first, this.#first + room).map((each, i) => (
          <Text key={each.id} inverse={this.#first + i === at} wrap="truncate">
            {this.#row(each, this.#first + i === at)
              .padEnd(columns)
              .slice(0, columns)}
          </Text>
        ))}
        <Lines lines={whole} />
        <Text wrap="truncate" bold>
          {this.#below()}
        </Text>
      </>
    );
  }

  key(name: string): void {
    const list = this.#list ?? [];
    const at = this.#index();
    const to = { up: at - 1, k: at - 1, down: at + 1, j: at + 1, home: 0, end: list.length - 1 }[
      name
    ];
    if (name === "escape" || name === "q") this.#desk.close();
    else if (name === "a" || (name === "enter" && list.length === 0)) this.#typeOne(false);
    else if (name === "o") this.#typeOne(true);
    else if (name === "c") this.#desk.act("continue");
    else if (name === "x" || name === "d") this.#delete(list[at]);
    else if (to !== undefined) this.#select(to);
  }

  frame(): void {
    if (!this.#asking && performance.now() - this.#askedMs >= AGAIN_MS) void this.#ask();
    if (this.#facts() !== this.#shown) this.#desk.refresh();
  }

  /** Where the selected one stands now; if it has gone, the next one. */
  #index(): number {
    const list = this.#list ?? [];
    const at = list.findIndex(({ id }) => id >= this.#selected);
    return at >= 0 ? at : Math.max(0, list.length - 1);
  }

  #select(to: number): void {
    const list = this.#list ?? [];
    this.#selected = list[Math.max(0, Math.min(list.length - 1, to))]?.id ?? 0;
  }

  #typeOne(once: boolean): void {
    openExpressionPrompt(this.#desk, {
      title: once ? "break once, at the first event that matches" : "break at events that match",
      empty: null,
      accept: (expression) => {
        if (expression) void this.#do(breakAdd(expression.text, once));
      },
    });
  }

  #delete(chosen: BreakpointState | undefined): void {
    if (chosen) void this.#do(breakDelete(String(chosen.id)));
  }

  async #do(verb: OwnerVerb<BreakpointState>): Promise<void> {
    try {
      const [line = ""] = await askVerb(this.#verbs, verb);
      this.#desk.say(line, "done");
    } catch (error) {
      this.#desk.say(troubleText(error), "trouble");
    }
    await this.#ask();
    this.#desk.refresh();
  }

  /** Shown with the next frame, if anything changed. */
  async #ask(): Promise<void> {
    this.#asking = true;
    this.#askedMs = performance.now();
    try {
      const { method, params } = breakList();
      this.#list = ((await this.#verbs.call(method, params)) as BreakpointList).breakpoints;
      this.#trouble = "";
    } catch (error) {
      this.#trouble = troubleText(error);
    }
    this.#asking = false;
  }

  /** Lines for the selected one where rows are too short for some; a blank one where they are not. */
  #wholeRows(columns: number): number {
    const longest = Math.max(0, ...(this.#list ?? []).map(({ expression }) => expression.length));
    if (MARGIN + longest <= columns) return 1;
    return Math.min(MOST_WHOLE, Math.ceil((longest + 8) / Math.max(1, columns - 2)));
  }

  #whole(columns: number): string[] {
    const chosen = this.#list?.[this.#index()];
    const lines = Array<string>(this.#wholeRows(columns)).fill("");
    if (!chosen || lines.length === 1) return lines;
    const text = `${chosen.id}: ${printable(chosen.expression)}`;
    const parts = wrap(text, Math.max(8, columns - 2));
    return lines.map((_, i) => ` ${parts[i] ?? ""}`);
  }

  #holder(): number | null {
    return this.#desk.observation.held?.state.by?.id ?? null;
  }

  #facts(): string {
    return JSON.stringify([this.#list, this.#trouble, this.#holder()]);
  }

  #nothing(): string {
    return this.#list === null ? "    asking" : "    none; a or Enter adds one";
  }

  #row({ id, hits, once, expression }: BreakpointState, selected: boolean): string {
    const marks = `${selected ? ">" : " "}${id === this.#holder() ? "*" : " "}`;
    const numbers = `${String(id).padStart(4)} ${String(hits).padStart(8)}`;
    return `${marks}${numbers}  ${once ? "once" : "    "}  ${printable(expression)}`;
  }

  #below(): string {
    if (this.#trouble !== "") return ` ${printable(this.#trouble)}`;
    return this.#holder() === null ? " " : " * holds the target now";
  }
}

/** Says so where nobody can be asked. */
export function openBreakpoints(desk: Desk): void {
  if (desk.verbs) desk.open(new Breakpoints(desk, desk.verbs));
  else desk.say(desk.refusal, "trouble");
}
