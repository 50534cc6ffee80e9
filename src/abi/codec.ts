// SPDX-License-Identifier: MIT
// Bytes of one event <-> TgtEvent, for any dialect table. Readers are prepared once per dialect.
import { TgtctlError } from "../errors.js";
import type { Dialect, Field } from "./dialect.js";
import { EVENT_TYPES, type EventTypeName, type KnownEvent, type TgtEvent } from "./event.js";

type FieldValue = number | bigint | Uint8Array;
type FieldValues = Record<string, FieldValue>;
type Reader = (view: DataView, bytes: Uint8Array, at: number) => KnownEvent;

const readers = new WeakMap<Dialect, ReadonlyMap<number, Reader>>();
const views = new WeakMap<Uint8Array, DataView>();

function viewOf(bytes: Uint8Array): DataView {
  let view = views.get(bytes);
  if (!view) {
    view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    views.set(bytes, view);
  }
  return view;
}

function readField(view: DataView, bytes: Uint8Array, at: number, field: Field, little: boolean) {
  const start = at + field.offset;
  switch (field.kind) {
    case "u8":
      return view.getUint8(start);
    case "u32":
      return view.getUint32(start, little);
    case "s32":
      return view.getInt32(start, little);
    case "u64":
      return view.getBigUint64(start, little);
    default:
      return bytes.slice(start, start + field.kind);
  }
}

function compile(dialect: Dialect): ReadonlyMap<number, Reader> {
  const byType = new Map<number, Reader>();
  for (const name of EVENT_TYPES) {
    const { type, fields } = dialect.events[name];
    byType.set(type, (view, bytes, at) => {
      const event: { type: EventTypeName } & Record<string, FieldValue | EventTypeName> = {
        type: name,
      };
      for (const field of fields) {
        event[field.name] = readField(view, bytes, at, field, dialect.littleEndian);
      }
      // The tables carry exactly the fields of the named event: test/abi holds them to it.
      return event as unknown as KnownEvent;
    });
  }
  return byType;
}

function requireRoom(dialect: Dialect, bytes: Uint8Array, offset: number): void {
  if (offset >= 0 && offset + dialect.eventSize <= bytes.length) return;
  throw new TgtctlError(
    "undecodable",
    `an event of ${dialect.name} is ${dialect.eventSize} bytes, ${bytes.length - offset} given`,
    "give the whole event, or choose the right --dialect",
  );
}

/**
 * The event whose first byte is `bytes[offset]` (after the slot header). Byte arrays are copies.
 * A type the dialect does not know becomes an UnknownEvent. Throws `undecodable` only if fewer
 * than `dialect.eventSize` bytes are there.
 */
export function decode(dialect: Dialect, bytes: Uint8Array, offset: number): TgtEvent {
  requireRoom(dialect, bytes, offset);
  let known = readers.get(dialect);
  if (!known) {
    known = compile(dialect);
    readers.set(dialect, known);
  }
  const view = viewOf(bytes);
  const type = view.getUint32(offset + dialect.typeOffset, dialect.littleEndian);
  const reader = known.get(type);
  if (reader) return reader(view, bytes, offset);
  return { type, raw: bytes.slice(offset, offset + dialect.eventSize) };
}

function writeField(view: DataView, at: number, field: Field, value: FieldValue, little: boolean) {
  const start = at + field.offset;
  if (value instanceof Uint8Array) {
    const size = typeof field.kind === "number" ? field.kind : 0;
    for (let i = 0; i < size; i++) view.setUint8(start + i, value[i] ?? 0);
  } else if (typeof value === "bigint") {
    view.setBigUint64(start, value, little);
  } else if (field.kind === "u8") {
    view.setUint8(start, value);
  } else {
    view.setUint32(start, value, little);
  }
}

/**
 * Writes `event` at `bytes[offset]`: its type and its own fields, nothing else, so that what the
 * rest of the slot held stays visible. Numbers wrap to their width, short byte arrays are zero
 * padded. An UnknownEvent writes its raw bytes, then its type. Throws `undecodable` without room.
 */
export function encode(dialect: Dialect, event: TgtEvent, bytes: Uint8Array, offset: number): void {
  requireRoom(dialect, bytes, offset);
  const view = viewOf(bytes);
  if (isUnknown(event)) {
    bytes.set(event.raw.subarray(0, dialect.eventSize), offset);
    view.setUint32(offset + dialect.typeOffset, event.type, dialect.littleEndian);
    return;
  }
  const { type, fields } = dialect.events[event.type];
  const values = event as unknown as FieldValues;
  for (const field of fields) {
    const value = values[field.name];
    if (value !== undefined) writeField(view, offset, field, value, dialect.littleEndian);
  }
  view.setUint32(offset + dialect.typeOffset, type, dialect.littleEndian);
}

/** Whether the dialect had no layout for this event's type. */
export function isUnknown(event: TgtEvent): event is Extract<TgtEvent, { raw: Uint8Array }> {
  return typeof event.type === "number";
}
