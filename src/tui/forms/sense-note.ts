// SPDX-License-Identifier: MIT
// Sense as K/ASC/ASCQ in a form, and in words beside it.
import { additionalSenseName } from "../../scsi/additional-sense.js";
import { type Sense, senseKeyName } from "../../scsi/sense.js";
import type { Note } from "./form-lines.js";

type Code = Pick<Sense, "key" | "asc" | "ascq">;

const SENSE = /^([0-9a-f])\/([0-9a-f]{1,2})\/([0-9a-f]{1,2})$/i;

const hex2 = (value: number): string => value.toString(16).padStart(2, "0");

/** `3/11/00` */
export function senseShort({ key, asc, ascq }: Code): string {
  return `${key.toString(16)}/${hex2(asc)}/${hex2(ascq)}`;
}

/** `MEDIUM ERROR: UNRECOVERED READ ERROR` */
export function senseWords({ key, asc, ascq }: Code): string {
  const name = additionalSenseName(asc, ascq) ?? `ASC/ASCQ ${hex2(asc)}/${hex2(ascq)}`;
  return `${senseKeyName(key)}: ${name}`;
}

/** What is typed, in words, or what is wrong with it. */
export function senseMeaning(text: string): Note {
  const [, key, asc, ascq] = SENSE.exec(text) ?? [];
  if (key === undefined || asc === undefined || ascq === undefined) {
    const remedy = "sense key, ASC and ASCQ in hex, e.g. 3/11/00";
    return { text: `not K/ASC/ASCQ: ${remedy}`, trouble: true };
  }
  const hex = (digits: string): number => Number.parseInt(digits, 16);
  return { text: senseWords({ key: hex(key), asc: hex(asc), ascq: hex(ascq) }), trouble: false };
}
