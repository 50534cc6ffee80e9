// SPDX-License-Identifier: MIT
// MODE SELECT (6) and (10): all pages of the list are checked before any takes effect. SPC-4 6.9, 6.10.

import { readUint } from "../big-endian.js";
import type { Call } from "../call.js";
import { flushFailure } from "../refusals.js";
import { MODE_PARAMETERS_CHANGED } from "../units/attentions.js";
import type { LogicalUnit } from "../units/logical-unit.js";
import { isSet, WCE } from "../units/mode-pages.js";
import { readModeList } from "./mode-list.js";

const PF = 0x10;
const PARAMETER_LIST_LENGTH_ERROR = 0x1a;

function listLength(cdb: Uint8Array, six: boolean): number {
  return six ? (cdb[4] ?? 0) : readUint(cdb, 7, 2);
}

function take(call: Call, unit: LogicalUnit, pages: readonly Uint8Array[]): boolean {
  if (unit.mode.select(pages)) {
    unit.attentions.addToOthers(call.flight.hostNo, MODE_PARAMETERS_CHANGED);
  }
  return call.good();
}

function act(call: Call, unit: LogicalUnit, list: Uint8Array, six: boolean): boolean {
  const pages = readModeList(unit, list, six);
  if ("short" in pages) {
    if (pages.short) return call.refuse(PARAMETER_LIST_LENGTH_ERROR, 0x00);
    return call.illegalData(pages.byte, pages.bit);
  }
  const writeThrough = pages.some((page) => page[0] === WCE.page && !isSet(page, WCE));
  if (!writeThrough) return take(call, unit, pages);
  // Without a write cache nothing that was written may be in the cache alone: it is emptied first.
  return call.flush(unit, 0, unit.store.size, (later, _unit, { errno }) =>
    errno === 0 ? take(later, unit, pages) : later.sense(flushFailure(errno)),
  );
}

/** No data = nothing to change. Without PF the pages would be vendor specific: there are none such. */
function modeSelect(call: Call, unit: LogicalUnit, six: boolean): boolean {
  const length = listLength(call.cdb, six);
  if (length === 0) return call.good();
  if (((call.cdb[1] ?? 0) & PF) === 0) return call.illegal(1, 4);
  return call.dataOut(unit, length, (later, _unit, list) => {
    if (list.length < length) return later.refuse(PARAMETER_LIST_LENGTH_ERROR, 0x00);
    return act(later, unit, list, six);
  });
}

export function modeSelect6(call: Call, unit: LogicalUnit): boolean {
  return modeSelect(call, unit, true);
}

export function modeSelect10(call: Call, unit: LogicalUnit): boolean {
  return modeSelect(call, unit, false);
}
