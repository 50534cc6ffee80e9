// SPDX-License-Identifier: MIT
// A form's rows, what is typed in each, and which one takes the keys. No I/O, no React.
import { TextInput } from "../text-input.js";
import type { ChoiceInput } from "./choice-input.js";

export type Entry =
  | { readonly kind: "text"; readonly input: TextInput }
  | { readonly kind: "choice"; readonly choice: ChoiceInput }
  /** Shown only. */
  | { readonly kind: "fixed" };

export interface FormRow {
  /** Of one form each once; it is shown, too. */
  readonly name: string;
  /** What it is without an edit, in words. */
  readonly old: string;
  /** The same as it would be typed: the right arrow takes it over. */
  readonly oldText: string;
  readonly entry: Entry;
}

export function textRow(name: string, old: string, oldText = old): FormRow {
  return { name, old, oldText, entry: { kind: "text", input: new TextInput() } };
}

export function choiceRow(name: string, old: string, choice: ChoiceInput): FormRow {
  return { name, old, oldText: "", entry: { kind: "choice", choice } };
}

export function fixedRow(name: string, old: string): FormRow {
  return { name, old, oldText: "", entry: { kind: "fixed" } };
}

/** Something else than what it was is typed or chosen. */
export function isTouched({ entry }: FormRow): boolean {
  if (entry.kind === "text") return entry.input.text !== "";
  return entry.kind === "choice" && entry.choice.isTouched;
}

/** What is typed or chosen; "" = as it was. */
export function enteredIn({ entry }: FormRow): string {
  if (entry.kind === "text") return entry.input.text.trim();
  return entry.kind === "choice" ? entry.choice.value : "";
}

const PAGE = 5;

/** Never changes; a key gives another. */
export class Form {
  readonly at: number;

  constructor(
    readonly rows: readonly FormRow[],
    at = 0,
  ) {
    this.at = nextRow(rows, Math.max(0, Math.min(at, rows.length - 1)), 1);
  }

  get row(): FormRow | undefined {
    return this.rows[this.at];
  }

  value(name: string): string {
    const row = this.rows.find((each) => each.name === name);
    return row ? enteredIn(row) : "";
  }

  /** Null: a key that means nothing to it. */
  key(name: string): Form | null {
    const step = { up: -1, "shift-tab": -1, down: 1, tab: 1, pageup: -PAGE, pagedown: PAGE }[name];
    if (step !== undefined) return this.#moved(step, name.startsWith("page"));
    const { row } = this;
    const entry = row && pressed(row, name);
    if (!entry) return null;
    return this.#with(entry);
  }

  /** The cursor on that row. */
  on(name: string): Form {
    const at = this.rows.findIndex((row) => row.name === name);
    return at < 0 ? this : new Form(this.rows, at);
  }

  /** Other rows: what is typed in one of the same name stays, and the cursor stays on its row. */
  withRows(rows: readonly FormRow[]): Form {
    const kept = rows.map((row) => {
      const before = this.rows.find((each) => each.name === row.name);
      return before ? { ...row, entry: carried(before.entry, row.entry) } : row;
    });
    const at = kept.findIndex((row) => row.name === this.row?.name);
    return new Form(kept, at < 0 ? this.at : at);
  }

  /** Round the form; a page stops at its ends. */
  #moved(by: number, stops: boolean): Form {
    const { length } = this.rows;
    const to = this.at + by;
    const at = stops ? Math.max(0, Math.min(to, length - 1)) : (to + length) % length;
    return new Form(this.rows, nextRow(this.rows, at, by < 0 ? -1 : 1));
  }

  #with(entry: Entry): Form {
    const rows = this.rows.map((row, i) => (i === this.at ? { ...row, entry } : row));
    return new Form(rows, this.at);
  }
}

function pressed(row: FormRow, name: string): Entry | null {
  const { entry, oldText } = row;
  if (entry.kind === "text") {
    const taken = name === "right" && entry.input.text === "" && oldText !== "";
    const input = taken ? new TextInput(oldText) : entry.input.key(name);
    return input && { kind: "text", input };
  }
  if (entry.kind === "fixed") return null;
  const choice = entry.choice.key(name);
  return choice && { kind: "choice", choice };
}

/** What was typed before, in the row that is there now. */
function carried(before: Entry, now: Entry): Entry {
  if (before.kind === "choice" && now.kind === "choice") {
    return { kind: "choice", choice: before.choice.of(now.choice.names) };
  }
  return before.kind === "text" && now.kind === "text" ? before : now;
}

/** The first at or beyond `at` that takes keys, else `at`. */
function nextRow(rows: readonly FormRow[], at: number, by: 1 | -1): number {
  for (let i = 0; i < rows.length; i++) {
    const index = (at + i * by + rows.length * 2) % rows.length;
    if (rows[index]?.entry.kind !== "fixed") return index;
  }
  return at;
}
