// SPDX-License-Identifier: MIT
// What a backing store is to a logical unit, and the few native calls that stores are made of.
import type { Extent } from "./extents.js";

/** Largest transfer in one answer; the kernel refuses more with EMSGSIZE (abi.md, Verdicts). */
export const MAX_TRANSFER = 16 * 1024 * 1024;

/** Memory with a view: where small answers live. */
export interface Memory {
  readonly buffer: ArrayBuffer;
  readonly address: bigint;
  readonly size: number;
}

/** Memory JavaScript never touches: a mapped store. */
export interface MappedStore {
  readonly address: bigint;
  readonly size: bigint;
}

/** What a native thread does to a range of a store; `Native.background` says what each is. */
export type StoreOperation =
  | "sync"
  | "punch"
  | "zero"
  | "fill"
  | "write"
  | "compare"
  | "check"
  | "prefetch";

/** `errno` 0 or positive; `at`: where a "compare" found the first difference, else -1. */
export interface StoreCompletion {
  readonly cookie: number;
  readonly errno: number;
  readonly at: number;
}

/**
 * The native calls that stores and answers need; the native shim satisfies it. Every call that
 * fails throws a SystemError.
 */
export interface StoreIo {
  open(path: string, mode: "rw" | "ro", create?: boolean, exclusive?: boolean): number;
  close(fd: number): void;
  /** Anonymous zeroed memory. */
  arena(size: number): Memory;
  unmap(memory: Memory): void;
  mapRegion(fd: number, size: bigint, writable: boolean): MappedStore;
  unmapRegion(region: MappedStore): void;
  sharedMemory(name: string, size: bigint, create: boolean): number;
  unlinkSharedMemory(name: string): void;
  wake(wakeFd: number): void;
  pread(fd: number, buffer: Uint8Array, offset: bigint): number;
  pwrite(fd: number, buffer: Uint8Array, offset: bigint): number;
  seekData(fd: number, offset: bigint, what: "data" | "hole"): bigint;
  background(
    operation: StoreOperation,
    fd: number,
    offset: bigint,
    length: bigint,
    cookie: number,
    wakeFd: number,
    source: bigint,
    sourceLength: number,
  ): void;
  completions(wakeFd: number): readonly StoreCompletion[];
}

/**
 * Why the kernel could not read or write a mapped store: the file ends before the place, its file
 * system has no room for it, or neither (the device below failed).
 */
export type FaultCause = "shrunk" | "full" | "device";

/** The bytes of one logical unit, at addresses of this process (below 2^53). */
export interface Store {
  readonly kind: "ram" | "file" | "block" | "null";
  /** Bytes, a multiple of the block size. */
  readonly size: number;
  readonly readOnly: boolean;
  /** True: made by this process just now; false: the content was there before. */
  readonly fresh: boolean;
  /**
   * Names the content: the same after a restart as long as the content is, another one when it is
   * gone. The unit's identity is derived from it.
   */
  readonly instance: string;
  /** For pread, pwrite and background work; -1: `null:`, which has nothing behind it. */
  readonly fd: number;
  /** What a flush has to sync; -1 if there is nothing behind the memory. */
  readonly syncFd: number;
  /** A "punch" gives its room back. */
  readonly discards: boolean;
  /** Where `offset` is read from; valid for MAX_TRANSFER bytes or to the end. */
  readAddress(offset: number): number;
  /** Where `offset` is written to. */
  writeAddress(offset: number): number;
  /** Asked after an EFAULT at `offset`, `length`. Never throws. */
  faultCause(offset: number, length: number, write: boolean): FaultCause;
  /** Whether there is data at `offset`, and for how many of `length` bytes. Throws SystemError. */
  isMapped(offset: number, length: number): Extent;
  /**
   * Reads on this thread, for what must be one piece with a write. Returns how many bytes there are:
   * fewer than asked for where a file has shrunk. Throws SystemError.
   */
  readNow(offset: number, into: Uint8Array): number;
  /** Writes on this thread. Throws SystemError; some of the bytes may have been written then. */
  writeNow(offset: number, bytes: Uint8Array): void;
  /** Bytes there are behind it now: what a file was resized to. */
  available(): number;
  /**
   * Another size from now on, a multiple of the block size. `ram:` gets it; `file:` must have it
   * already. Addresses given out before stay valid until `close`. Nothing changes if it throws:
   * `usage` (the file is smaller), `cannotCreate`, `io`.
   */
  resize(size: number): void;
  /** Flushes, unmaps and closes. `keep`: a `ram:` store stays for the next owner. */
  close(keep: boolean): void;
}
