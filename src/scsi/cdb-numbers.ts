// SPDX-License-Identifier: MIT
// The numbers of a CDB straight out of its bytes, for whoever looks at every event: no object, no
// BigInt, no text. `decodeCdb` is for showing one.

import type { CdbField } from "./cdb-field.js";
import { findOpcode, listOpcodes, type Operation } from "./opcodes.js";
import { findServiceAction, listServiceActions, serviceActionField } from "./service-actions.js";

/** A u64 as two u32. */
export interface Halves {
  high: number;
  low: number;
}

interface Places {
  readonly lba: CdbField | null;
  readonly blocks: CdbField | null;
}

const NOWHERE: Places = { lba: null, blocks: null };
const NO_ACTION = 0xffffff;

const keyOf = (opcode: number, action: number | null): number =>
  opcode * 0x1000000 + (action ?? NO_ACTION);

function placesOf(operation: Operation | null): Places {
  const find = (label: string): CdbField | null =>
    operation?.fields.find((field) => field.label === label) ?? null;
  return { lba: find("lba"), blocks: find("blocks") };
}

let table: Map<number, Places> | null = null;

function allPlaces(): Map<number, Places> {
  const places = new Map<number, Places>();
  for (const { opcode } of listOpcodes()) {
    places.set(keyOf(opcode, null), placesOf(findOpcode(opcode)));
  }
  for (const { opcode, action } of listServiceActions()) {
    if (action !== null) {
      places.set(keyOf(opcode, action), placesOf(findServiceAction(opcode, action)));
    }
  }
  return places;
}

function placesAt(view: DataView, at: number): Places {
  table ??= allPlaces();
  return table.get(keyOf(view.getUint8(at), cdbServiceAction(view, at))) ?? NOWHERE;
}

/** Big endian, of at most 32 bits. */
function readShort(view: DataView, at: number, field: CdbField): number {
  let value = 0;
  for (let i = 0; i < field.size; i++) value = value * 256 + view.getUint8(at + field.at + i);
  if (field.mask !== undefined) value = (value & field.mask) >>> 0;
  return value === 0 ? (field.zeroMeans ?? 0) : value;
}

/** The service action of the CDB at `view[at]`, null if its opcode has none. */
export function cdbServiceAction(view: DataView, at: number): number | null {
  const field = serviceActionField(view.getUint8(at));
  return field ? readShort(view, at, field) : null;
}

/** The first logical block into `into`; false if the command has none. As `decodeCdb().lba`. */
export function cdbLba(view: DataView, at: number, into: Halves): boolean {
  const { lba } = placesAt(view, at);
  if (!lba) return false;
  const wide = lba.size === 8;
  into.high = wide ? view.getUint32(at + lba.at) : 0;
  into.low = wide ? view.getUint32(at + lba.at + 4) : readShort(view, at, lba);
  return true;
}

/** The count of logical blocks, null if the command has none. As `decodeCdb().blocks`. */
export function cdbBlocks(view: DataView, at: number): number | null {
  const { blocks } = placesAt(view, at);
  return blocks ? readShort(view, at, blocks) : null;
}
