// SPDX-License-Identifier: MIT
// Rows of the commands that every device type has. SPC-4 6.
import { type CommandRow, row } from "./command-row.js";
import { receiveDiagnosticResults, sendDiagnostic } from "./diagnostics.js";
import { inquiry, inquiryAbsent } from "./inquiry.js";
import { logSense } from "./log-sense.js";
import { modeSelect6, modeSelect10 } from "./mode-select.js";
import { modeSense6, modeSense10 } from "./mode-sense.js";
import {
  readFullStatus,
  readKeys,
  readReservation,
  reportCapabilities,
} from "./persistent-reserve-in.js";
import { persistentReserveOut } from "./persistent-reserve-out.js";
import { reportLuns } from "./report-luns.js";
import { reportOpcodes } from "./report-opcodes.js";
import { reportTaskManagement } from "./report-task-management.js";
import { requestSense, requestSenseAbsent, testUnitReady } from "./request-sense.js";

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

/** Others shall not see half of the change, nor write while the cache is turned off. */
const MODE_SELECT = { dataOnly: true, exclusive: true };

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
  row("MODE SELECT(6)", [0x15, 0x10, 0, 0, 0xff, 0], modeSelect6, MODE_SELECT),
  row("MODE SENSE(6)", [0x1a, 0x08, 0xff, 0xff, 0xff, 0], modeSense6),
  row("RECEIVE DIAGNOSTIC RESULTS", [0x1c, 0x01, 0xff, ...LENGTH2, 0], receiveDiagnosticResults),
  row("SEND DIAGNOSTIC", [0x1d, 0x17, 0, 0, 0, 0], sendDiagnostic),
  row("LOG SENSE", [0x4d, 0, 0xff, 0xff, 0, ...LENGTH2, ...LENGTH2, 0], logSense),
  row("MODE SELECT(10)", [0x55, 0x10, 0, 0, 0, 0, 0, ...LENGTH2, 0], modeSelect10, MODE_SELECT),
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
  row(
    "REPORT SUPPORTED OPERATION CODES",
    [0xa3, 0x1f, 0x87, 0xff, ...LENGTH2, ...LENGTH4, 0, 0],
    reportOpcodes,
    { serviceAction: 0x0c },
  ),
  row(
    "REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS",
    [0xa3, 0x1f, 0x80, 0, 0, 0, ...LENGTH4, 0, 0],
    reportTaskManagement,
    { serviceAction: 0x0d },
  ),
];
