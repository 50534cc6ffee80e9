// SPDX-License-Identifier: MIT
// How a name of the standards is written where a person types it: in expressions, rules and handlers.

/** `READ(10)` -> `READ_10`, `HEAD OF QUEUE` -> `HEAD_OF_QUEUE`. */
export function constantName(name: string): string {
  return name
    .replace(/[^A-Za-z0-9]+/g, "_")
    .replace(/_$/, "")
    .toUpperCase();
}
