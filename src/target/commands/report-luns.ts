// SPDX-License-Identifier: MIT
// REPORT LUNS: works at every LUN, also where no unit is. SPC-4 6.33.
import { numberToLun } from "../../scsi/lun.js";
import { readUint, writeUint } from "../big-endian.js";
import type { Call } from "../call.js";

const HEADER = 8;

/** SELECT REPORT -> are ordinary units listed? There are no well-known ones. */
function listsUnits(select: number): boolean | null {
  if (select === 0x00 || select === 0x02) return true;
  return select === 0x01 ? false : null;
}

export function reportLuns(call: Call): boolean {
  const units = listsUnits(call.cdb[2] ?? 0);
  if (units === null) return call.illegal(2);
  call.services.lunsKnown(call.flight.hostNo);
  const luns = units ? call.services.luns() : [];
  const data = new Uint8Array(HEADER + 8 * luns.length);
  writeUint(data, 0, 4, 8 * luns.length);
  luns.forEach((lun, i) => {
    data.set(numberToLun(lun), HEADER + 8 * i);
  });
  return call.data(data, readUint(call.cdb, 6, 4));
}
