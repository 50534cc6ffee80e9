// SPDX-License-Identifier: MIT
// A dialect: where every field of a slot lies. Data, not code, so that a new one is a new table.
import type { EventTypeName } from "./event.js";

/** u8/u32/s32/u64 in the dialect's byte order, or N raw bytes. */
export type FieldKind = "u8" | "u32" | "s32" | "u64" | number;

export interface Field {
  readonly name: string;
  /** Byte offset inside the event (after the slot header). */
  readonly offset: number;
  readonly kind: FieldKind;
}

export interface EventLayout {
  /** The number on the wire. */
  readonly type: number;
  readonly fields: readonly Field[];
}

export interface Dialect {
  readonly name: string;
  readonly littleEndian: boolean;
  /** Bytes of the slot header before the event, of the event, and of both. */
  readonly headerSize: number;
  readonly eventSize: number;
  readonly entrySize: number;
  /** Slots per ring. */
  readonly nrEntry: number;
  readonly typeOffset: number;
  readonly events: Readonly<Record<EventTypeName, EventLayout>>;
}
