// SPDX-License-Identifier: MIT
// Sense data: reading the fixed and the descriptor format, building the fixed one. SPC-4 4.5.
import { additionalSenseName } from "./additional-sense.js";

/** Sense keys by value. SPC-4 table 43. */
export const SENSE_KEYS = [
  "NO SENSE",
  "RECOVERED ERROR",
  "NOT READY",
  "MEDIUM ERROR",
  "HARDWARE ERROR",
  "ILLEGAL REQUEST",
  "UNIT ATTENTION",
  "DATA PROTECT",
  "BLANK CHECK",
  "VENDOR SPECIFIC",
  "COPY ABORTED",
  "ABORTED COMMAND",
  "RESERVED 0xc",
  "VOLUME OVERFLOW",
  "MISCOMPARE",
  "COMPLETED",
] as const;

/** Which byte (and bit) of the CDB or of the parameter list was wrong. SPC-4 4.5.2.4.2. */
export interface FieldPointer {
  /** True: in the CDB; false: in the data-out parameter list. */
  readonly inCdb: boolean;
  readonly byte: number;
  /** 0..7, the most significant bit of the field in error. */
  readonly bit?: number;
}

export interface Sense {
  readonly format: "fixed" | "descriptor";
  /** True: about an earlier command (response codes 0x71, 0x73). */
  readonly deferred: boolean;
  readonly key: number;
  readonly asc: number;
  readonly ascq: number;
  /** INFORMATION, usually an LBA; null where not valid. */
  readonly information: bigint | null;
  readonly fieldPointer: FieldPointer | null;
}

const ILLEGAL_REQUEST = 5;
const FIXED_LENGTH = 18;

/** Name of a sense key, 0..15. */
export function senseKeyName(key: number): string {
  return SENSE_KEYS[key & 0xf] ?? "";
}

function byteAt(bytes: Uint8Array, index: number): number {
  return bytes[index] ?? 0;
}

function bigEndian(bytes: Uint8Array, from: number, size: number): bigint {
  let value = 0n;
  for (let i = from; i < from + size; i++) value = (value << 8n) | BigInt(byteAt(bytes, i));
  return value;
}

/** The three sense key specific bytes, which for ILLEGAL REQUEST are a field pointer. */
function readFieldPointer(bytes: Uint8Array, at: number, key: number): FieldPointer | null {
  const flags = byteAt(bytes, at);
  if (key !== ILLEGAL_REQUEST || (flags & 0x80) === 0) return null;
  const inCdb = (flags & 0x40) !== 0;
  const byte = (byteAt(bytes, at + 1) << 8) | byteAt(bytes, at + 2);
  return flags & 0x08 ? { inCdb, byte, bit: flags & 7 } : { inCdb, byte };
}

function decodeFixed(bytes: Uint8Array, deferred: boolean): Sense {
  const key = byteAt(bytes, 2) & 0xf;
  const valid = (byteAt(bytes, 0) & 0x80) !== 0;
  // ADDITIONAL SENSE LENGTH counts from byte 8; a field beyond it is not there.
  const end = Math.min(bytes.length, byteAt(bytes, 7) + 8);
  return {
    format: "fixed",
    deferred,
    key,
    asc: end > 12 ? byteAt(bytes, 12) : 0,
    ascq: end > 13 ? byteAt(bytes, 13) : 0,
    information: valid ? bigEndian(bytes, 3, 4) : null,
    fieldPointer: end >= FIXED_LENGTH ? readFieldPointer(bytes, 15, key) : null,
  };
}

function decodeDescriptors(bytes: Uint8Array, deferred: boolean): Sense {
  const key = byteAt(bytes, 1) & 0xf;
  let information: bigint | null = null;
  let fieldPointer: FieldPointer | null = null;
  const end = Math.min(bytes.length, byteAt(bytes, 7) + 8);
  for (let at = 8; at + 2 <= end; at += 2 + byteAt(bytes, at + 1)) {
    const type = byteAt(bytes, at);
    if (type === 0 && at + 12 <= end && byteAt(bytes, at + 2) & 0x80) {
      information = bigEndian(bytes, at + 4, 8);
    } else if (type === 2 && at + 7 <= end) {
      fieldPointer = readFieldPointer(bytes, at + 4, key);
    }
  }
  const asc = byteAt(bytes, 2);
  const ascq = byteAt(bytes, 3);
  return { format: "descriptor", deferred, key, asc, ascq, information, fieldPointer };
}

