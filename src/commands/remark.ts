// SPDX-License-Identifier: MIT
// A line for whoever sits at the terminal, beside the data on stdout.
import { oneLine } from "../one-line.js";

/** `tgtctl: TEXT` */
export function remarkLine(text: string): string {
  return `tgtctl: ${oneLine(text)}`;
}

export function remark(text: string): void {
  process.stderr.write(`${remarkLine(text)}\n`);
}
