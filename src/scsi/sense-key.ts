// SPDX-License-Identifier: MIT
// Sense keys by the names a person types. SPC-4 table 43.

/** `SENSE_KEY.ILLEGAL_REQUEST` is 5. */
export const SENSE_KEY = {
  NO_SENSE: 0,
  RECOVERED_ERROR: 1,
  NOT_READY: 2,
  MEDIUM_ERROR: 3,
  HARDWARE_ERROR: 4,
  ILLEGAL_REQUEST: 5,
  UNIT_ATTENTION: 6,
  DATA_PROTECT: 7,
  BLANK_CHECK: 8,
  VENDOR_SPECIFIC: 9,
  COPY_ABORTED: 10,
  ABORTED_COMMAND: 11,
  VOLUME_OVERFLOW: 13,
  MISCOMPARE: 14,
  COMPLETED: 15,
} as const;

export type SenseKeyName = keyof typeof SENSE_KEY;

/** The number of a name, or null. */
export function senseKeyNumber(name: string): number | null {
  return Object.hasOwn(SENSE_KEY, name) ? SENSE_KEY[name as SenseKeyName] : null;
}
