// SPDX-License-Identifier: MIT
// What the form of an event to inject says: the request it makes, and what is wrong with it.
import type { EventTypeName } from "../../abi/event.js";
import { SEED_X86_64 } from "../../abi/seed.js";
import { TgtctlError } from "../../errors.js";
import { parseSetting } from "../../features/field-setting.js";
import { malformationNamed } from "../../features/inject/inject-catalogue.js";
import { problemText } from "./edit-fields.js";
import { enteredIn, Form, isTouched } from "./form.js";
import type { Note, Notes } from "./form-lines.js";
import {
  injectRows,
  type Known,
  NUMBER_ROWS,
  type NumberRow,
  typeOf,
  WRONG_ROWS,
} from "./inject-fields.js";
import { argumentsOf, type InjectWish, numberProblem, wishOf } from "./inject-wish.js";

export interface InjectReading {
  readonly notes: Notes;
  readonly wrong: string | null;
  readonly count: number;
  /** Null while something typed is wrong. */
  readonly wish: InjectWish | null;
}

const NOTHING_KNOWN: Known = { bytes: null, status: 1, doorbells: 1, waits: false };

export function injectForm(hostNo: number): Form {
  return settled(new Form([]), hostNo);
}

/** The rows that go with what is chosen; to be called after each key. */
export function settled(form: Form, hostNo: number): Form {
  const fitting = form.withRows(injectRows(form, NOTHING_KNOWN));
  const wish = wishOf({ ...argumentsOf(fitting, []), status: undefined, kick: true }, hostNo);
  if (wish instanceof TgtctlError) return fitting;
  const { base, status, doorbells } = wish.plan;
  const waits = base.kind === "victim" || base.kind === "again" || base.kind === "late";
  return fitting.withRows(injectRows(fitting, { bytes: wish.bytes, status, doorbells, waits }));
}

export function readInject(form: Form, hostNo: number): InjectReading {
  const notes = new Map<string, Note>();
  for (const row of form.rows) {
    const text = enteredIn(row);
    if (!isTouched(row) || text === "") continue;
    const problem = isNumberRow(row.name)
      ? numberProblem(row.name, text)
      : isWrongRow(row.name)
        ? wrongProblem(text)
        : null;
    if (problem) notes.set(row.name, { text: problem, trouble: true });
  }
  const set = readFields(form, notes);
  const wrong = firstTrouble(form, notes);
  const count = Number(form.value("count") || 1);
  if (wrong !== null) return { notes, wrong, count, wish: null };
  const wish = wishOf(argumentsOf(form, set), hostNo);
  if (!(wish instanceof TgtctlError)) return { notes, wrong, count, wish };
  const text = `${wish.message.replace(/^--\w+ /, "")}: ${wish.remedy}`;
  notes.set("type", { text, trouble: true });
  return { notes, wrong: "type", count, wish: null };
}

function firstTrouble(form: Form, notes: Notes): string | null {
  return form.rows.find(({ name }) => notes.get(name)?.trouble)?.name ?? null;
}

function isNumberRow(name: string): name is NumberRow {
  return Object.hasOwn(NUMBER_ROWS, name);
}

function isWrongRow(name: string): boolean {
  return WRONG_ROWS.some((each) => each === name);
}

function wrongProblem(text: string): string | null {
  return malformationNamed(text) ? null : "no malformation of that name: left and right go through";
}

/** As --set takes them, of the fields of the event that are typed in. */
function readFields(form: Form, notes: Map<string, Note>): string[] {
  const type = typeOf(form);
  const set: string[] = [];
  for (const row of form.rows) {
    const text = enteredIn(row);
    if (!isEventField(type, row.name) || !isTouched(row) || text === "") continue;
    try {
      const { value } = parseSetting(type, `${row.name}=${text}`);
      set.push(`${row.name}=${text}`);
      notes.set(row.name, { text: value === null ? "bytes" : numberText(value), trouble: false });
    } catch (error) {
      notes.set(row.name, { text: problemText(error), trouble: true });
    }
  }
  return set;
}

function isEventField(type: EventTypeName, name: string): boolean {
  return SEED_X86_64.events[type].fields.some((field) => field.name === name);
}

/** `8`, `4096 = 0x1000` */
function numberText(value: bigint): string {
  return value < 10n ? value.toString() : `${value} = 0x${value.toString(16)}`;
}
