// SPDX-License-Identifier: MIT
// Rows of the commands that every device type has. SPC-4 6.
import { type CommandRow, row } from "./command-row.js";
import { inquiry, inquiryAbsent } from "./commands/inquiry.js";
import { modeSense6, modeSense10 } from "./commands/mode-sense.js";
import {
  readFullStatus,
  readKeys,
  readReservation,
  reportCapabilities,
} from "./commands/persistent-reserve-in.js";
import { persistentReserveOut } from "./commands/persistent-reserve-out.js";
import { reportLuns } from "./commands/report-luns.js";
import { requestSense, requestSenseAbsent, testUnitReady } from "./commands/request-sense.js";

const LENGTH2 = [0xff, 0xff];
const LENGTH4 = [...LENGTH2, ...LENGTH2];

/** By service action. */
const RESERVE_IN: readonly [name: string, handler: CommandRow["handler"]][] = [
  ["READ KEYS", readKeys],
  ["READ RESERVATION", readReservation],
  ["REPORT CAPABILITIES", reportCapabilities],
  ["READ FULL STATUS", readFullStatus],
];
/** By service action; where SCOPE and TYPE mean nothing they are ignored, not refused. */
const RESERVE_OUT = [
  "REGISTER",
  "RESERVE",
  "RELEASE",
  "CLEAR",
  "PREEMPT",
  "PREEMPT AND ABORT",
  "REGISTER AND IGNORE EXISTING KEY",
];

export const PRIMARY_ROWS: readonly CommandRow[] = [
  row("TEST UNIT READY", [0x00, 0, 0, 0, 0, 0], testUnitReady, { medium: true }),
  row("REQUEST SENSE", [0x03, 0x01, 0, 0, 0xff, 0], requestSense, {
    absent: requestSenseAbsent,
    ignoresAttention: true,
  }),
  row("INQUIRY", [0x12, 0x01, 0xff, ...LENGTH2, 0], inquiry, {
    absent: inquiryAbsent,
    ignoresAttention: true,
  }),
  row("MODE SENSE(6)", [0x1a, 0x08, 0xff, 0xff, 0xff, 0], modeSense6),
  row("MODE SENSE(10)", [0x5a, 0x18, 0xff, 0xff, 0, 0, 0, ...LENGTH2, 0], modeSense10),
  ...RESERVE_IN.map(([name, handler], serviceAction) =>
    row(`PERSISTENT RESERVE IN(${name})`, [0x5e, 0x1f, 0, 0, 0, 0, 0, ...LENGTH2, 0], handler, {
      serviceAction,
      dataOnly: true, // useless without the other
    }),
  ),
  ...RESERVE_OUT.map((name, serviceAction) =>
    row(
      `PERSISTENT RESERVE OUT(${name})`,
      [0x5f, 0x1f, 0xff, 0, 0, ...LENGTH4, 0],
      persistentReserveOut,
      { serviceAction, dataOnly: true },
    ),
  ),
  row("REPORT LUNS", [0xa0, 0, 0xff, 0, 0, 0, ...LENGTH4, 0, 0], reportLuns, {
    absent: reportLuns,
    ignoresAttention: true,
  }),
];
