// SPDX-License-Identifier: MIT
// New lines of the kernel's log that concern the target, where /dev/kmsg may be read.
import { closeSync, constants, openSync, readSync } from "node:fs";
import { errnoName } from "../../errors.js";

/** Longer than any record (Documentation/ABI/testing/dev-kmsg). */
const RECORD_BYTES = 8192;
const MOST_RECORDS = 100_000;

/** Ours, the disks', and whatever says that the kernel itself is in trouble. */
const CONCERNS =
  /\btgt|scsi_tgt|\bsd \d|\bsg\d|\bsd[a-z]+\b|\bBUG\b|WARNING|Oops|Call Trace|general protection|Unable to handle|stall|lockup|blocked for more|K[AC]SAN|UBSAN|refcount|corruption/;

export class KernelLog {
  readonly #fd: number | null;
  readonly #record = new Uint8Array(RECORD_BYTES);

  /** From here on. Without the right to read it nothing is ever new. */
  constructor(path = "/dev/kmsg") {
    this.#fd = openQuietly(path);
    this.take();
  }

  /** False: what the kernel says cannot be known. */
  get readable(): boolean {
    return this.#fd !== null;
  }

  /** What concerns us and has come since the last call, oldest first, without priority and time. */
  take(): string[] {
    const lines: string[] = [];
    for (let i = 0; this.#fd !== null && i < MOST_RECORDS; i++) {
      const text = this.#next(this.#fd);
      if (text === null) break;
      if (CONCERNS.test(text)) lines.push(text);
    }
    return lines;
  }

  close(): void {
    if (this.#fd !== null) closeSync(this.#fd);
  }

  /** `prio,seq,usec,flags;text\n KEY=value`: the text; null: there is no more. */
  #next(fd: number): string | null {
    try {
      const size = readSync(fd, this.#record);
      if (size === 0) return null;
      const record = Buffer.from(this.#record.buffer, 0, size).toString("utf8");
      return record.slice(record.indexOf(";") + 1).split("\n")[0] ?? "";
    } catch (error) {
      return errnoName(error) === "EPIPE" ? "" : null; // overwritten before we came: go on
    }
  }
}

function openQuietly(path: string): number | null {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch {
    return null;
  }
}
