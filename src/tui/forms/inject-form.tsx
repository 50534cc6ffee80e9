// SPDX-License-Identifier: MIT
// One event put together, right or wrong, injected, and its verdict shown when it comes.
import type { ReactNode } from "react";
import { intoObserved } from "../../features/inject/inject-observed.js";
import type { Injectee } from "../../features/inject/injectee.js";
import { pastedKeys } from "../key-reader.js";
import type { Size } from "../layout.js";
import { troubleText } from "../message.js";
import type { Desk, Hint, Overlay } from "../overlay.js";
import type { Form } from "./form.js";
import { injectLines } from "./inject-lines.js";
import { injectForm, readInject, settled } from "./inject-reading.js";
import { InjectRun, progressText } from "./inject-run.js";
import type { InjectWish } from "./inject-wish.js";
import { SpanLines } from "./span-lines.js";
import type { Line } from "./spans.js";
import { type Injected, Verdict, verdictMessage } from "./verdict.js";

export function openInject(desk: Desk): void {
  const { verbs, observation } = desk;
  if (verbs) desk.open(new InjectForm(desk, intoObserved(observation, verbs)));
  else desk.say(desk.refusal, "trouble");
}

/** All it ever needs, so that its frame stands still. */
const MOST: Size = { columns: 116, rows: 22 };

export class InjectForm implements Overlay {
  readonly place = "centre";
  readonly hints: readonly Hint[] = [
    { key: "up down", word: "field" },
    { key: "left right", word: "value" },
    { key: "Enter", word: "inject" },
    { key: "Esc", word: "back" },
  ];
  readonly #desk: Desk;
  readonly #injectee: Injectee;
  #form: Form;
  #run: InjectRun | null = null;
  /** What was said of it. */
  #said = "";
  #left = false;
  #problem: string | null = null;

  constructor(desk: Desk, injectee: Injectee) {
    this.#desk = desk;
    this.#injectee = injectee;
    this.#form = injectForm(injectee.hostNo);
  }

  get title(): string {
    const { at, rows } = this.#form;
    return `inject, field ${at + 1} of ${rows.length}`;
  }

  wanted({ columns, rows }: Size): Size {
    return { columns: Math.min(columns, MOST.columns), rows: Math.min(rows, MOST.rows) };
  }

  view(room: Size): ReactNode {
    return <SpanLines lines={this.#lines(room)} />;
  }

  paste(text: string): void {
    for (const name of pastedKeys(text)) this.key(name);
  }

  key(name: string): void {
    if (name === "escape") {
      this.#left = true;
      this.#run?.stop();
      this.#desk.close();
    } else if (this.#run) return;
    else if (name === "enter") this.#enter();
    else this.#press(name);
  }

  #press(name: string): void {
    const form = this.#form.key(name);
    if (!form) return;
    this.#problem = null;
    this.#form = settled(form, this.#injectee.hostNo);
  }

  #enter(): void {
    const { wish, wrong, count } = readInject(this.#form, this.#injectee.hostNo);
    if (wrong !== null) this.#form = this.#form.on(wrong);
    if (!wish) return;
    this.#problem = null;
    this.#run = new InjectRun(wish.request(), this.#injectee, count, this.#desk.closed);
    void this.#await(this.#run, wish);
  }

  /** Whoever has left the form meanwhile is told in a message. */
  async #await(run: InjectRun, wish: InjectWish): Promise<void> {
    try {
      const injected = await run.result();
      this.#run = null;
      this.#tell(injected, wish.plain);
    } catch (error) {
      this.#run = null;
      this.#problem = troubleText(error);
      if (this.#left) this.#desk.say(`inject: ${this.#problem}`, "trouble");
      else this.#desk.refresh();
    }
  }

  frame(): void {
    if (this.#run && this.#waiting() !== this.#said) this.#desk.refresh();
  }

  #waiting(): string | null {
    if (!this.#run) return null;
    if (this.#run.count === 1) return "injected, waiting for the verdict ...";
    return `${progressText(this.#run)} ...  Esc stops it`;
  }

  #tell(injected: Injected, plain: Uint8Array | null): void {
    const back = "back to the form";
    if (!this.#left) this.#desk.open(new Verdict(this.#desk, injected, { plain, back }));
    else this.#desk.say(verdictMessage(injected), injected.found ? "trouble" : "done");
  }

  #lines(room: Size): Line[] {
    const waiting = this.#waiting();
    this.#said = waiting ?? "";
    const state = { into: this.#injectee.name, waiting, problem: this.#problem };
    const reading = readInject(this.#form, this.#injectee.hostNo);
    return injectLines(this.#form, reading, state, room);
  }
}
