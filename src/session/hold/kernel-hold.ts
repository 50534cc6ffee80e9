// SPDX-License-Identifier: MIT
// Holding against the initiator's clock: the kernel's hold, or, where it has none, longer SCSI timeouts.
import { causeText, errnoName } from "../../errors.js";
import type { DiskTimeouts } from "./disk-timeouts.js";

export interface KernelHoldOptions {
  /** TGT_IOC_HOLD; throws ENOTTY where the kernel knows none. */
  readonly hold: (on: boolean) => void;
  readonly timeouts: DiskTimeouts | null;
  readonly remark: (text: string) => void;
}

/** Engine thread: a few small writes to sysfs, and only when holding begins or ends. */
export class KernelHold {
  readonly #options: KernelHoldOptions;
  #supported = true;

  constructor(options: KernelHoldOptions) {
    this.#options = options;
  }

  set(on: boolean): void {
    if (this.#supported && this.#asked(on)) return;
    const { timeouts, remark } = this.#options;
    if (!timeouts) return;
    try {
      if (on) this.#raise(timeouts);
      else timeouts.restore();
    } catch (error) {
      remark(`SCSI timeouts of the disks: ${causeText(error)}: what is held may be aborted`);
    }
  }

  /** True: the kernel did it. */
  #asked(on: boolean): boolean {
    try {
      this.#options.hold(on);
      return true;
    } catch (error) {
      const code = errnoName(error);
      if (code !== "ENOTTY" && code !== "EINVAL") {
        this.#options.remark(`the kernel does not hold: ${causeText(error)}`);
      }
      this.#supported = false;
      return false;
    }
  }

  #raise(timeouts: DiskTimeouts): void {
    const count = timeouts.raise();
    if (count === 0) return;
    this.#options.remark(
      `this kernel has no hold: the SCSI timeout of ${count} disks is an hour until you continue; ` +
        "commands already started keep their old one",
    );
  }
}
