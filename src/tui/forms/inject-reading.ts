// SPDX-License-Identifier: MIT
// What the form of an event to inject says: the request it makes, and what is wrong with it.
import type { EventTypeName } from "../../abi/event.js";
import { SEED_X86_64 } from "../../abi/seed.js";
import { TgtctlError } from "../../errors.js";
import { parseSetting } from "../../features/field-setting.js";
import { malformationNamed } from "../../features/inject/inject-catalogue.js";
import { bytesOf } from "../../features/inject/inject-preview.js";
import {
  type InjectArguments,
  type InjectRequest,
  injectRequest,
} from "../../features/inject/inject-request.js";
import type { InjectPlan } from "../../session/inject/inject-plan.js";
import { problemText } from "./edit-fields.js";
import { enteredIn, Form, isTouched } from "./form.js";
import type { Note, Notes } from "./form-lines.js";
import {
  chosenWrongs,
  injectRows,
  type Known,
  NUMBER_ROWS,
  type NumberRow,
  typeOf,
  WRONG_ROWS,
} from "./inject-fields.js";

export interface InjectReading {
  readonly notes: Notes;
  readonly wrong: string | null;
  readonly count: number;
  /** Null while something typed is wrong. */
  readonly wish: InjectWish | null;
}

export interface InjectWish {
  /** A request anew: its random bytes begin at the seed. */
  request(): InjectRequest;
  /** Of that request, the first. */
  readonly plan: InjectPlan;
  /** The slot; null: it depends on what is in the ring by then. */
  readonly bytes: Uint8Array | null;
  /** An event of that type with nothing wrong and nothing set. */
  readonly plain: Uint8Array | null;
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

const NUMBER = /^(0x[0-9a-f]{1,8}|[0-9]{1,10})$/i;

function numberProblem(name: NumberRow, text: string): string | null {
  const [low, high] = NUMBER_ROWS[name];
  const value = NUMBER.test(text) ? Number(text) : Number.NaN;
  return value >= low && value <= high ? null : `not a whole number from ${low} to ${high}`;
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

function argumentsOf(form: Form, set: readonly string[]): InjectArguments {
  const number = (name: NumberRow): number | undefined => {
    const text = form.value(name);
    return text === "" || numberProblem(name, text) !== null ? undefined : Number(text);
  };
  const malform = chosenWrongs(form);
  const type = form.value("type") || (malform.length === 0 ? typeOf(form) : undefined);
  return {
    type,
    malform,
    set,
    raw: undefined,
    slot: number("at slot"),
    status: number("slot status"),
    len: number("slot len"),
    kick: form.value("doorbell") !== "no",
    leave: false,
    seed: number("seed") ?? 1,
    waitMs: number("wait ms") ?? 5000,
  };
}

function wishOf(args: InjectArguments, hostNo: number): InjectWish | TgtctlError {
  try {
    const request = (): InjectRequest => injectRequest(args);
    const plan = request().next(hostNo);
    const plain = bytesOf(plainRequest(args).next(hostNo));
    return { request, plan, bytes: bytesOf(plan), plain };
  } catch (error) {
    if (error instanceof TgtctlError) return error;
    throw error;
  }
}

/** Of the same type, as far as it is a type at all. */
function plainRequest(args: InjectArguments): InjectRequest {
  const types = args.malform.flatMap((name) => malformationNamed(name)?.types[0] ?? []);
  const type = args.type ?? types[0] ?? "CMD_RSP";
  return injectRequest({ ...args, type, malform: [], set: [], status: 1, len: 0, slot: undefined });
}
