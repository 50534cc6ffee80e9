// SPDX-License-Identifier: MIT
// FIELD=VALUE as --set takes it: numbers, names and hex, as bytes at their place in the slot.
import type { EventTypeName } from "../abi/event.js";
import { SEED_X86_64 } from "../abi/seed.js";
import { isField } from "../expression/fields.js";
import { namesFor } from "../expression/names.js";
import { Problem, quoted, toExpressionError } from "../expression/problem.js";
import { fieldOf, integerBytes, TYPE_WORD } from "./inject/slot-bytes.js";

export interface Setting {
  /** `type`, or an ABI field of the event. */
  readonly name: string;
  /** Byte offset in the slot. */
  readonly at: number;
  readonly bytes: Uint8Array;
  /** Null for byte arrays. */
  readonly value: bigint | null;
}

const BITS = { u8: 8, u32: 32, s32: 32, u64: 64 } as const;
const NUMBER = /^-?(0[xX][0-9a-fA-F]+|[0-9]+)$/;

/** `0x10`, `-1`, `16`; null if it is none. */
function integer(text: string): bigint | null {
  if (!NUMBER.test(text)) return null;
  return text.startsWith("-") ? -BigInt(text.slice(1)) : BigInt(text);
}

function named(name: string, text: string): bigint | null {
  const found = isField(name) ? namesFor(name, SEED_X86_64).get(text.toUpperCase()) : undefined;
  return found ? BigInt(found.value) : null;
}

/** `at`: where the value begins, for errors. */
function numberOf(name: string, text: string, bits: number, at: number): bigint {
  const value = integer(text) ?? named(name, text);
  if (value === null)
    throw new Problem(at, `${quoted(text)} is not a value of ${name}`, takes(name));
  if (value < -(1n << BigInt(bits - 1)) || value >= 1n << BigInt(bits)) {
    throw new Problem(at, `${quoted(text)} does not fit in ${bits} bits`, `give a smaller ${name}`);
  }
  return value;
}

function takes(name: string): string {
  const names = isField(name) ? [...namesFor(name, SEED_X86_64).keys()] : [];
  const shown = names.length > 8 ? [...names.slice(0, 8), "..."] : names;
  return `give a number, decimal or hex${shown.length > 0 ? `, or ${shown.join(", ")}` : ""}`;
}

/** As many bytes as are given, the rest 0. */
function arrayOf(name: string, text: string, size: number, at: number): Uint8Array {
  const bytes = new Uint8Array(size);
  const digits = text.replace(/^0x/i, "");
  if (!/^([0-9a-fA-F]{2})+$/.test(digits) || digits.length > 2 * size) {
    const remedy = `1 to ${size} bytes in hex, e.g. ${name}=2800`;
    throw new Problem(at, `${quoted(text)} is not the hex of at most ${size} bytes`, remedy);
  }
  bytes.set(Buffer.from(digits, "hex"));
  return bytes;
}

function settingOf(type: EventTypeName, text: string): Setting {
  const equals = text.indexOf("=");
  const fields = SEED_X86_64.events[type].fields.map((field) => field.name).join(" ");
  const remedy = `fields of ${type}: type ${fields}`;
  if (equals < 0) throw new Problem(text.length, "expected = and a value, found the end", remedy);
  const name = text.slice(0, equals);
  const found = name === "type" ? { kind: "u32" as const, at: TYPE_WORD } : fieldOf(type, name);
  if (!found) throw new Problem(0, `${quoted(name)} is not a field of ${type}`, remedy);
  const { kind, at } = found;
  const given = text.slice(equals + 1);
  if (typeof kind === "number") {
    return { name, at, bytes: arrayOf(name, given, kind, equals + 1), value: null };
  }
  const value = numberOf(name, given, BITS[kind], equals + 1);
  return { name, at, bytes: integerBytes(value, BITS[kind] / 8), value };
}

/** For an event of that type. Errors: `usage`, with the column. */
export function parseSetting(type: EventTypeName, text: string): Setting {
  try {
    return settingOf(type, text);
  } catch (error) {
    throw error instanceof Problem ? toExpressionError(error, text, "--set") : error;
  }
}
