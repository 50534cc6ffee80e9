// SPDX-License-Identifier: MIT
// FIELD=VALUE as --set takes it: the ABI fields of an event, values as numbers or by name.

import type { EventTypeName } from "../abi/event.js";
import { SEED_X86_64 } from "../abi/seed.js";
import { TgtctlError } from "../errors.js";
import { isField } from "../expression/fields.js";
import { namesFor } from "../expression/names.js";

const NUMERAL = /^(-?(?:0x[0-9a-f]{1,16}|[0-9]{1,20}))$/i;
/** Whole bytes of each kind of number. */
const BITS = { u8: 8, u32: 32, s32: 32, u64: 64 } as const;

/** A number of the field, in decimal, as verbs take it. Byte arrays are not set this way. */
export type FieldValues = Readonly<Record<string, string>>;

/**
 * Reads the texts of --set for an event of `type`. Errors: `usage`, naming field or value.
 */
export function parseFieldValues(texts: readonly string[], type: EventTypeName): FieldValues {
  const values: Record<string, string> = {};
  for (const text of texts) {
    const equals = text.indexOf("=");
    const name = text.slice(0, Math.max(0, equals));
    if (equals < 1) throw wrong(text, "not FIELD=VALUE", `fields of ${type}: ${fieldsOf(type)}`);
    if (Object.hasOwn(values, name)) throw wrong(text, `${name} is set twice`, `set ${name} once`);
    values[name] = fieldValue(text, name, text.slice(equals + 1), type).toString();
  }
  return values;
}

function fieldsOf(type: EventTypeName): string {
  return SEED_X86_64.events[type].fields.map((field) => field.name).join(" ");
}

function fieldValue(text: string, name: string, value: string, type: EventTypeName): bigint {
  const field = SEED_X86_64.events[type].fields.find((each) => each.name === name);
  const bits = field && typeof field.kind !== "number" ? BITS[field.kind] : undefined;
  if (!field || bits === undefined) {
    throw wrong(text, `${type} has no number ${name}`, `its fields: ${fieldsOf(type)}`);
  }
  const number = NUMERAL.test(value) ? numberOf(value) : namedValue(name, value);
  if (number === null) throw wrong(text, `${value} is no value of ${name}`, takes(name));
  if (number < -(2n ** BigInt(bits - 1)) || number >= 2n ** BigInt(bits)) {
    throw wrong(text, `${value} does not fit ${bits} bits`, `${name} is ${field.kind}`);
  }
  return number;
}

function numberOf(text: string): bigint {
  return text.startsWith("-") ? -BigInt(text.slice(1)) : BigInt(text);
}

function namedValue(name: string, value: string): bigint | null {
  if (!isField(name)) return null;
  const named = namesFor(name, SEED_X86_64).get(value.toUpperCase());
  return named ? BigInt(named.value) : null;
}

function takes(name: string): string {
  const names = isField(name) ? [...namesFor(name, SEED_X86_64).keys()] : [];
  const shown = names.length > 8 ? [...names.slice(0, 8), "..."] : names;
  return `give a number, decimal or hex${shown.length > 0 ? `, or ${shown.join(", ")}` : ""}`;
}

function wrong(text: string, complaint: string, remedy: string): TgtctlError {
  return new TgtctlError("usage", `--set ${text}: ${complaint}`, remedy);
}
