// SPDX-License-Identifier: MIT
// LOG SENSE: cumulative values of a log page. SPC-4 6.12.
import { readUint } from "../big-endian.js";
import type { Call } from "../call.js";
import type { LogicalUnit } from "../units/logical-unit.js";
import { logPage } from "./log-pages.js";

/** PC: the others are thresholds and defaults, which no parameter here has. */
const CUMULATIVE = 1;

export function logSense(call: Call, unit: LogicalUnit): boolean {
  const { cdb } = call;
  const [, , page = 0, subpage = 0] = cdb;
  if (page >> 6 !== CUMULATIVE) return call.illegal(2, 7);
  const data = logPage(unit, page & 0x3f, subpage, readUint(cdb, 5, 2));
  if (data === "page") return call.illegal(2, 5);
  if (data === "subpage") return call.illegal(3);
  if (data === "pointer") return call.illegal(5);
  return call.data(data, readUint(cdb, 7, 2));
}
