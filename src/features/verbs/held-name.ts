// SPDX-License-Identifier: MIT
// How the command line names what is held: HOST:CID, CID, or HOST:mid=MID.
import { TgtctlError } from "../../errors.js";

export interface HeldName {
  readonly host_no?: number;
  readonly cid?: number;
  readonly mid?: string;
}

const NAME = /^(?:(-?\d{1,10}):)?(?:(\d{1,10})|mid=(0x[0-9a-f]{1,16}|\d{1,20}))$/i;

/** Errors: `usage`. */
export function parseHeldName(text: string): HeldName {
  const [, host, cid, mid] = NAME.exec(text) ?? [];
  if (mid !== undefined || (cid !== undefined && Number(cid) <= 0xffff_ffff)) {
    return {
      ...(host !== undefined && { host_no: Number(host) }),
      ...(cid !== undefined && { cid: Number(cid) }),
      ...(mid !== undefined && { mid }),
    };
  }
  throw new TgtctlError(
    "usage",
    `${text}: names nothing that can be held`,
    "give HOST:CID as tgtctl held shows it, or CID alone, or HOST:mid=MID",
  );
}
