// SPDX-License-Identifier: MIT
// From what a handler returned, which may be anything, to an answer that holds: read once, checked, copied.
import { constantName } from "../scsi/constant-name.js";
import type { FieldPointer, SenseFields } from "../scsi/sense.js";
import { SENSE_KEY, type SenseKeyName, senseKeyNumber } from "../scsi/sense-key.js";
import { listStatuses } from "../scsi/status.js";
import type { HandlerReply } from "../target/handlers.js";
import type { Bytes, Reply, ReplySense } from "./api.js";

const GOOD = 0;
const CHECK_CONDITION = 2;
/** The most a command may move (tgt_verdict.h). */
const MOST_DATA = 16 * 1024 * 1024;

const STATUSES: ReadonlyMap<string | number, number> = new Map(
  listStatuses().flatMap(({ name, value }): [string | number, number][] => [
    [constantName(name), value],
    [value, value],
  ]),
);

/** GOOD, with what the initiator reads. */
export function good(data?: Bytes): Reply {
  return data === undefined ? { status: GOOD } : { status: GOOD, data };
}

/**
 * CHECK CONDITION: `checkCondition("ILLEGAL_REQUEST", 0x24, 0x00, { fieldPointer: { byte: 2 } })`.
 * Throws RangeError or TypeError for what is no sense data.
 */
export function checkCondition(
  key: SenseKeyName | number,
  asc: number,
  ascq = 0,
  more: Pick<ReplySense, "fieldPointer" | "information"> = {},
): Reply {
  const sense: ReplySense = { ...more, key, asc, ascq };
  readSense(sense);
  return { status: CHECK_CONDITION, sense };
}

/** `a string`, `null`, `an array`: what somebody gave instead. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return "an array";
  const kind = typeof value;
  return kind === "object" ? "an object" : `a ${kind}`;
}

function whole(what: string, value: unknown, most: number): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= most) {
    return value;
  }
  throw new RangeError(`${what} is ${shown(value)}: give 0..${most}`);
}

function shown(value: unknown): string {
  return typeof value === "number" || typeof value === "bigint" ? String(value) : kindOf(value);
}

function asRecord<T>(what: string, value: unknown): { readonly [K in keyof T]?: unknown } {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new TypeError(`${what} is ${kindOf(value)}, not an object`);
  }
  return value;
}

function readKey(key: unknown): number {
  if (typeof key !== "string") return whole("sense key", key, 15);
  const number = senseKeyNumber(key);
  if (number !== null) return number;
  throw new RangeError(`no sense key of that name: ${Object.keys(SENSE_KEY).join(" ")}`);
}

function readPointer(value: unknown): FieldPointer {
  const given = asRecord<FieldPointer>("fieldPointer", value);
  const { byte, bit, inCdb } = given;
  const pointer = {
    inCdb: inCdb === undefined ? true : Boolean(inCdb),
    byte: whole("fieldPointer.byte", byte, 0xffff),
  };
  return bit === undefined ? pointer : { ...pointer, bit: whole("fieldPointer.bit", bit, 7) };
}

function readInformation(value: unknown): bigint {
  const number = typeof value === "number" && Number.isInteger(value) ? BigInt(value) : value;
  if (typeof number === "bigint" && number >= 0n && number < 1n << 64n) return number;
  throw new RangeError(`information is ${shown(value)}: give 0..2^64-1`);
}

/** Throws RangeError or TypeError. */
function readSense(value: unknown): SenseFields {
  const { key, asc, ascq, fieldPointer, information } = asRecord<ReplySense>("sense", value);
  return {
    key: readKey(key),
    asc: whole("asc", asc, 0xff),
    ascq: ascq === undefined ? 0 : whole("ascq", ascq, 0xff),
    ...(fieldPointer !== undefined && { fieldPointer: readPointer(fieldPointer) }),
    ...(information !== undefined && { information: readInformation(information) }),
  };
}

function readStatus(status: unknown, fallback: number): number {
  if (status === undefined) return fallback;
  const known =
    typeof status === "string" || typeof status === "number" ? STATUSES.get(status) : undefined;
  if (known !== undefined) return known;
  throw new RangeError(`status ${shown(status)} is no SAM status`);
}

/** A copy of the first `most` bytes. Throws TypeError for what is no bytes, also for a detached buffer. */
function readData(data: unknown, most: number): Uint8Array<ArrayBuffer> {
  const isView = ArrayBuffer.isView(data);
  if (!isView && !(data instanceof ArrayBuffer || data instanceof SharedArrayBuffer)) {
    throw new TypeError(`data is ${kindOf(data)}: give a Buffer or Uint8Array`);
  }
  const view = isView
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
  if (view.length > MOST_DATA) throw new RangeError(`data is ${view.length} bytes, above 16 MiB`);
  return new Uint8Array(view.subarray(0, most));
}

/**
 * Reads what a handler returned: null if it is nothing. `dataLen`: bytes the initiator takes.
 * Throws RangeError or TypeError saying what is wrong, or what a getter of it throws.
 */
export function readReply(value: unknown, dataLen: number): HandlerReply | null {
  if (value === undefined || value === null) return null;
  const { status, data, sense } = asRecord<Reply>("the reply", value);
  const hasData = data !== undefined && data !== null;
  const hasSense = sense !== undefined && sense !== null;
  const read = {
    status: readStatus(status, hasSense ? CHECK_CONDITION : GOOD),
    data: hasData ? readData(data, dataLen) : null,
    sense: hasSense ? readSense(sense) : null,
  };
  if (hasData && read.status !== GOOD) throw new TypeError("data goes with status GOOD only");
  if (hasSense !== (read.status === CHECK_CONDITION)) {
    throw new TypeError(
      hasSense ? "sense goes with CHECK CONDITION only" : "CHECK CONDITION without sense",
    );
  }
  return read;
}
