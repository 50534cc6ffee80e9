// SPDX-License-Identifier: MIT
// Files that a measurement leaves: seen to be writable before it begins, gone again where nothing came of it.
import { closeSync, constants, ftruncateSync, openSync, unlinkSync, writeSync } from "node:fs";
import { causeText, errnoName, TgtctlError } from "../../errors.js";

export class OutputFile {
  readonly #fd: number;
  readonly #isNew: boolean;
  #written = false;

  /** What is in it stays there until there is something to write. Errors: `cannotCreate`. */
  constructor(readonly path: string) {
    const { fd, isNew } = opened(path);
    this.#fd = fd;
    this.#isNew = isNew;
  }

  /** In place of what was there. Errors: `cannotCreate`. */
  write(content: string | Uint8Array): void {
    const bytes = typeof content === "string" ? Buffer.from(content) : content;
    try {
      if (!this.#isNew) emptied(this.#fd);
      for (let done = 0; done < bytes.length; ) done += writeSync(this.#fd, bytes, done);
      this.#written = true;
    } catch (error) {
      throw cannotCreate(this.path, error);
    }
  }

  /** Once. */
  close(): void {
    closeSync(this.#fd);
    if (this.#isNew && !this.#written) unlinkSync(this.path);
  }
}

function opened(path: string): { fd: number; isNew: boolean } {
  const { O_WRONLY, O_CREAT, O_EXCL } = constants;
  try {
    return { fd: openSync(path, O_WRONLY | O_CREAT | O_EXCL, 0o644), isNew: true };
  } catch (error) {
    if (errnoName(error) !== "EEXIST") throw cannotCreate(path, error);
  }
  try {
    return { fd: openSync(path, O_WRONLY), isNew: false };
  } catch (error) {
    throw cannotCreate(path, error);
  }
}

/** A pipe or a terminal holds nothing that would have to go. */
function emptied(fd: number): void {
  try {
    ftruncateSync(fd, 0);
  } catch (error) {
    if (errnoName(error) !== "EINVAL") throw error;
  }
}

function cannotCreate(path: string, cause: unknown): TgtctlError {
  const message = `${path}: ${causeText(cause)}`;
  return new TgtctlError("cannotCreate", message, "name a file where you can write", { cause });
}

/** `x.hgrm`, of several modes `x-poll.hgrm`. */
export function pathOfMode(path: string, mode: string, several: boolean): string {
  if (!several) return path;
  const [, stem = path, ending = ""] = /^(.*?)(\.[^./]*)?$/s.exec(path) ?? [];
  return `${stem}-${mode}${ending}`;
}

/** Both rings as they were at a break, as `tgtctl dump FILE` reads them; its path. Errors: `cannotCreate`. */
export function writeSnapshot(directory: string, rings: Uint8Array, now: Date): string {
  for (let nth = 1; ; nth++) {
    const path = `${directory}/${snapshotName(now, nth)}`;
    let fd: number;
    try {
      fd = openSync(path, "wx", 0o600); // what is in the rings may be what is on the disk
    } catch (error) {
      if (errnoName(error) === "EEXIST" && nth < 99) continue;
      throw cannotCreate(path, error);
    }
    try {
      for (let done = 0; done < rings.length; ) done += writeSync(fd, rings, done);
      return path;
    } catch (error) {
      throw cannotCreate(path, error);
    } finally {
      closeSync(fd);
    }
  }
}

/** `tgtctl-latency-20260131-140322.bin`, local time. */
export function snapshotName(now: Date, nth: number): string {
  const two = (n: number): string => String(n).padStart(2, "0");
  const day = `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}`;
  const time = `${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`;
  return `tgtctl-latency-${day}-${time}${nth > 1 ? `-${nth}` : ""}.bin`;
}
