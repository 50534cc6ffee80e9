// SPDX-License-Identifier: MIT
// The last word on an error: one line of what failed, one of what to do, and the exit code.
import { causeText, EXIT_CODES, TgtctlError } from "./errors.js";
import { oneLine } from "./one-line.js";

export interface ReportOptions {
  /** The tgtctl.error/1 object. */
  readonly json: boolean;
  /** The stack too. */
  readonly debug: boolean;
}

/** Writes to stderr and returns the exit code. */
export function reportError(error: unknown, options: ReportOptions): number {
  const known =
    error instanceof TgtctlError
      ? error
      : new TgtctlError(
          "internal",
          causeText(error),
          "this is a bug: run again with --debug and report it",
        );
  if (options.json) {
    const { message, remedy } = known;
    process.stderr.write(
      `${JSON.stringify({ schema: "tgtctl.error/1", code: known.exitCode, message, remedy })}\n`,
    );
  } else {
    process.stderr.write(`tgtctl: ${oneLine(known.message)}\n  ${oneLine(known.remedy)}\n`);
  }
  if (options.debug && error instanceof Error) process.stderr.write(`${error.stack ?? ""}\n`);
  return known.exitCode ?? EXIT_CODES.internal;
}
