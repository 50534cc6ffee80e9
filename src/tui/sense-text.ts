// SPDX-License-Identifier: MIT
// The sense data of a CHECK CONDITION answer that is shown, as far as its bytes can be had.

import { decode, isUnknown } from "../abi/codec.js";
import { decodeSense, senseText } from "../scsi/sense.js";
import type { Inspected } from "./inspected.js";
import type { ScreenModel } from "./model.js";

const CHECK_CONDITION = 2;
const MOST_SENSE = 96;

/** Its reading, as it lies in the owner's memory now; null where there is none to be had. */
export function senseNow({ bytes }: Inspected, model: ScreenModel): string | null {
  if (!bytes) return null;
  const event = decode(model.dialect, bytes, model.dialect.headerSize);
  if (isUnknown(event) || event.type !== "CMD_RSP") return null;
  if (event.result !== CHECK_CONDITION || event.len === 0) return null;
  const sense = model.readMemory(event.uaddr, Math.min(event.len, MOST_SENSE));
  const decoded = sense && decodeSense(sense);
  return decoded && senseText(decoded);
}
