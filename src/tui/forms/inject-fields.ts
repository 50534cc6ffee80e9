// SPDX-License-Identifier: MIT
// The event to inject as rows of a form: which there are depends on what is chosen in others.
import { EVENT_TYPES, type EventTypeName } from "../../abi/event.js";
import { SEED_X86_64 } from "../../abi/seed.js";
import { isField } from "../../expression/fields.js";
import { namesFor } from "../../expression/names.js";
import {
  contradict,
  MALFORMATIONS,
  type Malformation,
  malformationNamed,
} from "../../features/inject/inject-catalogue.js";
import { slotRows } from "../slot-fields-text.js";
import { ChoiceInput } from "./choice-input.js";
import { choiceRow, type Form, type FormRow, textRow } from "./form.js";

/** Rows for malformations; the next one comes when the one before is chosen. */
export const WRONG_ROWS = ["wrong", "and", "and also"] as const;
/** Numbers that are no fields of the event: row, its limits, what it is without an edit. */
export const NUMBER_ROWS = {
  "slot status": [0, 0xffff_ffff, "1"],
  "slot len": [0, 0xffff_ffff, "0"],
  "at slot": [0, 511, "the next"],
  count: [1, 1000, "1"],
  seed: [0, 0xffff_ffff, "1"],
  "wait ms": [0, 60_000, "5000"],
} as const;
export type NumberRow = keyof typeof NUMBER_ROWS;

/** What is chosen by name, whatever it is. */
export function chosenWrongs(form: Form): string[] {
  return WRONG_ROWS.map((name) => form.value(name)).filter((value) => value !== "");
}

function known(names: readonly string[]): Malformation[] {
  return names.flatMap((name) => malformationNamed(name) ?? []);
}

/** The type whose fields the form shows. */
export function typeOf(form: Form): EventTypeName {
  const asked = form.value("type");
  const named = EVENT_TYPES.find((type) => type === asked);
  if (named) return named;
  const numbered = EVENT_TYPES.find((type) => SEED_X86_64.events[type].type === Number(asked));
  if (numbered && asked !== "") return numbered;
  return typesFor(known(chosenWrongs(form)))[0] ?? "CMD_RSP";
}

/** Those that all of them make sense for, in the order of the first. */
function typesFor(malformed: readonly Malformation[]): readonly EventTypeName[] {
  const all = malformed[0]?.types ?? EVENT_TYPES;
  return all.filter((type) => malformed.every(({ types }) => types.includes(type)));
}

/** What another malformation may be beside those. */
function choosable(others: readonly Malformation[]): string[] {
  const fits = MALFORMATIONS.filter(
    (row) =>
      others.every((other) => !contradict(other, row)) && typesFor([...others, row]).length > 0,
  );
  return ["", ...fits.map(({ name }) => name)];
}

function wrongRows(form: Form): FormRow[] {
  const rows: FormRow[] = [];
  const others: string[] = [];
  for (const [i, name] of WRONG_ROWS.entries()) {
    const names = choosable(known(others));
    if (i > 0 && (names.length < 2 || others.length < i)) break;
    const old = i === 0 ? "a plain event" : "nothing else";
    rows.push(choiceRow(name, old, new ChoiceInput({ names, free: false, initial: "" })));
    const value = form.value(name);
    if (value !== "") others.push(value);
  }
  return rows;
}

function choice(names: readonly string[], free = true): ChoiceInput {
  return new ChoiceInput({ names, free, initial: "" });
}

/** `bytes`: what it would be without what is set by field; null: that is not known before. */
function fieldRows(type: EventTypeName, bytes: Uint8Array | null): FormRow[] {
  const shown = bytes ? slotRows(SEED_X86_64, bytes) : [];
  return SEED_X86_64.events[type].fields.map(({ name, kind }) => {
    const row = shown.find((each) => each.name === name);
    const old = bytes ? (row?.value ?? "") : "the answer's own";
    const names = isField(name) ? [...namesFor(name, SEED_X86_64).keys()] : [];
    if (names.length > 0 && name !== "type") return choiceRow(name, old, choice(names));
    return textRow(name, old, typeof kind === "number" ? "" : digitsOf(old));
  });
}

/** `4096 B` as it would be typed. */
function digitsOf(old: string): string {
  return /^-?(0x[0-9a-f]+|[0-9]+)/i.exec(old)?.[0] ?? "";
}

function numberRow(name: NumberRow, old: string = NUMBER_ROWS[name][2]): FormRow {
  return textRow(name, old, digitsOf(old));
}

export interface Known {
  /** As it would go out without what is set by field. */
  readonly bytes: Uint8Array | null;
  readonly status: number;
  readonly doorbells: number;
  /** It needs something to happen first. */
  readonly waits: boolean;
}

/** All rows, for what is chosen in those there are. */
export function injectRows(form: Form, { bytes, status, doorbells, waits }: Known): FormRow[] {
  const types = typesFor(known(chosenWrongs(form)));
  const type = typeOf(form);
  const rung = doorbells === 1 ? "yes" : `${doorbells} times`;
  return [
    ...wrongRows(form),
    choiceRow("type", type, choice(types)),
    ...fieldRows(type, bytes),
    choiceRow("doorbell", rung, choice(["yes", "no"], false)),
    numberRow("slot status", status > 9 ? `0x${status.toString(16)}` : String(status)),
    numberRow("slot len"),
    numberRow("at slot"),
    numberRow("count"),
    numberRow("seed"),
    ...(waits ? [numberRow("wait ms")] : []),
  ];
}
