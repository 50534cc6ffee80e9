// SPDX-License-Identifier: MIT
// What all stores but `null:` are: mappings over a descriptor whose file may change under them.
import { type Extent, extentAt } from "./extents.js";
import type { FileSystem } from "./file-system.js";
import type { FaultCause, MappedStore, Store, StoreIo } from "./store.js";

export interface MappedStoreOptions {
  readonly kind: "ram" | "file" | "block";
  readonly fd: number;
  readonly size: number;
  readonly readOnly: boolean;
  readonly fresh: boolean;
  readonly instance: string;
  readonly discards: boolean;
  /** False for memory: a flush has nothing to do. */
  readonly durable: boolean;
  /** Bytes there are behind the descriptor now. */
  readonly available: () => number;
  /** Sees to it that there are `size` bytes, or throws. */
  readonly provide: (size: number) => void;
  /** What `resize` throws for an error of the system. */
  readonly failed: (cause: unknown) => Error;
  /** Called last by `close`. */
  readonly release: (keep: boolean) => void;
}

/** Below this much room an EFAULT on a WRITE is taken for a full file system: its largest cluster. */
const LITTLE = 65536;

class MappedFile implements Store {
  readonly kind: "ram" | "file" | "block";
  readonly readOnly: boolean;
  readonly fresh: boolean;
  readonly instance: string;
  readonly fd: number;
  readonly syncFd: number;
  readonly discards: boolean;
  readonly #io: StoreIo;
  readonly #files: FileSystem;
  readonly #options: MappedStoreOptions;
  /** The last is in use; commands in flight may still have addresses of the others. */
  readonly #regions: MappedStore[] = [];
  #size: number;
  #base = 0;

  constructor(io: StoreIo, files: FileSystem, options: MappedStoreOptions) {
    this.#io = io;
    this.#files = files;
    this.#options = options;
    this.kind = options.kind;
    this.readOnly = options.readOnly;
    this.fresh = options.fresh;
    this.instance = options.instance;
    this.fd = options.fd;
    this.syncFd = options.durable ? options.fd : -1;
    this.discards = options.discards && !options.readOnly;
    this.#size = options.size;
    this.#map(options.size);
  }

  #map(size: number): void {
    const region = this.#io.mapRegion(this.fd, BigInt(size), !this.readOnly);
    this.#regions.push(region);
    this.#base = Number(region.address);
  }

  get size(): number {
    return this.#size;
  }

  readAddress(offset: number): number {
    return this.#base + offset;
  }

  writeAddress(offset: number): number {
    return this.#base + offset;
  }

  faultCause(offset: number, length: number, write: boolean): FaultCause {
    try {
      if (this.available() < offset + length) return "shrunk";
      if (!write || this.kind === "block") return "device";
      return this.#files.freeBytes(this.fd) < LITTLE ? "full" : "device";
    } catch {
      return "device"; // a file system that cannot even tell
    }
  }

  isMapped(offset: number, length: number): Extent {
    return extentAt(this.#io, this.fd, offset, Math.min(length, this.#size - offset));
  }

  readNow(offset: number, into: Uint8Array): number {
    let done = 0;
    for (let got = -1; got !== 0 && done < into.length; done += got) {
      got = this.#io.pread(this.fd, into.subarray(done), BigInt(offset + done));
    }
    return done;
  }

  writeNow(offset: number, bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length; ) {
      done += this.#io.pwrite(this.fd, bytes.subarray(done), BigInt(offset + done));
    }
  }

  available(): number {
    return this.#options.available();
  }

  resize(size: number): void {
    try {
      // Mapped first: memory that was cut off to be smaller cannot be had back.
      if (BigInt(size) > (this.#regions.at(-1)?.size ?? 0n)) this.#map(size);
      this.#options.provide(size);
    } catch (cause) {
      throw this.#options.failed(cause);
    }
    this.#size = size;
  }

  close(keep: boolean): void {
    try {
      // Dirty pages of a shared mapping are written back by fsync too (fsync(2), msync(2)).
      if (this.syncFd >= 0 && !this.readOnly) this.#files.sync(this.fd);
    } finally {
      for (const region of this.#regions.splice(0)) this.#io.unmapRegion(region);
      this.#io.close(this.fd);
      this.#options.release(keep);
    }
  }
}

/**
 * Maps `fd`. The store owns the descriptor from here on, also if mapping throws.
 */
export function mapStore(io: StoreIo, files: FileSystem, options: MappedStoreOptions): Store {
  try {
    return new MappedFile(io, files, options);
  } catch (error) {
    io.close(options.fd);
    throw error;
  }
}
