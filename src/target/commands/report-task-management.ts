// SPDX-License-Identifier: MIT
// REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS. SPC-4 6.36.
import { readUint } from "../big-endian.js";
import type { Call } from "../call.js";

const REPD = 0x80;
/** Those of `manageTasks`: ABORT TASK, ABORT TASK SET, CLEAR TASK SET, LOGICAL UNIT RESET, TARGET RESET. */
const SUPPORTED = 0x80 | 0x40 | 0x10 | 0x08 | 0x02;

/** With REPD the extended format, which says nothing of how long they may take. */
export function reportTaskManagement(call: Call): boolean {
  const extended = ((call.cdb[2] ?? 0) & REPD) !== 0;
  const data = new Uint8Array(extended ? 16 : 4);
  data[0] = SUPPORTED;
  if (extended) data[3] = data.length - 4;
  return call.data(data, readUint(call.cdb, 6, 4));
}
