// SPDX-License-Identifier: MIT
// The memory of the process that owns a device, for bytes its answers point at: opened when first asked for.

import { openProcessMemory, type ProcessMemory } from "../device/process-memory.js";
import type { RingDevice } from "../device/ring-device.js";

export class OwnerMemory {
  readonly #device: RingDevice;
  #pid = 0;
  #memory: ProcessMemory | null = null;

  constructor(device: RingDevice) {
    this.#device = device;
  }

  /** What lies there now; null where nobody owns the device, or its memory may not be read. */
  readonly read = (address: bigint, length: number): Uint8Array | null => {
    const { process, telemetry } = this.#device;
    this.#open(process?.pid ?? (telemetry?.ownerPresent ? telemetry.ownerPid : 0));
    return this.#memory?.read(address, length) ?? null;
  };

  /** Once for each owner: a refusal is not asked for again. */
  #open(pid: number): void {
    if (pid === this.#pid) return;
    this.close();
    this.#pid = pid;
    try {
      this.#memory = pid === 0 ? null : openProcessMemory(pid);
    } catch {
      this.#memory = null;
    }
  }

  close(): void {
    this.#memory?.close();
    this.#memory = null;
    this.#pid = 0;
  }
}
