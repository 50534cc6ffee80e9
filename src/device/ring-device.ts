// SPDX-License-Identifier: MIT
// What every source of rings can do, live or dead. One contract test suite holds all of them to it.
import type { Dialect } from "../abi/dialect.js";
import type { RingName } from "../abi/event.js";
import type { WaiterMode } from "./native.js";
import type { Telemetry } from "./telemetry.js";

export type Role = "owner" | "observer" | "offline";
export type Source = "device" | "simulator" | "process" | "image" | "capture";

/** Bytes of the two rings together, kuring first. */
export const RINGS_SIZE = 131072;
export const RING_SIZE = 65536;
export const TELEMETRY_OFFSET = RINGS_SIZE;

/**
 * An open source of rings, used by the thread that opened it.
 * After `close()` `rings` is detached (length 0); every other call throws.
 */
export interface RingDevice {
  /** As the user named it: `/dev/tgt`, `sim`, `ring.bin`. */
  readonly name: string;
  readonly source: Source;
  readonly role: Role;
  readonly dialect: Dialect;
  /** kuring at byte 0, ukring at byte 65536; shared memory where live. */
  readonly rings: ArrayBuffer;
  /** Null where the kernel offers none. */
  readonly telemetry: Telemetry | null;
  /** Only where `rings` are a private copy: takes it anew. To be called before each look. */
  refresh?(): void;
  /** Only where they are read out of a process. */
  readonly process?: ObservedProcess;
  close(): void;
}

/** The process whose rings are read, as of the last `refresh()`. */
export interface ObservedProcess {
  readonly pid: number;
  readonly stopped: boolean;
  /** What a reader of the numbers has to know, a sentence each: `pid 4121 is stopped: ...`. */
  readonly remarks: readonly string[];
  /** Whether a slot changed each time it was read: its bytes are of an earlier look. */
  isTorn(ring: RingName, slot: number): boolean;
}

/** A way of waiting for news of a device. */
export interface Waiter {
  /**
   * As `LiveDevice.wait`; `next`: the free-running index in kuring of the event that would be news, which
   * is what a spinning waiter looks for.
   */
  wait(timeoutMs: number, stamp: BigUint64Array | null, next: number): number;
  close(): void;
}

/** What only a live source can do. */
export interface LiveDevice extends RingDevice {
  readonly role: "owner" | "observer";
  readonly source: "device" | "simulator";
  /**
   * Blocks this thread until the device has news, `wakeFd` was woken (-1 = none) or the timeout
   * passed (-1 = never). Returns WAIT_* bits; `stamp[0]` gets CLOCK_MONOTONIC right after poll, and where
   * there are more entries, `stamp[1]` the processor, `stamp[2]` CLOCK_MONOTONIC before the wait.
   */
  wait(wakeFd: number, timeoutMs: number, stamp: BigUint64Array | null): number;
  /** Another way of waiting, for this thread. Ends with the device at the latest. */
  waiter(mode: WaiterMode, wakeFd: number): Waiter;
  /** Owner: the doorbell. Errors: the kernel's, as SystemError. */
  kick(): void;
  /**
   * Owner: the doorbell, while another thread keeps storing `first` and `second` in turns at byte `at`
   * of the rings. Both have one length, in whole words.
   */
  kickRacing(at: number, first: Uint8Array, second: Uint8Array): void;
  /** Address of memory of this process (1 MiB of zeroes) that may be read and not written. */
  readOnlyAddress(): bigint;
  /** Owner: commands do not time out while true; gone with the file. */
  hold(on: boolean): void;
  /** Observer: moves this file's mark, so that the next wait blocks until something newer. */
  acknowledge(): void;
  /** What the kernel itself holds, where it can be read (debugfs, simulator), else null. */
  commands(): KernelCommand[] | null;
}

/** One row of the kernel's own command table. */
export interface KernelCommand {
  host_no: number;
  cid: number;
  tag: bigint;
  lun: Uint8Array;
  scb: Uint8Array;
  /** queued | sent | moving | done-queued | aborting | dropped */
  state: string;
  age_ms: number;
}
