// SPDX-License-Identifier: MIT
// Memory, descriptors and flushes that tests control: StoreIo and FileSystem without the addon.
import { constants } from "node:os";
import type { FileSystem, FileType } from "../../src/target/stores/file-system.js";
import type {
  MappedStore,
  Memory,
  StoreCompletion,
  StoreIo,
  StoreOperation,
} from "../../src/target/stores/store.js";

export function systemError(syscall: string, code: string): Error {
  const errno = (constants.errno as Record<string, number>)[code] ?? 0;
  return Object.assign(new Error(`${syscall}: ${code}`), { code, errno, syscall });
}

interface FakeFile {
  type: FileType;
  size: number;
  /** What was written with pwrite; zeroes behind it. */
  bytes: Uint8Array;
  /** Where it has data, in order: [from, to). */
  extents: [number, number][];
  inode: number;
  bornMs: number;
  device: string;
}

interface Job {
  operation: StoreOperation;
  fd: number;
  offset: bigint;
  length: bigint;
  cookie: number;
  source: bigint;
  sourceLength: number;
}

const PAGE = 4096n;

export class FakeIo implements StoreIo {
  readonly arenas: Memory[] = [];
  readonly regions: MappedStore[] = [];
  readonly files = new Map<string, FakeFile>();
  /** sysfs: symbolic links, files, folders. */
  readonly links = new Map<string, string>();
  readonly texts = new Map<string, string>();
  readonly folders = new Map<string, string[]>();
  readonly openFds = new Map<number, string>();
  /** Calls that throw: name -> errno name. */
  readonly failing = new Map<string, string>();
  /** Of all kinds, oldest first. */
  readonly jobs: Job[] = [];
  readonly finished: StoreCompletion[] = [];
  wakes = 0;
  freeBytes = 2 ** 30;
  #nextAddress = 0x7f0000000000n;
  #nextFd = 3;
  #nextInode = 100;

