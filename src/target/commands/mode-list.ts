// SPDX-License-Identifier: MIT
// The parameter list of MODE SELECT (6) and (10): taken apart and checked, nothing done. SPC-4 7.5.4.
import { readUint } from "../big-endian.js";
import type { LogicalUnit } from "../units/logical-unit.js";
import { changeableMask, MODE_PAGES } from "../units/mode-pages.js";

/** Where the list is wrong; `short`: it ends too early. */
export type Flaw =
  | { readonly short: true }
  | { readonly short: false; readonly byte: number; readonly bit?: number };

const SHORT: Flaw = { short: true };
const LONGLBA = 0x01;
/** DEVICE-SPECIFIC PARAMETER: WP and DPOFUA say something in MODE SENSE and are ignored here. SBC-3 6.5.1. */
const SPECIFIC_RESERVED = 0x6f;
const PS = 0x80;
const SPF = 0x40;

interface Header {
  readonly mediumType: number;
  readonly specific: number;
  /** Of the BLOCK DESCRIPTOR LENGTH field. */
  readonly lengthAt: number;
  readonly descriptorLength: number;
  readonly long: boolean;
  readonly size: number;
}

const topBit = (bits: number): number => 31 - Math.clz32(bits);

/** MODE DATA LENGTH comes first and is reserved: it is ignored, since many send it back. */
function readHeader(list: Uint8Array, six: boolean): Header {
  const [, one = 0, two = 0, three = 0, four = 0] = list;
  if (six) {
    const rest = { lengthAt: 3, descriptorLength: three, long: false, size: 4 };
    return { mediumType: one, specific: two, ...rest };
  }
  const descriptorLength = readUint(list, 6, 2);
  const rest = { lengthAt: 6, descriptorLength, long: (four & LONGLBA) !== 0, size: 8 };
  return { mediumType: two, specific: three, ...rest };
}

function headerFlaw(list: Uint8Array, header: Header): Flaw | null {
  const { mediumType, specific, lengthAt, descriptorLength, long, size } = header;
  if (mediumType !== 0) return { short: false, byte: size === 4 ? 1 : 2 };
  const reserved = specific & SPECIFIC_RESERVED;
  if (reserved !== 0) return { short: false, byte: size === 4 ? 2 : 3, bit: topBit(reserved) };
  if (descriptorLength !== 0 && descriptorLength !== (long ? 16 : 8)) {
    return { short: false, byte: lengthAt };
  }
  return list.length < size + descriptorLength ? SHORT : null;
}

/** The unit's own block length, and as many blocks as it has (also said as 0 or all ones). */
function descriptorFlaw(unit: LogicalUnit, list: Uint8Array, header: Header): Flaw | null {
  const { size: at, long } = header;
  const [high, low] = long ? [readUint(list, at, 4), readUint(list, at + 4, 4)] : [0, 0];
  const blocks = long ? high * 2 ** 32 + low : readUint(list, at, 4);
  const most = long ? high === 0xffffffff && low === 0xffffffff : blocks === 0xffffffff;
  if (blocks !== 0 && !most && blocks !== unit.blocks) return { short: false, byte: at };
  const blockLength = long ? readUint(list, at + 12, 4) : readUint(list, at + 5, 3);
  return blockLength === unit.blockSize ? null : { short: false, byte: at + (long ? 12 : 5) };
}

/** The page at `at`, or what is wrong with it. */
function readPage(unit: LogicalUnit, list: Uint8Array, at: number): Uint8Array | Flaw {
  const flaw = (byte: number, bit?: number): Flaw => ({
    short: false,
    byte: at + byte,
    ...(bit === undefined ? {} : { bit }),
  });
  const [first = 0, length = 0] = list.subarray(at);
  if (first & PS) return flaw(0, 7);
  if (first & SPF) return flaw(0, 6);
  const row = MODE_PAGES.find(({ code }) => code === first);
  if (!row) return flaw(0, 5);
  if (list.length < at + 2) return SHORT;
  if (length !== row.defaults.length - 2) return flaw(1);
  if (list.length < at + row.defaults.length) return SHORT;
  const page = list.subarray(at, at + row.defaults.length);
  const current = unit.mode.page(first);
  const mask = changeableMask(row);
  for (let i = 2; i < page.length; i++) {
    const wrong = ((page[i] ?? 0) ^ (current[i] ?? 0)) & ~(mask[i] ?? 0);
    if (wrong !== 0) return flaw(i, topBit(wrong));
  }
  const conflict = row.conflict?.(page);
  return conflict ? flaw(conflict.byte, conflict.bit) : page;
}

/** The pages of the list, in its order, or the first flaw. */
export function readModeList(
  unit: LogicalUnit,
  list: Uint8Array,
  six: boolean,
): readonly Uint8Array[] | Flaw {
  if (list.length < (six ? 4 : 8)) return SHORT;
  const header = readHeader(list, six);
  const described = header.descriptorLength > 0;
  const flaw = headerFlaw(list, header) ?? (described ? descriptorFlaw(unit, list, header) : null);
  if (flaw) return flaw;
  const pages: Uint8Array[] = [];
  for (let at = header.size + header.descriptorLength; at < list.length; ) {
    const page = readPage(unit, list, at);
    if ("short" in page) return page;
    pages.push(page);
    at += page.length;
  }
  return pages;
}
