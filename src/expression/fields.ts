// SPDX-License-Identifier: MIT
// The fields an expression may name, and how each is read from a joined event.

import type { JoinedEvent, Wide } from "./joined-event.js";

/** All of them, in the order help and completion show them. */
export const FIELDS = [
  "ring",
  "slot",
  "index",
  "status",
  "type",
  "host_no",
  "cid",
  "tag",
  "lun",
  "opcode",
  "lba",
  "blocks",
  "data_len",
  "len",
  "result",
  "rw",
  "uaddr",
  "mid",
  "function",
  "attribute",
  "verdict",
  "age_ms",
] as const;
export type Field = (typeof FIELDS)[number];

export type WideField = "tag" | "lba" | "uaddr" | "mid";
export type NarrowField = Exclude<Field, WideField>;

export type NarrowReader = (event: JoinedEvent) => number | null;
export type WideReader = (event: JoinedEvent) => Wide | null;

// One function each, not `event[name]`: so every place that reads sees one property only.
export const WIDE_READERS: Readonly<Record<WideField, WideReader>> = {
  tag: (event) => event.tag,
  lba: (event) => event.lba,
  uaddr: (event) => event.uaddr,
  mid: (event) => event.mid,
};

/** Every value of these is a double exactly. */
export const NARROW_READERS: Readonly<Record<NarrowField, NarrowReader>> = {
  ring: (event) => event.ring,
  slot: (event) => event.slot,
  index: (event) => event.index,
  status: (event) => event.status,
  type: (event) => event.type,
  host_no: (event) => event.host_no,
  cid: (event) => event.cid,
  lun: (event) => event.lun,
  opcode: (event) => event.opcode,
  blocks: (event) => event.blocks,
  data_len: (event) => event.data_len,
  len: (event) => event.len,
  result: (event) => event.result,
  rw: (event) => event.rw,
  function: (event) => event.function,
  attribute: (event) => event.attribute,
  verdict: (event) => event.verdict,
  age_ms: (event) => event.age_ms,
};

const KNOWN: ReadonlySet<string> = new Set(FIELDS);

export function isField(word: string): word is Field {
  return KNOWN.has(word);
}

export function isWide(field: Field): field is WideField {
  return field in WIDE_READERS;
}
