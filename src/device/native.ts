// SPDX-License-Identifier: MIT
// The typed face of the native shim (native/), and how it is found and loaded.
import { createRequire } from "node:module";
import { TgtctlError } from "../errors.js";
import { packageRoot } from "./package-root.js";

/**
 * Memory of this process at a known address. `buffer` views it; after
 * `unmap(mapping)` the buffer is detached (length 0) and the pages are gone.
 * Never post a buffer to another thread: it would be copied. Each thread maps for itself.
 */
export interface Mapping {
  readonly buffer: ArrayBuffer;
  readonly address: bigint;
  readonly size: number;
}

/** Memory that JavaScript never touches (a backing store): an address, no view. */
export interface Region {
  readonly address: bigint;
  readonly size: bigint;
}

/** Bits that `wait` returns. 0 = the timeout passed. */
export const WAIT_DEVICE = 1;
export const WAIT_WAKE = 2;
/** The device reports POLLERR or POLLHUP: it is going away. */
export const WAIT_GONE = 4;

/** As WaitMode of session/latency/report.ts, which is the user's. */
export type WaiterMode = "poll" | "epoll" | "uv" | "spin";

/** What a native thread does to a range of a store; see `background`. */
export type StoreOperation =
  | "sync"
  | "punch"
  | "zero"
  | "fill"
  | "write"
  | "compare"
  | "check"
  | "prefetch";

/**
 * One finished background store operation. `errno` is 0 or a positive errno; ENXIO: the file ends
 * before the range does. `at`: of "compare" the first byte that differs, counted from `offset`;
 * -1 if none does, and for all others.
 */
export interface Completion {
  readonly cookie: number;
  readonly errno: number;
  readonly at: number;
}

/** Who is at the other end of a Unix socket; the process may have ended since. */
export interface PeerCredentials {
  /** 0: in a pid namespace that is not seen from here. */
  readonly pid: number;
  readonly uid: number;
  readonly gid: number;
}

/**
 * Every call that fails throws an Error with `code` ("ENOENT"), `errno` and
 * `syscall`. File descriptors are plain numbers, usable from any thread.
 */
export interface Native {
  readonly revision: number;
  /**
   * open(2) with O_CLOEXEC; `mode` "rw" or "ro". Also used for store files. `create` adds O_CREAT, mode 0600;
   * `exclusive` claims a block device (O_EXCL): EBUSY if it is mounted or claimed.
   */
  open(path: string, mode: "rw" | "ro", create?: boolean, exclusive?: boolean): number;
  close(fd: number): void;
  /** mmap(2) MAP_SHARED of `size` bytes at `offset`, as a view. */
  map(fd: number, offset: number, size: number, writable: boolean): Mapping;
  /** Anonymous memory (zeroed) as a view with a known address: where answers live. */
  arena(size: number): Mapping;
  /** Detaches the view and gives the pages back at once; idempotent. */
  unmap(mapping: Mapping): void;
  /** mmap(2) MAP_SHARED of a backing store: 64-bit size, no view. */
  mapRegion(fd: number, size: bigint, writable: boolean): Region;
  unmapRegion(region: Region): void;
  /** memfd_create(2) or shm_open(3)-style named file under /dev/shm: returns an fd of `size` bytes. */
  sharedMemory(name: string, size: bigint, create: boolean): number;
  unlinkSharedMemory(name: string): void;

