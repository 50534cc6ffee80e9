// SPDX-License-Identifier: MIT
// One answer that is kept back, edited and let go; and what the kernel made of it.
import type { ReactNode } from "react";
import { heldName, sentText } from "../../features/held-text.js";
import type { HeldList, HeldView, SentList, SentView } from "../../session/engine/verbs.js";
import type { Verbs } from "../../session/observation.js";
import { pastedKeys } from "../key-reader.js";
import type { Size } from "../layout.js";
import { troubleText } from "../message.js";
import { type Chosen, isSame, nameOf, nameText } from "../named.js";
import type { Desk, Hint, Overlay, Tone } from "../overlay.js";
import { type AnswerEdit, editForm, readEdit, releaseParams } from "./edit-fields.js";
import { editLines } from "./edit-lines.js";
import { type Fate, fateOf } from "./fate.js";
import type { Form } from "./form.js";
import { SpanLines } from "./span-lines.js";

/** Of the answer to what is selected and no other; of the oldest one where nothing is selected. */
export function openEdit(desk: Desk, chosen: Chosen | null): void {
  const { verbs } = desk;
  if (!verbs) {
    desk.say(desk.refusal, "trouble");
    return;
  }
  const items = desk.observation.held?.items ?? [];
  const item = chosen ? items.find((each) => isSame(nameOf(each), chosen.name)) : items[0];
  if (item) desk.open(new EditForm(desk, verbs, item, chosen === null));
  else desk.say(noneText(items, chosen), "trouble");
}

function noneText(items: readonly HeldView[], chosen: Chosen | null): string {
  if (chosen === null || items.length === 0)
    return "nothing is held: H holds the target, its answers can then be edited";
  return `${nameText(chosen.name)} is not held: select a #, or a row that says held`;
}

const MOST_COLUMNS = 100;
/** Above, below and, of the row under the cursor, between the rows: so that the frame stands still. */
const AROUND_ROWS = 6;

export class EditForm implements Overlay {
  readonly title: string;
  readonly place = "centre";
  readonly hints: readonly Hint[] = [
    { key: "up down", word: "field" },
    { key: "left right", word: "value" },
    { key: "Enter", word: "let it go" },
    { key: "Esc", word: "back, unchanged" },
  ];
  readonly #desk: Desk;
  readonly #verbs: Verbs;
  readonly #item: HeldView;
  #form: Form;
  #fate: Fate = "held";

  /** `item`: as it was when the key was pressed; `isOldest`: it was not chosen, which the title says. */
  constructor(desk: Desk, verbs: Verbs, item: HeldView, isOldest: boolean) {
    this.title = `edit ${isOldest ? "the oldest, " : ""}${heldName(item)}, let it go`;
    this.#desk = desk;
    this.#verbs = verbs;
    this.#item = item;
    this.#form = editForm(item);
  }

  wanted({ columns, rows }: Size): Size {
    const needed = this.#form.rows.length + AROUND_ROWS;
    return { columns: Math.min(columns, MOST_COLUMNS), rows: Math.min(rows, needed) };
  }

  view(room: Size): ReactNode {
    return <SpanLines lines={this.#lines(room)} />;
  }

  paste(text: string): void {
    for (const name of pastedKeys(text)) this.key(name);
  }

  key(name: string): void {
    if (name === "escape") this.#desk.close();
    else if (name === "enter") this.#enter();
    else this.#form = this.#form.key(name) ?? this.#form;
  }

  frame(): void {
    const fate = fateOf(this.#item, this.#desk.observation.held);
    if (fate === this.#fate) return;
    this.#fate = fate;
    this.#desk.refresh();
  }

  #lines(room: Size) {
    const { edit, notes, wrong } = readEdit(this.#form, this.#item);
    const state = { edit, wrong, fate: this.#fate };
    return editLines(this.#item, this.#form, notes, state, room);
  }

  #enter(): void {
    const { edit, wrong } = readEdit(this.#form, this.#item);
    if (wrong !== null) this.#form = this.#form.on(wrong);
    this.#fate = fateOf(this.#item, this.#desk.observation.held);
    if (edit === null || this.#fate !== "held") return;
    this.#desk.close();
    void this.#release(edit);
  }

  async #release(edit: AnswerEdit): Promise<void> {
    const gone = this.#desk.whenGone(nameOf(this.#item));
    try {
      const list = await this.#verbs.call("release", releaseParams(this.#item, edit));
      const [sent] = (list as SentList).sent;
      const again = await this.#isHeldAgain();
      if (!again) gone();
      if (sent) this.#tell(sent, again);
    } catch (error) {
      this.#desk.say(troubleText(error), "trouble");
    }
  }

  #tell(sent: SentView, again: boolean): void {
    const { verdict } = sent;
    const isTaken = verdict === null || verdict === "OK" || verdict === "CLAMPED";
    const tone: Tone = isTaken ? "done" : "trouble";
    // its data may have moved, and its status be what is kept back now
    const next = isTaken ? "; its next answer is held now" : "; refused, so it is held again";
    const held = again ? next : "";
    this.#desk.say(`${sentText(sent)}${held}`, tone);
  }

  /** The kernel refuses an answer, and another one is kept back: the command still waits. */
  async #isHeldAgain(): Promise<boolean> {
    const { items } = (await this.#verbs.call("held", {})) as HeldList;
    return items.some((each) => heldName(each) === heldName(this.#item));
  }
}