  #fail(name: string): void {
    const code = this.failing.get(name);
    if (code) throw systemError(name, code);
  }

  #allocate(size: bigint): bigint {
    const address = this.#nextAddress;
    // A hole after each mapping, so that running over its end is noticed.
    this.#nextAddress += ((size + PAGE - 1n) / PAGE + 1n) * PAGE;
    return address;
  }

  #descriptor(path: string): number {
    const fd = this.#nextFd++;
    this.openFds.set(fd, path);
    return fd;
  }

  make(path: string, size: number, type: FileType = "file"): FakeFile {
    const inode = this.#nextInode++;
    const bytes = new Uint8Array();
    const file: FakeFile = {
      type,
      size,
      inode,
      bornMs: 0,
      device: "8:0",
      bytes,
      extents: [[0, size]],
    };
    this.files.set(path, file);
    return file;
  }

  open(path: string, _mode: "rw" | "ro", create = false, exclusive = false): number {
    this.#fail("open");
    if (exclusive) this.#fail("claim");
    if (!this.files.has(path)) {
      if (!create) throw systemError("open", "ENOENT");
      this.make(path, 0);
    }
    return this.#descriptor(path);
  }

  close(fd: number): void {
    if (!this.openFds.delete(fd)) throw systemError("close", "EBADF");
  }

  arena(size: number): Memory {
    const memory = { buffer: new ArrayBuffer(size), address: this.#allocate(BigInt(size)), size };
    this.arenas.push(memory);
    return memory;
  }

  unmap(memory: Memory): void {
    const at = this.arenas.indexOf(memory);
    if (at < 0) throw new Error("unmapped twice");
    this.arenas.splice(at, 1);
  }

  mapRegion(_fd: number, size: bigint): MappedStore {
    this.#fail("mmap");
    const region = { address: this.#allocate(size), size };
    this.regions.push(region);
    return region;
  }

  unmapRegion(region: MappedStore): void {
    const at = this.regions.indexOf(region);
    if (at < 0) throw new Error("unmapped twice");
    this.regions.splice(at, 1);
  }

  sharedMemory(name: string, size: bigint, create: boolean): number {
    this.#fail("shm_open");
    const path = `/dev/shm/${name}`;
    if (create) this.make(path, Number(size));
    if (!this.files.has(path)) throw systemError("shm_open", "ENOENT");
    return this.#descriptor(path);
  }

  unlinkSharedMemory(name: string): void {
    if (!this.files.delete(`/dev/shm/${name}`)) throw systemError("shm_unlink", "ENOENT");
  }

  wake(): void {
    this.wakes++;
  }

  background(
    operation: StoreOperation,
    fd: number,
    offset: bigint,
    length: bigint,
    cookie: number,
    _wakeFd: number,
    source: bigint,
    sourceLength: number,
  ): void {
    this.#fail("background");
    this.jobs.push({ operation, fd, offset, length, cookie, source, sourceLength });
  }

  pread(fd: number, buffer: Uint8Array, offset: bigint): number {
    this.#fail("pread");
    const { bytes, size } = this.#file(fd);
    const at = Number(offset);
    const length = Math.max(0, Math.min(buffer.length, size - at));
    buffer.fill(0, 0, length).set(bytes.subarray(at, at + length));
    return length;
  }

  pwrite(fd: number, buffer: Uint8Array, offset: bigint): number {
    this.#fail("pwrite");
    const file = this.#file(fd);
    const end = Number(offset) + buffer.length;
    const bytes = new Uint8Array(Math.max(end, file.bytes.length));
    bytes.set(file.bytes);
    bytes.set(buffer, Number(offset));
    Object.assign(file, { bytes, size: Math.max(file.size, end) });
    return buffer.length;
  }

  seekData(fd: number, offset: bigint, what: "data" | "hole"): bigint {
    this.#fail("lseek");
    const { extents, size } = this.#file(fd);
    const at = Number(offset);
    if (at >= size) return -1n;
    const next = extents.find(([, to]) => at < to);
    if (what === "data") return next ? BigInt(Math.max(at, next[0])) : -1n;
    return BigInt(next && at >= next[0] ? Math.min(next[1], size) : at);
  }

  completions(): StoreCompletion[] {
    return this.finished.splice(0);
  }

  get flushes(): Job[] {
    return this.jobs.filter(({ operation }) => operation === "sync");
  }

  #finish(job: Job | undefined, errno: number, at: number): void {
    if (!job) throw new Error("no job is running");
    this.jobs.splice(this.jobs.indexOf(job), 1);
    this.finished.push({ cookie: job.cookie, errno, at });
  }

  /** The oldest job ends. */
  finishJob(errno = 0, at = -1): void {
    this.#finish(this.jobs[0], errno, at);
  }

  /** The oldest flush ends. */
  finishFlush(errno = 0): void {
    this.#finish(this.flushes[0], errno, -1);
  }

  /** The arena bytes at an address; throws if they are not all there. */
  bytesAt(address: number, length: number): Uint8Array {
    for (const arena of this.arenas) {
      const at = address - Number(arena.address);
      if (at >= 0 && at + length <= arena.size) return new Uint8Array(arena.buffer, at, length);
    }
    throw new Error(`no arena at 0x${address.toString(16)}+${length}`);
  }

  isMapped(address: number, length: number): boolean {
    return [...this.arenas, ...this.regions].some((memory) => {
      const at = address - Number(memory.address);
      return at >= 0 && at + length <= Number(memory.size);
    });
  }

  readonly fileSystem: FileSystem = {
    stat: (path) => this.files.get(path) ?? null,
    fstat: (fd) => this.#file(fd),
    setSize: (fd, size) => {
      this.#fail("ftruncate");
      this.#file(fd).size = size;
    },
    freeBytes: () => this.freeBytes,
    sync: () => this.#fail("fsync"),
    remove: (path) => void this.files.delete(path),
    realPath: (path) => this.links.get(path) ?? (this.texts.has(path) ? path : null),
    readText: (path) => this.texts.get(path) ?? null,
    list: (path) => this.folders.get(path) ?? null,
  };

  #file(fd: number): FakeFile {
    const file = this.files.get(this.openFds.get(fd) ?? "");
    if (!file) throw systemError("fstat", "EBADF");
    return file;
  }
}