  /** An eventfd that ends another thread's `wait`. */
  wakeFd(): number;
  wake(wakeFd: number): void;
  /**
   * Blocks in poll(2) on the device fd and a wake fd (or -1). `timeoutMs` -1 = for ever.
   * Clears the wake fd. Stores CLOCK_MONOTONIC right after poll returned in `stamp[0]`, and where there
   * are more entries, in `stamp[1]` the processor that this thread was on then, in `stamp[2]`
   * CLOCK_MONOTONIC before it waited: who is told of what was published earlier has not slept for it.
   * EINTR is retried.
   */
  wait(fd: number, wakeFd: number, timeoutMs: number, stamp: BigUint64Array | null): number;
  /**
   * A way of waiting on a device's fd and a wake fd (or -1), for this thread; both fds have to outlive
   * it. `role` as for `open`. "uv": a libuv loop of its own. "spin" has a mapping of its own: an owner's
   * reads the slot, an observer's (who may come too late for the slot) the produced count in telemetry,
   * or the slot where there is none; both look at the fds every 0.1 ms.
   */
  waiterCreate(mode: WaiterMode, fd: number, wakeFd: number, role: "rw" | "ro"): number;
  /** The same on a handle from simOpen. */
  simWaiterCreate(mode: WaiterMode, handle: number, wakeFd: number): number;
  /** As `wait`; `next`: the free-running index in kuring of the event that would be news. */
  waiterWait(waiter: number, timeoutMs: number, stamp: BigUint64Array | null, next: number): number;
  /** Idempotent. Waiters end with their thread at the latest. */
  waiterDestroy(waiter: number): void;
  /** The doorbell: write(fd, 1 byte). */
  kick(fd: number): void;
  /**
   * The doorbell, while another thread keeps storing `first` and `second` in turns into `target` (ring
   * memory of the caller's mapping, 4-aligned). All three have one length, at most 256 bytes.
   */
  kickRacing(fd: number, target: Uint8Array, first: Uint8Array, second: Uint8Array): void;
  /** read(2) of 8 bytes by an observer: produced count; moves this file's mark. */
  readMark(fd: number): bigint;
  /** TGT_IOC_HOLD. */
  hold(fd: number, on: boolean): void;
  /** CLOCK_MONOTONIC in ns. */
  now(): bigint;

  pread(fd: number, buffer: Uint8Array, offset: bigint): number;
  pwrite(fd: number, buffer: Uint8Array, offset: bigint): number;
  /** lseek(2) SEEK_DATA or SEEK_HOLE from `offset`; -1n: past the last data, or the end. */
  seekData(fd: number, offset: bigint, what: "data" | "hole"): bigint;
  /** Bytes from an address in this process (a store), e.g. to show data. EFAULT, never a crash. */
  peek(address: bigint, buffer: Uint8Array): void;
  poke(address: bigint, buffer: Uint8Array): void;
  /**
   * Runs one operation on `length` bytes at `offset` on a native thread; then `wake(wakeFd)` and the
   * cookie appears in `completions()`. A file is never made longer.
   *
   * - sync: the whole file, what was stored through mappings too
   * - punch: zeroes that take no room, or "zero" where that cannot be had
   * - zero: zeroes that keep their room
   * - fill: the `sourceLength` bytes at `source`, repeated
   * - write: `length` bytes from `source`
   * - compare: with the `sourceLength` bytes at `source`, repeated
   * - check: reads them; prefetch: has them read soon, without errors
   *
   * `source` is an address in this process (0n where unused) that the caller keeps until completion;
   * a wrong one is EFAULT. Errors of the call: EAGAIN (too many are waiting), EBADF, EMFILE.
   */
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
  /** Operations started by this thread that have finished, each once. */
  completions(wakeFd: number): Completion[];
  /** prctl(PR_SET_IO_FLUSHER, 1). */
  setIoFlusher(): void;
  /**
   * sched_setattr(2): the slice of processor time the calling thread asks for, ns. Who asks for a shorter
   * one is let in sooner when woken. Linux 6.12 and newer; those before do nothing with it, nor does
   * another policy than SCHED_OTHER.
   */
  setSlice(ns: bigint): void;
  /** The calling thread runs on this processor alone, as do the threads it starts. EINVAL: there is none such. */
  setAffinity(cpu: number): void;
  /**
   * The calling thread is SCHED_FIFO of this priority, 1..99, or again SCHED_OTHER (0); threads it starts
   * are not. EPERM: without CAP_SYS_NICE or a RLIMIT_RTPRIO so high. EINVAL: no such priority.
   */
  setFifo(priority: number): void;
  /**
   * mlock2(2): code, rings, stores and the calling thread's stack stay in memory once touched; not V8's heap,
   * which does not bear it. EPERM or ENOMEM: without CAP_IPC_LOCK or a RLIMIT_MEMLOCK so high.
   */
  lockMemory(): void;
  /** _exit(2): threads that hang are not waited for. */
  exitNow(code: number): never;
  /** st_rdev of a path, or null if it is not a character device. */
  characterDevice(path: string): { major: number; minor: number } | null;
  /** getsockopt(2) SO_PEERCRED: who connected this Unix socket, as of then. ENOTCONN: it is another kind. */
  peerCredentials(fd: number): PeerCredentials;

