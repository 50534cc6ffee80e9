// SPDX-License-Identifier: MIT
// What `ram:` and `file:` stores share: one mapping over a descriptor whose file may change under it.
import type { FileSystem } from "./file-system.js";
import type { FaultCause, MappedStore, Store, StoreIo } from "./store.js";

export interface MappedStoreOptions {
  readonly kind: "ram" | "file";
  readonly fd: number;
  readonly size: number;
  readonly readOnly: boolean;
  readonly fresh: boolean;
  readonly instance: string;
  /** False for memory: a flush has nothing to do. */
  readonly durable: boolean;
  /** Called last by `close`. */
  readonly release: (keep: boolean) => void;
}

/** Below this much room an EFAULT on a WRITE is taken for a full file system. */
const PAGE = 4096;

/**
 * Maps `fd`. The store owns the descriptor from here on, also if mapping throws.
 */
export function mapStore(io: StoreIo, files: FileSystem, options: MappedStoreOptions): Store {
  const { kind, fd, size, readOnly, fresh, instance, durable } = options;
  let region: MappedStore;
  try {
    region = io.mapRegion(fd, BigInt(size), !readOnly);
  } catch (error) {
    io.close(fd);
    throw error;
  }
  const base = Number(region.address);
  const address = (offset: number): number => base + offset;
  return {
    kind,
    size,
    readOnly,
    fresh,
    instance,
    syncFd: durable ? fd : -1,
    readAddress: address,
    writeAddress: address,
    faultCause(offset, length, write): FaultCause {
      if (files.fstat(fd).size < offset + length) return "shrunk";
      return write && files.freeBytes(fd) < PAGE ? "full" : "device";
    },
    close(keep) {
      try {
        // Dirty pages of a shared mapping are written back by fsync too (fsync(2), msync(2)).
        if (durable && !readOnly) files.sync(fd);
      } finally {
        io.unmapRegion(region);
        io.close(fd);
        options.release(keep);
      }
    },
  };
}
