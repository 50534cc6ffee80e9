// SPDX-License-Identifier: MIT
// INQUIRY: standard data; vital product data pages are in vpd.ts. SPC-4 6.6.
import { readUint } from "../big-endian.js";
import type { Call } from "../call.js";
import { REVISION, VENDOR } from "../units/identity.js";
import type { LogicalUnit } from "../units/logical-unit.js";
import { vpdContent, vpdPage } from "./vpd.js";

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

export function inquiry(call: Call, unit: LogicalUnit): boolean {
  const { cdb } = call;
  const code = cdb[2] ?? 0;
  const allocation = readUint(cdb, 3, 2);
  if (((cdb[1] ?? 0) & EVPD) === 0) {
    if (code !== 0) return call.illegal(2);
    return call.data(standard(CONNECTED, unit.identity.product), allocation);
  }
  const content = vpdContent(unit, code, call.services.dataOnly);
  if (!content) return call.illegal(2);
  return call.data(vpdPage(CONNECTED, code, content), allocation);
}

/** At a LUN without a unit: qualifier 011b, and no page but the list of pages. */
export function inquiryAbsent(call: Call): boolean {
  const { cdb } = call;
  const code = cdb[2] ?? 0;
  const allocation = readUint(cdb, 3, 2);
  if (code !== 0) return call.illegal(2);
  if (((cdb[1] ?? 0) & EVPD) === 0) return call.data(standard(ABSENT, ""), allocation);
  return call.data(vpdPage(ABSENT, 0, Uint8Array.of(0)), allocation);
}
