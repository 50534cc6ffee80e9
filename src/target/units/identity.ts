// SPDX-License-Identifier: MIT
// Who a logical unit is to initiators: serial number and NAA identifier, the same after every restart.
import { createHash } from "node:crypto";

/** T10 VENDOR IDENTIFICATION, 8 bytes. */
export const VENDOR = "TGTCTL  ";
export const REVISION = "0001";

export interface Identity {
  /** PRODUCT IDENTIFICATION, 16 bytes. */
  readonly product: string;
  readonly serial: string;
  /** NAA type 3h (locally assigned), 8 bytes. SPC-4 7.8.6.6.4. */
  readonly naa: Uint8Array;
}

const PRODUCTS = {
  ram: "RAM DISK        ",
  file: "FILE DISK       ",
  block: "BLOCK DISK      ",
  null: "NULL DISK       ",
} as const;

/** `serial` null: 16 hex digits derived from `instance`. */
export function identify(
  kind: keyof typeof PRODUCTS,
  instance: string,
  serial: string | null,
): Identity {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  const number = serial ?? digest(instance).toString("hex", 0, 8);
  const naa = new Uint8Array(digest(`naa ${number}`).subarray(0, 8));
  naa[0] = 0x30 | ((naa[0] ?? 0) & 0x0f);
  return { product: PRODUCTS[kind], serial: number, naa };
}
