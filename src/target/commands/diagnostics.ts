// SPDX-License-Identifier: MIT
// SEND DIAGNOSTIC: the default self-test. RECEIVE DIAGNOSTIC RESULTS: the list of pages. SPC-4 6.42, 6.28.
import { readUint } from "../big-endian.js";
import type { Call } from "../call.js";

const PCV = 0x01;
/** Page 00h, with itself as the only entry. */
const SUPPORTED_PAGES = Uint8Array.of(0x00, 0x00, 0x00, 0x01, 0x00);

/**
 * What answers is well. Other self-tests and parameter lists are refused by the usage bits: there is
 * no diagnostic page to send. DEVOFFL and UNITOFFL allow what is not made use of.
 */
export function sendDiagnostic(call: Call): boolean {
  return call.good();
}

/** Without PCV: about the latest SEND DIAGNOSTIC, which had no page; PAGE CODE is not looked at. */
export function receiveDiagnosticResults(call: Call): boolean {
  const { cdb } = call;
  if ((cdb[1] ?? 0) & PCV && cdb[2] !== 0) return call.illegal(2);
  return call.data(SUPPORTED_PAGES, readUint(cdb, 3, 2));
}
