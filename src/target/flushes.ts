// SPDX-License-Identifier: MIT
// Flushes under way on native threads: started for a command or for nobody (IMMED), collected later.
import type { LogicalUnit } from "./logical-unit.js";
import type { StoreIo } from "./store.js";

export interface Flush {
  readonly cookie: number;
  readonly unit: LogicalUnit;
  readonly hostNo: number;
  /** -1: its command was answered when it started (IMMED). */
  readonly cid: number;
  /** 0, or the positive errno of msync. */
  errno: number;
}

const NONE: readonly Flush[] = [];

export class Flushes {
  readonly #io: StoreIo;
  readonly #wakeFd: number;
  readonly #running = new Map<number, Flush>();
  #lastCookie = 0;

  constructor(io: StoreIo, wakeFd: number) {
    this.#io = io;
    this.#wakeFd = wakeFd;
  }

  get running(): number {
    return this.#running.size;
  }

  /** Units that a flush is running on. */
  units(): Set<LogicalUnit> {
    return new Set(Array.from(this.#running.values(), (flush) => flush.unit));
  }

  /** Starts msync of `length` bytes at `offset`; returns its cookie (never 0). Throws SystemError. */
  start(unit: LogicalUnit, offset: number, length: number, hostNo: number, cid: number): number {
    // A u32 for the native side; long over when it comes round.
    const cookie = (this.#lastCookie % 0xffffffff) + 1;
    this.#lastCookie = cookie;
    const { syncFd } = unit.store;
    this.#io.background(
      "sync",
      syncFd,
      BigInt(offset),
      BigInt(length),
      cookie,
      this.#wakeFd,
      0n,
      0,
    );
    this.#running.set(cookie, { cookie, unit, hostNo, cid, errno: 0 });
    unit.users++;
    return cookie;
  }

  /** Those that finished since the last call, each once. */
  finished(): readonly Flush[] {
    if (this.#running.size === 0) return NONE;
    const flushes: Flush[] = [];
    for (const { cookie, errno } of this.#io.completions(this.#wakeFd)) {
      const flush = this.#running.get(cookie);
      if (!flush) continue;
      this.#running.delete(cookie);
      flush.unit.users--;
      flush.errno = errno;
      flushes.push(flush);
    }
    return flushes;
  }
}
