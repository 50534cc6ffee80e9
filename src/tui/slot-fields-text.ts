// SPDX-License-Identifier: MIT
// One slot as rows of a table: each field's name, its reading, its bytes as they lie in memory.

import { decode, isUnknown } from "../abi/codec.js";
import type { Dialect, Field } from "../abi/dialect.js";
import { EVENT_TYPES, type KnownEvent, RW_DATA_ONLY } from "../abi/event.js";
import { cdbArguments, decodeCdb } from "../scsi/cdb.js";
import { lunText } from "../scsi/lun.js";
import { errnoText, midlayerText, statusName } from "../scsi/status.js";
import { attributeName, functionName } from "../scsi/task-management.js";

export interface FieldRow {
  readonly name: string;
  readonly value: string;
  /** Where its bytes lie in the slot; none for what is not in it. */
  readonly at: number;
  readonly size: number;
}

const BYTES_PER_ROW = 8;

/** `02 00 00 00`. */
export function hexRow(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}

/** The bytes of a row, as many as a row shows. */
export function rowHex(slot: Uint8Array, { at, size }: FieldRow): string {
  return hexRow(slot.subarray(at, at + Math.min(size, BYTES_PER_ROW)));
}

/** The row whose field has the byte at `byte`: of several the narrowest, the first of those; -1: none. */
export function rowOfByte(rows: readonly FieldRow[], byte: number): number {
  let found = -1;
  rows.forEach(({ at, size }, i) => {
    if (byte < at || byte >= at + size) return;
    if (found < 0 || size < (rows[found]?.size ?? 0)) found = i;
  });
  return found;
}

type Value = number | bigint | Uint8Array;

const READINGS: Readonly<Record<string, (value: Value, event: KnownEvent) => string>> = {
  attribute: (value) => attributeName(Number(value)),
  function: (value) => functionName(Number(value)),
  lun: (value) => (value instanceof Uint8Array ? lunText(value) : String(value)),
  data_len: (value) => `${value} B`,
  len: (value) => `${value} B`,
  rw: (value) =>
    `${Number(value) & RW_DATA_ONLY ? "DATA ONLY " : ""}${Number(value) & 1 ? "WRITE" : "READ"}`,
  result: (value, event) => {
    if (event.type === "CMD_DONE") return midlayerText(Number(value));
    return event.type === "CMD_RSP" ? statusName(Number(value)) : errnoText(Number(value));
  },
};

function reading(field: Field, event: KnownEvent): string {
  const value = (event as unknown as Record<string, Value | undefined>)[field.name];
  if (value === undefined) return "";
  const read = READINGS[field.name];
  if (read) return read(value, event);
  if (typeof value === "bigint") return `0x${value.toString(16)}`;
  return typeof value === "number" ? String(value) : "";
}

function sizeOf(field: Field): number {
  if (typeof field.kind === "number") return field.kind;
  return { u8: 1, u32: 4, s32: 4, u64: 8 }[field.kind];
}

/** A CDB: its name beside its first bytes, then its arguments, one under the other, each with its own. */
function cdbRows(name: string, at: number, bytes: Uint8Array): FieldRow[] {
  const head = { name, value: decodeCdb(bytes).name, at, size: bytes.length };
  const rest = cdbArguments(bytes).map((argument) => ({
    name: "",
    value: argument.text,
    at: at + argument.at,
    size: Math.max(0, Math.min(argument.size, bytes.length - argument.at)),
  }));
  return [head, ...rest];
}

function knownRows(dialect: Dialect, slot: Uint8Array, event: KnownEvent): FieldRow[] {
  return dialect.events[event.type].fields.flatMap((field) => {
    const at = dialect.headerSize + field.offset;
    const size = sizeOf(field);
    if (field.name === "scb") return cdbRows(field.name, at, slot.subarray(at, at + size));
    return [{ name: field.name, value: reading(field, event), at, size }];
  });
}

function rawRows(dialect: Dialect, slot: Uint8Array): FieldRow[] {
  const rows: FieldRow[] = [];
  for (let at = dialect.headerSize; at < slot.length; at += BYTES_PER_ROW) {
    const size = Math.min(BYTES_PER_ROW, slot.length - at);
    rows.push({ name: `+${at - dialect.headerSize}`, value: "", at, size });
  }
  return rows;
}

function headerRows(dialect: Dialect, slot: Uint8Array): FieldRow[] {
  if (dialect.headerSize < 8) return [];
  const view = new DataView(slot.buffer, slot.byteOffset, slot.byteLength);
  const status = view.getUint32(0, dialect.littleEndian);
  const shown = status === 0 ? "0 free" : status === 1 ? "1 published" : `${status} wrong`;
  const length = view.getUint32(4, dialect.littleEndian);
  return [
    { name: "status", value: shown, at: 0, size: 4 },
    { name: "len", value: String(length), at: 4, size: 4 },
  ];
}

/** Every field of the event in the slot, header first; an unknown type as raw bytes. */
export function slotRows(dialect: Dialect, slot: Uint8Array): FieldRow[] {
  const event = decode(dialect, slot, dialect.headerSize);
  const at = dialect.headerSize + dialect.typeOffset;
  const name = isUnknown(event) ? `unknown ${event.type}` : event.type;
  const type = { name: "type", value: name, at, size: 4 };
  const rows = isUnknown(event) ? rawRows(dialect, slot) : knownRows(dialect, slot, event);
  return [...headerRows(dialect, slot), type, ...rows];
}

/** For a letter in lists: index in EVENT_TYPES, -1 unknown. */
export function kindOf(event: ReturnType<typeof decode>): number {
  return isUnknown(event) ? -1 : EVENT_TYPES.indexOf(event.type);
}
