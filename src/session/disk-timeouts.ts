// SPDX-License-Identifier: MIT
// SCSI timeouts of the disks served, raised while the target is held and put back, also after a crash.
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";

const RAISED_SECONDS = 3600;
const DEVICES = "/sys/class/scsi_device";
const NAME = /^\d{1,6}:\d{1,6}:\d{1,6}:\d{1,10}$/;

export interface DiskTimeoutsOptions {
  /** SCSI addresses of the disks served now, `3:0:0:0`. */
  readonly disks: () => readonly string[];
  /** Where the old values are kept until they are put back; null: nowhere. */
  readonly file: string | null;
  /** Default /sys/class/scsi_device. */
  readonly root?: string;
}

/** A disk that comes and goes while it is held keeps what it has. */
export class DiskTimeouts {
  readonly #options: DiskTimeoutsOptions;
  /** Seconds as they were, by SCSI address. */
  #before = new Map<string, number>();

  constructor(options: DiskTimeoutsOptions) {
    this.#options = options;
  }

  /** Returns how many disks have it. Errors: of the file and of sysfs. */
  raise(): number {
    for (const disk of this.#options.disks()) {
      const seconds = Number(readFileSync(this.#path(disk), "utf8"));
      if (Number.isInteger(seconds) && seconds < RAISED_SECONDS) this.#before.set(disk, seconds);
    }
    this.#remember(); // first: a crash between the two finds a value that was not changed yet
    for (const disk of this.#before.keys()) writeFileSync(this.#path(disk), `${RAISED_SECONDS}`);
    return this.#before.size;
  }

  restore(): void {
    for (const [disk, seconds] of this.#before) {
      const path = this.#path(disk);
      if (existsSync(path)) writeFileSync(path, `${seconds}`);
    }
    this.#before = new Map();
    if (this.#options.file) rmSync(this.#options.file, { force: true });
  }

  /** What an owner that crashed had raised. Returns how many disks got their timeout back. */
  restoreLeft(): number {
    this.#before = this.#read();
    const count = this.#before.size;
    if (count > 0) this.restore();
    return count;
  }

  #path(disk: string): string {
    return `${this.#options.root ?? DEVICES}/${disk}/device/timeout`;
  }

  #remember(): void {
    const { file } = this.#options;
    if (!file) return;
    writeFileSync(`${file}.new`, JSON.stringify([...this.#before]), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }

  #read(): Map<string, number> {
    const { file } = this.#options;
    if (!file || !existsSync(file)) return new Map();
    try {
      const entries: unknown = JSON.parse(readFileSync(file, "utf8"));
      return new Map(Array.isArray(entries) ? entries.filter(isEntry) : []);
    } catch {
      return new Map(); // cut short by the crash: nothing had been raised yet
    }
  }
}

function isEntry(value: unknown): value is [string, number] {
  if (!Array.isArray(value) || value.length !== 2) return false;
  const [disk, seconds] = value;
  return typeof disk === "string" && NAME.test(disk) && Number.isInteger(seconds) && seconds > 0;
}
