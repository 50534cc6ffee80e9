// SPDX-License-Identifier: MIT
// After how long the initiator gives a command up: what sysfs says of the disks of our hosts.

import { readFileSync } from "node:fs";

/** The SCSI midlayer's default for disks. */
export const USUAL_TIMEOUT_MS = 30_000;
const DEVICES = "/sys/class/scsi_device";
/** Disks come and go, and a target that is held has its timeouts raised. */
const AGAIN_AFTER_MS = 5_000;
const MOST_DISKS = 64;

export interface ScsiTimeout {
  readonly ms: number;
  /** False: no disk says, it is the usual one. */
  readonly known: boolean;
}

const USUAL: ScsiTimeout = { ms: USUAL_TIMEOUT_MS, known: false };

export interface ScsiTimeoutSource {
  /** SCSI addresses, `3:0:0:0`. */
  readonly addresses: () => readonly string[];
  readonly root?: string;
}

/** The shortest of all disks, read again now and then. */
export class ScsiTimeouts {
  readonly #source: ScsiTimeoutSource;
  #found = USUAL;
  #readAt = Number.NEGATIVE_INFINITY;

  constructor(source: ScsiTimeoutSource) {
    this.#source = source;
  }

  /** `nowMs`: any clock that does not go back. */
  current(nowMs: number): ScsiTimeout {
    if (nowMs - this.#readAt < AGAIN_AFTER_MS) return this.#found;
    this.#readAt = nowMs;
    const seconds = this.#source
      .addresses()
      .slice(0, MOST_DISKS)
      .map((address) => this.#secondsOf(address))
      .filter((each) => Number.isInteger(each) && each > 0);
    this.#found = seconds.length === 0 ? USUAL : { ms: Math.min(...seconds) * 1000, known: true };
    return this.#found;
  }

  #secondsOf(address: string): number {
    try {
      const path = `${this.#source.root ?? DEVICES}/${address}/device/timeout`;
      return Number(readFileSync(path, "utf8"));
    } catch {
      return Number.NaN; // it is going or gone
    }
  }
}
