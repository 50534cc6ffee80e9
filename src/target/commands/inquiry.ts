// SPDX-License-Identifier: MIT
// INQUIRY: standard data and vital product data pages 00h, 80h, 83h. SPC-4 6.6, 7.8.
import { readUint } from "../big-endian.js";
import type { Call } from "../call.js";
import { REVISION, VENDOR } from "../identity.js";
import type { LogicalUnit } from "../logical-unit.js";

const EVPD = 0x01;
/** Qualifier 000b, device type 00h: a direct access block device is there. */
const CONNECTED = 0x00;
/** Qualifier 011b, type 1Fh: no unit can be at this LUN. */
const ABSENT = 0x7f;
const VERSION_SPC4 = 0x06;
const RESPONSE_FORMAT = 0x02;
const CMDQUE = 0x02;
/** SAM-5, SPC-4, SBC-3, no version claimed. */
const VERSION_DESCRIPTORS = [0x00a0, 0x0460, 0x04c0];
const STANDARD_LENGTH = 74;

const latin1 = (text: string): Buffer => Buffer.from(text, "latin1");

function standard(peripheral: number, product: string): Uint8Array {
  const data = Buffer.alloc(STANDARD_LENGTH);
  data[0] = peripheral;
  data[2] = VERSION_SPC4;
  data[3] = RESPONSE_FORMAT;
  data[4] = STANDARD_LENGTH - 5;
  data[7] = CMDQUE;
  data.write(VENDOR, 8, 8, "latin1");
  data.write(product.padEnd(16), 16, 16, "latin1");
  data.write(REVISION, 32, 4, "latin1");
  VERSION_DESCRIPTORS.forEach((descriptor, i) => {
    data.writeUInt16BE(descriptor, 58 + 2 * i);
  });
  return data;
}

/** A designation descriptor about the logical unit. SPC-4 7.8.6.1. */
function designator(codeSet: number, type: number, identifier: Uint8Array): Uint8Array {
  return Buffer.concat([Uint8Array.of(codeSet, type, 0, identifier.length), identifier]);
}

function deviceIdentification({ identity }: LogicalUnit): Uint8Array {
  const { naa, product, serial } = identity;
  const binary = 1;
  const ascii = 2;
  return Buffer.concat([
    designator(binary, 3, naa),
    designator(ascii, 1, latin1(VENDOR + product + serial)),
  ]);
}

/** Page code -> page content; page 00h lists the keys. */
const PAGES: ReadonlyMap<number, (unit: LogicalUnit) => Uint8Array> = new Map([
  [0x00, () => Uint8Array.from(PAGES.keys())],
  [0x80, (unit: LogicalUnit) => latin1(unit.identity.serial)],
  [0x83, deviceIdentification],
]);

function page(peripheral: number, code: number, content: Uint8Array): Uint8Array {
  const header = Buffer.from([peripheral, code, 0, 0]);
  header.writeUInt16BE(content.length, 2);
  return Buffer.concat([header, content]);
}

export function inquiry(call: Call, unit: LogicalUnit): boolean {
  const { cdb } = call;
  const code = cdb[2] ?? 0;
  const allocation = readUint(cdb, 3, 2);
  if (((cdb[1] ?? 0) & EVPD) === 0) {
    if (code !== 0) return call.illegal(2);
    return call.data(standard(CONNECTED, unit.identity.product), allocation);
  }
  const content = PAGES.get(code);
  if (!content) return call.illegal(2);
  return call.data(page(CONNECTED, code, content(unit)), allocation);
}

/** At a LUN without a unit: qualifier 011b, and no page but the list of pages. */
export function inquiryAbsent(call: Call): boolean {
  const { cdb } = call;
  const code = cdb[2] ?? 0;
  const allocation = readUint(cdb, 3, 2);
  if (code !== 0) return call.illegal(2);
  if (((cdb[1] ?? 0) & EVPD) === 0) return call.data(standard(ABSENT, ""), allocation);
  return call.data(page(ABSENT, 0, Uint8Array.of(0)), allocation);
}
