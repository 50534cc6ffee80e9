// SPDX-License-Identifier: MIT
// MODE SENSE (6) and (10): header, block descriptor, pages. SPC-4 6.11, 6.12.
import { readUint, writeUint } from "../big-endian.js";
import type { Call } from "../call.js";
import type { LogicalUnit } from "../units/logical-unit.js";
import { changeableMask, MODE_PAGES, type ModePage } from "../units/mode-pages.js";
import { writeProtected } from "./write-protect.js";

const DBD = 0x08;
const LLBAA = 0x10;
const ALL_PAGES = 0x3f;
const ALL_SUBPAGES = 0xff;
const CHANGEABLE = 1;
const DEFAULT = 2;
const SAVED = 3;
const WP = 0x80;
const DPOFUA = 0x10;
const LONGLBA = 0x01;
const MAX_U32 = 0xffffffff;

/** The pages asked for; null: there is no such page or subpage. */
function select(code: number, subpage: number): readonly ModePage[] | null {
  if (subpage !== 0 && subpage !== ALL_SUBPAGES) return null;
  if (code === ALL_PAGES) return MODE_PAGES;
  const pages = MODE_PAGES.filter((page) => page.code === code);
  return pages.length > 0 ? pages : null;
}

/** Short or long LBA mode parameter block descriptor. SBC-3 6.5.2. */
function blockDescriptor(unit: LogicalUnit, long: boolean): Uint8Array {
  const descriptor = new Uint8Array(long ? 16 : 8);
  if (long) {
    writeUint(descriptor, 0, 8, unit.blocks);
    writeUint(descriptor, 12, 4, unit.blockSize);
  } else {
    writeUint(descriptor, 0, 4, Math.min(unit.blocks, MAX_U32));
    writeUint(descriptor, 5, 3, unit.blockSize);
  }
  return descriptor;
}

function header(six: boolean, specific: number, long: boolean, rest: number, descriptor: number) {
  const bytes = new Uint8Array(six ? 4 : 8);
  // MODE DATA LENGTH does not count itself.
  if (six) bytes.set([rest + 3, 0, specific, descriptor]);
  else {
    writeUint(bytes, 0, 2, rest + 6);
    bytes[3] = specific;
    bytes[4] = long ? LONGLBA : 0;
    writeUint(bytes, 6, 2, descriptor);
  }
  return bytes;
}

/** One page, as PC asks for it. Without MODE SELECT nothing can be changed. */
function pageBytes(call: Call, unit: LogicalUnit, control: number, page: ModePage): Uint8Array {
  if (control === DEFAULT) return Uint8Array.from(page.defaults);
  if (control !== CHANGEABLE) return unit.mode.page(page.code);
  return changeableMask(call.services.dataOnly ? page : { ...page, changeable: [] });
}

function modeSense(call: Call, unit: LogicalUnit, six: boolean): boolean {
  const { cdb, services } = call;
  const [, flags = 0, page = 0, subpage = 0] = cdb;
  const control = page >> 6;
  const pages = select(page & 0x3f, subpage);
  if (!pages)
    return subpage === 0 || subpage === ALL_SUBPAGES ? call.illegal(2, 5) : call.illegal(3);
  // SAVING PARAMETERS NOT SUPPORTED
  if (control === SAVED) return call.refuse(0x39, 0x00);
  const long = !six && (flags & LLBAA) !== 0;
  const descriptor = flags & DBD ? new Uint8Array(0) : blockDescriptor(unit, long);
  const bytes = Buffer.concat(pages.map((row) => pageBytes(call, unit, control, row)));
  const specific = (writeProtected(unit) ? WP : 0) | (services.dataOnly ? DPOFUA : 0);
  const rest = descriptor.length + bytes.length;
  const head = header(six, specific, long && descriptor.length > 0, rest, descriptor.length);
  const data = Buffer.concat([head, descriptor, bytes]);
  return call.data(data, six ? (cdb[4] ?? 0) : readUint(cdb, 7, 2));
}

export function modeSense6(call: Call, unit: LogicalUnit): boolean {
  return modeSense(call, unit, true);
}

export function modeSense10(call: Call, unit: LogicalUnit): boolean {
  return modeSense(call, unit, false);
}
