// SPDX-License-Identifier: MIT
// What an injection fails of, as whoever asked for it is told.
import { causeText, isSystemError, TgtctlError } from "../../errors.js";

/** There is no room, or nothing yet that it could be done to. */
export function injectBusy(message: string, remedy: string): TgtctlError {
  return new TgtctlError("busy", `inject: ${message}`, remedy);
}

/** Whatever was thrown: it is the asker's trouble, and none of the target's. */
export function injectError(error: unknown): TgtctlError {
  if (error instanceof TgtctlError) return error;
  const kind = isSystemError(error) ? "io" : "internal";
  return new TgtctlError(kind, `inject: ${causeText(error)}`, "run tgtctl doctor", {
    cause: error,
  });
}
