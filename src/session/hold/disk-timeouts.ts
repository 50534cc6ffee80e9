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

  /** Returns how many disks have it. Errors: of the file and of sysfs, after all have been tried. */
  raise(): number {
    for (const disk of this.#options.disks()) {
      const seconds = this.#secondsOf(disk);
      if (isLower(seconds)) this.#before.set(disk, seconds);
    }
    this.#remember(); // first: a crash between the two finds a value that was not changed yet
    return this.#writeAll(() => RAISED_SECONDS);
  }

  /** Errors: of sysfs, after all have been tried; then `restore` may be tried again. */
  restore(): void {
    this.#writeAll((disk) => this.#before.get(disk) ?? RAISED_SECONDS);
    this.#before = new Map();
    if (this.#options.file) rmSync(this.#options.file, { force: true });
  }

  /** What an owner that crashed had raised. Returns how many disks got their timeout back. Errors: as `restore`. */
  restoreLeft(): number {
    this.#before = this.#read();
    const count = this.#before.size;
    if (count > 0) this.restore();
    return count;
  }

  /** NaN for a disk that is going or gone. */
  #secondsOf(disk: string): number {
    try {
      return Number(readFileSync(this.#path(disk), "utf8"));
    } catch {
      return Number.NaN;
    }
  }

  /** Returns how many of the disks noted are still there and have it. */
  #writeAll(secondsFor: (disk: string) => number): number {
    let count = 0;
    const failures: unknown[] = [];
    for (const disk of this.#before.keys()) {
      const path = this.#path(disk);
      if (!existsSync(path)) continue;
      try {
        writeFileSync(path, `${secondsFor(disk)}`);
        count++;
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
    return count;
  }

  #path(disk: string): string {
    return `${this.#options.root ?? DEVICES}/${disk}/device/timeout`;
  }

  #remember(): void {
    const { file } = this.#options;
    if (!file) return;
    rmSync(`${file}.new`, { force: true });
    writeFileSync(`${file}.new`, JSON.stringify([...this.#before]), { mode: 0o600, flag: "wx" });
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

/** A timeout that can be raised. */
function isLower(seconds: unknown): seconds is number {
  return (
    Number.isInteger(seconds) && (seconds as number) > 0 && (seconds as number) < RAISED_SECONDS
  );
}

function isEntry(value: unknown): value is [string, number] {
  if (!Array.isArray(value) || value.length !== 2) return false;
  const [disk, seconds] = value;
  return typeof disk === "string" && NAME.test(disk) && isLower(seconds);
}