  /**
   * Sends a command through an sg node that was opened O_RDWR | O_NONBLOCK; returns at once. `data` and
   * `sense` have to lie in an arena that lives until `sgReceive` or the file's close.
   */
  sgSend(
    fd: number,
    cdb: Uint8Array,
    direction: "none" | "in" | "out",
    data: Uint8Array,
    sense: Uint8Array,
    timeoutMs: number,
  ): void;
  /** What became of it; null: it is not over yet. */
  sgReceive(fd: number): SgResult | null;

  /** The simulator's kernel half (native/sim). */
  simCreate(options: SimOptions): number;
  /** Starts the initiator; before that a responder may still attach. */
  simStart(sim: number): void;
  /** fd of the memfd with rings and telemetry, to `map`; valid until simDestroy. */
  simMemory(sim: number): number;
  simOpen(sim: number, mode: "rw" | "ro"): number;
  simClose(handle: number): void;
  /** As wait/kick/hold/readMark, on a handle from simOpen. */
  simWait(handle: number, wakeFd: number, timeoutMs: number, stamp: BigUint64Array | null): number;
  simKick(handle: number): void;
  simKickRacing(handle: number, target: Uint8Array, first: Uint8Array, second: Uint8Array): void;
  simHold(handle: number, on: boolean): void;
  simReadMark(handle: number): bigint;
  simStats(sim: number): SimStats;
  /** The simulated kernel's own command table. */
  simCommands(sim: number): SimCommand[];
  simDestroy(sim: number): void;
}

export interface SgResult {
  /** SAM status. */
  status: number;
  /** Linux's host byte; other than 0: nobody answered. */
  hostStatus: number;
  /** Bytes that did not move. */
  residue: number;
  senseLength: number;
}

/**
 * A fault that the simulator has on request. "delay" and "spin-delay": `value` us, 1..1000000, between an
 * event's publish and the wake-up of an owner who sleeps, spent asleep or busy.
 */
export interface SimQuirk {
  readonly name: "delay" | "spin-delay";
  readonly value: number;
}

/** `sim:k=v,...`; `name` is the caller's. */
export interface SimOptions {
  /** Commands the initiator keeps in flight, 1..512. */
  depth: number;
  /** Percent of commands that are READs. */
  read: number;
  /** Bytes per transfer, a multiple of 512. */
  block: number;
  /** Commands per second, 0 = as fast as it goes. */
  rate: number;
  seed: number;
  /** LUN the workload runs on. */
  lun: number;
  /** Stop after this many commands, 0 = never. */
  count: number;
  quirks?: readonly SimQuirk[];
}

export interface SimStats {
  issued: number;
  completed: number;
  /** Commands that ended with a status or host byte other than GOOD. */
  failed: number;
  /** READs whose bytes were not what had been written. */
  corrupt: number;
  aborted: number;
  /** True once `count` commands are through. */
  finished: boolean;
}

export interface SimCommand {
  host_no: number;
  cid: number;
  tag: bigint;
  lun: Uint8Array;
  scb: Uint8Array;
  state: "queued" | "sent" | "moving" | "done-queued" | "aborting" | "dropped";
  age_ns: bigint;
}

/** The shim's kRevision (native/src/shim.cc): an addon built earlier lacks calls, or has other ones. */
const ADDON_REVISION = 5;

let loaded: Native | undefined;

/** Loads the addon once per thread. Throws `unavailable` with what was tried. */
export function native(): Native {
  if (loaded) return loaded;
  const root = packageRoot();
  let addon: Native;
  try {
    const load = createRequire(import.meta.url)("node-gyp-build") as (dir: string) => Native;
    addon = load(process.env.TGTCTL_ADDON_ROOT ?? root);
  } catch (cause) {
    throw new TgtctlError(
      "unavailable",
      `native addon not loaded: ${(cause as Error).message.split("\n")[0]}`,
      `build it with: npm rebuild --foreground-scripts (needs a C++ toolchain), in ${root}`,
      { cause },
    );
  }
  if (addon.revision !== ADDON_REVISION) {
    throw new TgtctlError(
      "unavailable",
      `native addon: built from other sources (revision ${addon.revision}, not ${ADDON_REVISION})`,
      `build it anew: rm -rf build/Release && npm run install, in ${root}`,
    );
  }
  loaded = addon;
  return loaded;
}
