// SPDX-License-Identifier: MIT
// Whole numbers as arguments: what is none is said back as it was typed, and never taken for another.
import { TgtctlError } from "../../errors.js";

/** ` 12` behind an option's name; nothing for what the parser could make no number of. */
export function typed(value: number | undefined): string {
  return value === undefined || Number.isNaN(value) ? "" : ` ${value}`;
}

/** `what` names it: `step`, `lun remove`. Errors: `usage`. */
export function wholeNumber(
  what: string,
  text: string,
  [lowest, highest]: readonly [number, number],
): number {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= lowest && value <= highest) return value;
  throw new TgtctlError(
    "usage",
    `${what} ${text}: not a whole number from ${lowest} to ${highest}`,
    `see tgtctl ${what} --help`,
  );
}
