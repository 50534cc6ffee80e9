// SPDX-License-Identifier: MIT
// A form as lines: what each row was, what it is now and what that means, for any width.
import { windowOf } from "../text-input.js";
import type { ChoiceInput } from "./choice-input.js";
import { type Form, type FormRow, isTouched } from "./form.js";
import { cut, type Line, padded, type Span, span, wrapped } from "./spans.js";

/** What is to be said of a row: its reading, or what is wrong with it. */
export interface Note {
  readonly text: string;
  readonly trouble: boolean;
}

export type Notes = ReadonlyMap<string, Note>;

export interface FormLines {
  readonly lines: readonly Line[];
  /** Those of the row under the cursor. */
  readonly first: number;
  readonly last: number;
}

const MARK = 2;
const NAME = 12;
/** From here on what it was stands in a column of its own. */
const WIDE = 70;
const FIELD = 23;
/** A note beside its row is no shorter than that. */
const LEAST_NOTE = 10;

/** `beside`: what a row was has its own column where there is room. */
export function formLines(form: Form, notes: Notes, width: number, beside: boolean): FormLines {
  const lines: Line[] = [];
  let [first, last] = [0, 0];
  form.rows.forEach((row, i) => {
    const focused = i === form.at;
    if (focused) first = lines.length;
    const shape = { width, focused, old: beside && width >= WIDE };
    lines.push(...rowLines(row, notes.get(row.name), shape));
    if (focused) last = lines.length - 1;
  });
  return { lines, first, last };
}

/** The heads of its columns, where they are columns. */
export function headLine(width: number, old: string, now: string, note: string): Line {
  if (width < WIDE) return [];
  const margin = " ".repeat(MARK + NAME);
  return [span(`${margin}${old.padEnd(FIELD)}${now.padEnd(FIELD)}${note}`, "dim")];
}

interface Shape {
  readonly width: number;
  readonly focused: boolean;
  readonly old: boolean;
}

function rowLines(row: FormRow, note: Note | undefined, shape: Shape): Line[] {
  const { width, focused, old } = shape;
  const name = [span(focused ? "> " : "  ", "bold"), span(row.name, focused ? "bold" : "name")];
  const head = [
    ...padded(name, MARK + NAME),
    ...(old ? padded([span(row.old, isTouched(row) ? "dim" : "plain")], FIELD) : []),
  ];
  const used = MARK + NAME + (old ? FIELD : 0);
  const field = padded(fieldSpans(row, focused, FIELD - 1, old), FIELD);
  const room = width - used - FIELD;
  const fits = note && !note.trouble && room >= LEAST_NOTE && note.text.length <= room;
  const lines: Line[] = [cut([...head, ...field, ...(fits ? [span(note.text)] : [])], width)];
  if (note?.trouble) lines.push(...wrapped(note.text, width, "trouble", MARK + 2));
  else if (note && !fits && (focused || isTouched(row)))
    lines.push(...wrapped(note.text, width, "plain", MARK + 2));
  if (!focused || row.entry.kind !== "choice") return lines;
  const { choice } = row.entry;
  if (choice.matches.length > 0) lines.push(choices(choice, width));
  return lines;
}

/** What stands in the field: typed, chosen, or (dim) what it is without that. */
function fieldSpans(row: FormRow, focused: boolean, width: number, hasOld: boolean): Line {
  const { entry } = row;
  if (entry.kind === "fixed") return hasOld ? [] : [span(row.old)];
  const rest = hasOld ? "" : row.old;
  if (entry.kind === "choice") return choiceSpans(entry.choice, rest, focused, width);
  const { input } = entry;
  if (!focused) return input.text === "" ? [span(rest, "dim")] : [span(input.text, "bold")];
  if (input.text === "") return [span(rest.charAt(0) || " ", "cursor"), span(rest.slice(1), "dim")];
  const { text, cursor } = windowOf(input, width);
  const at = text.charAt(cursor) || " ";
  return [span(text.slice(0, cursor)), span(at, "cursor"), span(text.slice(cursor + 1))];
}

function choiceSpans(choice: ChoiceInput, old: string, focused: boolean, width: number): Line {
  const { value, typed, isTouched: touched } = choice;
  const shown = value === "" ? old : value;
  if (!focused) return [span(shown, touched ? "bold" : value === "" ? "dim" : "plain")];
  const begins = shown.toLowerCase().startsWith(typed.toLowerCase());
  const text: Span[] = begins
    ? [
        span(shown.slice(0, typed.length), "bold"),
        span(shown.charAt(typed.length) || " ", "cursor"),
        span(shown.slice(typed.length + 1)),
      ]
    : [span(typed, "bold"), span(" ", "cursor"), span(`= ${shown}`)];
  return [span("<"), ...cut(text, width - 2), span(">")];
}

/** All there are, the chosen one lit and in sight. */
function choices(choice: ChoiceInput, width: number): Line {
  const { matches, value } = choice;
  const indent = " ".repeat(MARK + 2);
  const at = matches.indexOf(value);
  const room = width - indent.length;
  let first = Math.max(0, at);
  let length = (matches[first] ?? "").length + 1;
  while (first > 0 && length + (matches[first - 1] ?? "").length + 1 <= room / 2) {
    first--;
    length += (matches[first] ?? "").length + 1;
  }
  const names = matches.slice(first).flatMap((name, i): Span[] => {
    return [span(nameOf(name), first + i === at ? "cursor" : "dim"), span(" ")];
  });
  return cut([span(first > 0 ? "  < " : indent, "dim"), ...names], width);
}

const nameOf = (name: string): string => (name === "" ? "(none)" : name);

/** `rows` of them, the row under the cursor among them. */
export function scrolled({ lines, first, last }: FormLines, rows: number): readonly Line[] {
  if (lines.length <= rows) return lines;
  const middle = Math.floor((first + last) / 2) - Math.floor(rows / 2);
  const start = Math.max(0, Math.min(middle, first, lines.length - rows));
  return lines.slice(start, start + rows);
}
