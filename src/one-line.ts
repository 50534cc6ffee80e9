// SPDX-License-Identifier: MIT
// Text from elsewhere (a path, a driver, a handler) as one line that does nothing to a terminal.

/** One line without control or formatting characters. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, "?");
}