/** Decodes sense data of any length; null if it is in neither format (or empty). */
export function decodeSense(bytes: Uint8Array): Sense | null {
  const code = byteAt(bytes, 0) & 0x7f;
  if (code === 0x70 || code === 0x71)
    return bytes.length < 3 ? null : decodeFixed(bytes, code === 0x71);
  if (code === 0x72 || code === 0x73) {
    return bytes.length < 4 ? null : decodeDescriptors(bytes, code === 0x73);
  }
  return null;
}

export interface SenseFields {
  readonly key: number;
  readonly asc: number;
  readonly ascq: number;
  readonly fieldPointer?: FieldPointer;
  /** INFORMATION; does not fit the fixed format above 32 bits and is then left out. */
  readonly information?: number | bigint;
}

/** 18 bytes of current, fixed-format sense data. SPC-4 table 47. */
export function buildFixedSense(fields: SenseFields): Uint8Array {
  const sense = new Uint8Array(FIXED_LENGTH);
  const view = new DataView(sense.buffer);
  sense[0] = 0x70;
  sense[2] = fields.key & 0xf;
  sense[7] = FIXED_LENGTH - 8;
  sense[12] = fields.asc;
  sense[13] = fields.ascq;
  if (fields.information !== undefined) {
    const information = BigInt(fields.information);
    if (information >= 0n && information <= 0xffffffffn) {
      sense[0] = 0xf0;
      view.setUint32(3, Number(information));
    }
  }
  const pointer = fields.fieldPointer;
  if (pointer) {
    const bit = pointer.bit === undefined ? 0 : 0x08 | (pointer.bit & 7);
    sense[15] = 0x80 | (pointer.inCdb ? 0x40 : 0) | bit;
    view.setUint16(16, pointer.byte);
  }
  return sense;
}

/**
 * Current sense data in descriptor format, with an information and a sense key specific descriptor
 * where there is something to say. SPC-4 4.5.2.
 */
export function buildDescriptorSense(fields: SenseFields): Uint8Array {
  const { key, asc, ascq, information, fieldPointer: pointer } = fields;
  const bytes = [0x72, key & 0xf, asc, ascq, 0, 0, 0, 0];
  if (information !== undefined) {
    const value = BigInt(information);
    bytes.push(0x00, 0x0a, 0x80, 0);
    for (let shift = 56n; shift >= 0n; shift -= 8n) bytes.push(Number((value >> shift) & 0xffn));
  }
  if (pointer) {
    const bit = pointer.bit === undefined ? 0 : 0x08 | (pointer.bit & 7);
    const flags = 0x80 | (pointer.inCdb ? 0x40 : 0) | bit;
    bytes.push(0x02, 0x06, 0, 0, flags, pointer.byte >> 8, pointer.byte & 0xff, 0);
  }
  bytes[7] = bytes.length - 8;
  return Uint8Array.from(bytes);
}

const hex2 = (value: number): string => value.toString(16).padStart(2, "0");

/** `ILLEGAL REQUEST 24/00 INVALID FIELD IN CDB (CDB byte 2 bit 7)`. */
export function senseText(sense: Sense): string {
  const parts = [senseKeyName(sense.key), `${hex2(sense.asc)}/${hex2(sense.ascq)}`];
  const name = additionalSenseName(sense.asc, sense.ascq);
  if (name) parts.push(name);
  if (sense.information !== null) parts.push(`information=0x${sense.information.toString(16)}`);
  if (sense.fieldPointer) {
    const { inCdb, byte, bit } = sense.fieldPointer;
    parts.push(`(${inCdb ? "CDB" : "data"} byte ${byte}${bit === undefined ? "" : ` bit ${bit}`})`);
  }
  if (sense.deferred) parts.push("(deferred)");
  return parts.join(" ");
}
