// SPDX-License-Identifier: MIT
// Numbers straight out of a slot's bytes at the dialect's offsets: no object and no BigInt per event.

import type { Dialect, Field } from "../abi/dialect.js";
import { EVENT_TYPES, type EventTypeName, type RingName } from "../abi/event.js";

/** Place of a type in EVENT_TYPES; -1 = a number the dialect does not know. */
export type EventKind = -1 | 0 | 1 | 2 | 3 | 4;
export const CMD_RSP = 0;
export const TSK_MGMT_RSP = 1;
export const CMD_REQ = 2;
export const CMD_DONE = 3;
export const TSK_MGMT_REQ = 4;

/** Whether events of `kind` are ever written into `ring`. */
export function belongs(kind: EventKind, ring: RingName): boolean {
  return kind < 0 ? false : kind >= CMD_REQ === (ring === "kuring");
}

type Offsets = Readonly<Record<string, number>>;

function offsetsOf(dialect: Dialect, name: EventTypeName): Offsets {
  const place = (field: Field): [string, number] => [field.name, dialect.headerSize + field.offset];
  return Object.fromEntries(dialect.events[name].fields.map(place));
}

/** A DataView costs more than the read: the last two slots' views are kept. */
interface Seen {
  bytes: Uint8Array;
  view: DataView;
}

function see(bytes: Uint8Array): Seen {
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength) };
}

/**
 * Reads fields of the slot chosen last with `select`. A field the dialect does not have reads as 0;
 * where `tag` stands for `cid` (aug2006) its low half is the cid.
 */
export class SlotFields {
  readonly #little: boolean;
  readonly #type: number;
  readonly #kinds = new Map<number, EventKind>();
  readonly #host: Int32Array;
  readonly #cid: Int32Array;
  readonly #result: Int32Array;
  readonly #rw: number;
  readonly #function: number;
  readonly #tag: Int32Array;
  readonly #mid: Int32Array;
  readonly #lun: Int32Array;
  #now: Seen = see(new Uint8Array(0));
  #before: Seen = this.#now;

  constructor(dialect: Dialect) {
    this.#little = dialect.littleEndian;
    this.#type = dialect.headerSize + dialect.typeOffset;
    const tables = EVENT_TYPES.map((name, kind) => {
      this.#kinds.set(dialect.events[name].type, kind as EventKind);
      return offsetsOf(dialect, name);
    });
    const column = (...names: string[]): Int32Array =>
      Int32Array.from(tables, (t) => names.map((n) => t[n]).find((o) => o !== undefined) ?? -1);
    this.#host = column("host_no");
    this.#cid = column("cid", "tag");
    this.#result = column("result");
    this.#tag = column("tag");
    this.#mid = column("mid");
    this.#lun = column("lun");
    this.#rw = column("rw")[CMD_RSP] ?? -1;
    this.#function = column("function")[TSK_MGMT_REQ] ?? -1;
  }

  /** `slot`: header and event. Returns the event's kind. */
  select(slot: Uint8Array): EventKind {
    if (slot !== this.#now.bytes) {
      const other = this.#before;
      this.#before = this.#now;
      this.#now = other.bytes === slot ? other : see(slot);
    }
    return this.#kinds.get(this.#now.view.getUint32(this.#type, this.#little)) ?? -1;
  }

  #u32(at: number | undefined): number {
    return at === undefined || at < 0 ? 0 : this.#now.view.getUint32(at, this.#little);
  }

  hostNo(kind: EventKind): number {
    return this.#u32(this.#host[kind]) | 0;
  }
  cid(kind: EventKind): number {
    return this.#u32(this.#cid[kind]);
  }
  result(kind: EventKind): number {
    return this.#u32(this.#result[kind]) | 0;
  }
  /** Low and high half of the u64. */
  tagLow(kind: EventKind): number {
    return this.#u32(this.#wide(this.#tag[kind], 0));
  }
  tagHigh(kind: EventKind): number {
    return this.#u32(this.#wide(this.#tag[kind], 4));
  }
  midLow(kind: EventKind): number {
    return this.#u32(this.#wide(this.#mid[kind], 0));
  }
  midHigh(kind: EventKind): number {
    return this.#u32(this.#wide(this.#mid[kind], 4));
  }
  rw(): number {
    return this.#rw < 0 ? 0 : this.#now.view.getUint8(this.#rw);
  }
  fn(): number {
    return this.#u32(this.#function) | 0;
  }
  /** Byte offset of the 8-byte LUN in the slot, -1 if this kind has none. */
  lunAt(kind: EventKind): number {
    return this.#lun[kind] ?? -1;
  }

  #wide(at: number | undefined, half: 0 | 4): number | undefined {
    if (at === undefined || at < 0) return at;
    return this.#little ? at + half : at + 4 - half;
  }
}
