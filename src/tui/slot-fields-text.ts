// SPDX-License-Identifier: MIT
// One slot as rows of a table: each field's name, its reading, its bytes as they lie in memory.

import { decode, isUnknown } from "../abi/codec.js";
import type { Dialect, Field } from "../abi/dialect.js";
import { EVENT_TYPES, type KnownEvent, RW_DATA_ONLY } from "../abi/event.js";
import { decodeCdb } from "../scsi/cdb.js";
import { lunText } from "../scsi/lun.js";
import { errnoText, midlayerText, statusName } from "../scsi/status.js";
import { attributeName, functionName } from "../scsi/task-management.js";

export interface FieldRow {
  readonly name: string;
  readonly value: string;
  /** `02 00 00 00`. */
  readonly hex: string;
}

const BYTES_PER_ROW = 8;

export function hexRow(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
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

/** A CDB: its name, then its arguments, one under the other beside its bytes. */
function cdbRows(name: string, bytes: Uint8Array): FieldRow[] {
  const decoded = decodeCdb(bytes);
  const tokens = decoded.text.slice(decoded.name.length).trim().split(" ").filter(Boolean);
  const values = [decoded.name, ...tokens];
  const lines = Math.max(Math.ceil(bytes.length / BYTES_PER_ROW), values.length);
  return Array.from({ length: lines }, (_, i) => ({
    name: i === 0 ? name : "",
    value: values[i] ?? "",
    hex: hexRow(bytes.subarray(i * BYTES_PER_ROW, (i + 1) * BYTES_PER_ROW)),
  }));
}

function knownRows(dialect: Dialect, slot: Uint8Array, event: KnownEvent): FieldRow[] {
  return dialect.events[event.type].fields.flatMap((field) => {
    const at = dialect.headerSize + field.offset;
    const bytes = slot.subarray(at, at + sizeOf(field));
    if (field.name === "scb") return cdbRows(field.name, bytes);
    return [{ name: field.name, value: reading(field, event), hex: hexRow(bytes) }];
  });
}

function rawRows(bytes: Uint8Array): FieldRow[] {
  const rows: FieldRow[] = [];
  for (let at = 0; at < bytes.length; at += BYTES_PER_ROW) {
    const hex = hexRow(bytes.subarray(at, at + BYTES_PER_ROW));
    rows.push({ name: `+${at}`, value: "", hex });
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
    { name: "status", value: shown, hex: hexRow(slot.subarray(0, 4)) },
    { name: "len", value: String(length), hex: hexRow(slot.subarray(4, 8)) },
  ];
}

/** Every field of the event in the slot, header first; an unknown type as raw bytes. */
export function slotRows(dialect: Dialect, slot: Uint8Array): FieldRow[] {
  const event = decode(dialect, slot, dialect.headerSize);
  const at = dialect.headerSize + dialect.typeOffset;
  const name = isUnknown(event) ? `unknown ${event.type}` : event.type;
  const type = { name: "type", value: name, hex: hexRow(slot.subarray(at, at + 4)) };
  const rows = isUnknown(event)
    ? rawRows(slot.subarray(dialect.headerSize))
    : knownRows(dialect, slot, event);
  return [...headerRows(dialect, slot), type, ...rows];
}

/** For a letter in lists: index in EVENT_TYPES, -1 unknown. */
export function kindOf(event: ReturnType<typeof decode>): number {
  return isUnknown(event) ? -1 : EVENT_TYPES.indexOf(event.type);
}
