// SPDX-License-Identifier: MIT
// A command's text made shorter before it is cut.

/** `READ(10) lba=0x38 blocks=8`, where that is too long `READ(10) lba=0x38 8`. */
export function fitted(text: string, room: number): string {
  return text.length > room ? text.replace("blocks=", "") : text;
}
