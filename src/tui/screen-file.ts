// SPDX-License-Identifier: MIT
// The screen as a text file of its own, in the current directory; no file that is there is touched.

import { closeSync, openSync, unlinkSync, writeSync } from "node:fs";
import { join } from "node:path";
import { causeText, errnoName, TgtctlError } from "../errors.js";
import { type Cells, cellCharacter } from "./cells.js";
import type { Glyphs } from "./glyphs.js";

/** Files of one second. */
const MOST_PER_SECOND = 99;

/** Line by line, without what is only colour and weight, and without spaces at the ends. */
export function screenText(cells: Cells, glyphs: Glyphs): string {
  const lines: string[] = [];
  for (let y = 0; y < cells.rows; y++) {
    let line = "";
    for (let x = 0; x < cells.columns; x++) line += cellCharacter(cells.at(x, y), glyphs);
    lines.push(line.trimEnd());
  }
  return `${lines.join("\n").trimEnd()}\n`;
}

/** `tgtctl-20260131-140322.txt`, local time; from the second of one second on `-2` before the dot. */
export function screenFileName(now: Date, nth: number): string {
  const two = (n: number): string => String(n).padStart(2, "0");
  const day = `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}`;
  const time = `${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`;
  return `tgtctl-${day}-${time}${nth > 1 ? `-${nth}` : ""}.txt`;
}

interface NewFile {
  readonly path: string;
  readonly fd: number;
}

/** For the user only: what is on the screen may be what is on the disk. */
function createFile(directory: string, now: Date): NewFile {
  for (let nth = 1; ; nth++) {
    const path = join(directory, screenFileName(now, nth));
    try {
      return { path, fd: openSync(path, "wx", 0o600) };
    } catch (error) {
      if (errnoName(error) !== "EEXIST" || nth === MOST_PER_SECOND) throw cannotCreate(path, error);
    }
  }
}

function cannotCreate(path: string, cause: unknown): TgtctlError {
  const message = `${path}: ${causeText(cause)}`;
  return new TgtctlError("cannotCreate", message, "start tgtctl where you can write", { cause });
}

/** Returns the file's path. Errors: `cannotCreate`; then no file is left, not half of one either. */
export function writeScreenFile(directory: string, text: string, now: Date): string {
  const { path, fd } = createFile(directory, now);
  try {
    const bytes = Buffer.from(text, "utf8");
    for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
    closeSync(fd);
    return path;
  } catch (error) {
    removeHalf(path, fd);
    throw cannotCreate(path, error);
  }
}

function removeHalf(path: string, fd: number): void {
  try {
    unlinkSync(path);
    closeSync(fd);
  } catch {
    // the first error is the one to tell of
  }
}
