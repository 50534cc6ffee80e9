// SPDX-License-Identifier: MIT
// What --pid names, as it travels in the place of a device: `pid:4121`, `pid:4121,/dev/tgt`.
import { TgtctlError } from "../errors.js";

export interface ProcessSpec {
  /** Of a process, or the number of one of its threads. */
  readonly pid: number;
  /** Which of several devices it maps; null: the only one. */
  readonly device: string | null;
}

/** For `--pid PID` with, or without, `--device`. Errors: `usage` for what is no pid. */
export function processSpecText(pid: string, device: string | undefined): string {
  if (!/^[1-9]\d{0,9}$/.test(pid)) {
    throw new TgtctlError(
      "usage",
      `--pid ${JSON.stringify(pid)}: not a process number`,
      "give a whole number from 1 on: --pid 4121",
    );
  }
  return device === undefined ? `pid:${pid}` : `pid:${pid},${device}`;
}

/** Null for any other name of a device. */
export function parseProcessSpec(text: string): ProcessSpec | null {
  const [, pid, device] = /^pid:(\d+)(?:,(.+))?$/s.exec(text) ?? [];
  return pid === undefined ? null : { pid: Number(pid), device: device ?? null };
}
