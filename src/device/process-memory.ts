// SPDX-License-Identifier: MIT
// Reading another process's memory by address, without stopping or changing it.
import { closeSync, openSync, readSync } from "node:fs";

/** Reads up to `length` bytes at `address`; null where nothing can be read there. */
export type MemoryReader = (address: bigint, length: number) => Uint8Array | null;

export interface ProcessMemory {
  readonly read: MemoryReader;
  /** Fills all of `into` from `address`; false where that cannot be read (any more). */
  readonly fill: (address: bigint, into: Uint8Array) => boolean;
  close(): void;
}

/** Where user space ends for a file position: /proc/PID/mem takes a signed offset. */
const ADDRESS_LIMIT = 1n << 63n;

/** Memory of process `pid`. Throws the system error of open (EACCES, ENOENT). */
export function openProcessMemory(pid: number): ProcessMemory {
  const fd = openSync(`/proc/${pid}/mem`, "r");
  return {
    read: (address, length) => {
      if (address + BigInt(length) >= ADDRESS_LIMIT) return null;
      const bytes = new Uint8Array(length);
      try {
        return bytes.subarray(0, readSync(fd, bytes, 0, length, address));
      } catch {
        return null;
      }
    },
    fill: (address, into) => {
      try {
        return readSync(fd, into, 0, into.length, address) === into.length;
      } catch {
        return false;
      }
    },
    close: () => closeSync(fd),
  };
}
