// SPDX-License-Identifier: MIT
// Events as the JSON contract has them: ABI names, u64 as "0x...", byte arrays as hex.
import { isUnknown } from "../abi/codec.js";
import type { TgtEvent } from "../abi/event.js";

export type JsonFields = Record<string, number | string>;

/** `0a1b...`, without prefix. */
export function hexBytes(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function jsonValue(value: number | bigint | Uint8Array): number | string {
  if (typeof value === "number") return value;
  return typeof value === "bigint" ? `0x${value.toString(16)}` : hexBytes(value);
}

/** The ABI fields of an event, in the header's order; `{raw}` for a type that is not known. */
export function eventFields(event: TgtEvent): JsonFields {
  if (isUnknown(event)) return { raw: hexBytes(event.raw) };
  const { type: _, ...fields } = event;
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, jsonValue(value)]),
  );
}
