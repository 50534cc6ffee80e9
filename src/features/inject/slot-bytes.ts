// SPDX-License-Identifier: MIT
// Where the fields of an event lie in a slot, and numbers as the bytes they are there.
import type { Field } from "../../abi/dialect.js";
import type { EventTypeName } from "../../abi/event.js";
import { SEED_X86_64 } from "../../abi/seed.js";

const { headerSize, typeOffset, events } = SEED_X86_64;

/** Byte offset of the type in a slot. */
export const TYPE_WORD = headerSize + typeOffset;

/** A field of an event and its byte offset in the slot; undefined: the event has none of that name. */
export function fieldOf(
  type: EventTypeName,
  name: string,
): (Field & { readonly at: number }) | undefined {
  const field = events[type].fields.find((each) => each.name === name);
  return field && { ...field, at: headerSize + field.offset };
}

export function wordBytes(value: number): Uint8Array {
  return integerBytes(BigInt(value), 4);
}

/** Little-endian, modulo 2^(8 x size). */
export function integerBytes(value: bigint, size: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt.asUintN(64, value), true);
  return bytes.subarray(0, size);
}
