// SPDX-License-Identifier: MIT
// Vital product data pages: one row each. SPC-4 7.8.
import { VENDOR } from "../units/identity.js";
import type { LogicalUnit } from "../units/logical-unit.js";
import { blockCharacteristics, blockLimits, logicalBlockProvisioning } from "./vpd-block.js";

const BINARY = 1;
const ASCII = 2;
const T10_VENDOR_ID = 1;
const NAA = 3;
/** ASSOCIATION 01b: about the target port that received the command. */
const RELATIVE_TARGET_PORT = 0x14;
/** HEADSUP, ORDSUP, SIMPSUP: all task attributes but ACA. */
const TASK_ATTRIBUTES = 0x07;
/** V_SUP: the page cache is volatile. */
const VOLATILE_CACHE = 0x01;

const latin1 = (text: string): Buffer => Buffer.from(text, "latin1");

/** SPC-4 7.8.6.1. */
function designator(codeSet: number, type: number, identifier: Uint8Array): Uint8Array {
  return Buffer.concat([Uint8Array.of(codeSet, type, 0, identifier.length), identifier]);
}

/** There is one target port, whatever the hosts. */
function deviceIdentification({ identity }: LogicalUnit): Uint8Array {
  const { naa, product, serial } = identity;
  return Buffer.concat([
    designator(BINARY, NAA, naa),
    designator(ASCII, T10_VENDOR_ID, latin1(VENDOR + product + serial)),
    designator(BINARY, RELATIVE_TARGET_PORT, Uint8Array.of(0, 0, 0, 1)),
  ]);
}

/** No protection information, no microcode, no more self-tests than the default one. SPC-4 7.8.7. */
function extendedInquiry(): Uint8Array {
  const content = new Uint8Array(60);
  content[1] = TASK_ATTRIBUTES;
  content[2] = VOLATILE_CACHE;
  return content;
}

/** What follows the header. `dataOnly`: the kernel moves data before the status. */
type Content = (unit: LogicalUnit, dataOnly: boolean) => Uint8Array;

/** By page code, ascending; page 00h lists them. */
const PAGES: ReadonlyMap<number, Content> = new Map<number, Content>([
  [0x00, () => Uint8Array.from(PAGES.keys())],
  [0x80, (unit) => latin1(unit.identity.serial)],
  [0x83, deviceIdentification],
  [0x86, extendedInquiry],
  [0xb0, blockLimits],
  [0xb1, blockCharacteristics],
  [0xb2, logicalBlockProvisioning],
]);

/** PAGE LENGTH counts what comes after it. */
export function vpdPage(peripheral: number, code: number, content: Uint8Array): Uint8Array {
  const header = Uint8Array.of(peripheral, code, content.length >> 8, content.length & 0xff);
  return Buffer.concat([header, content]);
}

/** What follows the header, as `Content`; null: there is no such page. */
export function vpdContent(unit: LogicalUnit, code: number, dataOnly: boolean): Uint8Array | null {
  return PAGES.get(code)?.(unit, dataOnly) ?? null;
}
