// SPDX-License-Identifier: MIT
// Store work under way on native threads: started for a command or for nobody (IMMED), collected later.
import type { AnswerBuffer } from "./answer-buffers.js";
import type { StoreIo, StoreOperation } from "./stores/store.js";
import type { LogicalUnit } from "./units/logical-unit.js";

/** What a store shall do; `source` are bytes in this process, for "fill", "write" and "compare". */
export interface StoreJob {
  readonly operation: StoreOperation;
  readonly offset: number;
  readonly length: number;
  readonly source?: AnswerBuffer | null;
  /** Of `source`: bytes that count; repeated where `length` is more. */
  readonly sourceLength?: number;
}

export interface Job {
  readonly cookie: number;
  readonly unit: LogicalUnit;
  readonly hostNo: number;
  /** -1: its command was answered when it started (IMMED). */
  readonly cid: number;
  readonly operation: StoreOperation;
  /** Changes what the store holds: cannot be called back, so nothing may overtake it once aborted. */
  readonly writes: boolean;
  /** Its command is gone; the source, if any, is to be given back when it ends. */
  orphanOf: AnswerBuffer | null;
  barrier: boolean;
  /** 0, or a positive errno. */
  errno: number;
  /** "compare": offset of the first difference from the job's; -1: none. */
  at: number;
}

const NONE: readonly Job[] = [];
const WRITING: ReadonlySet<StoreOperation> = new Set(["punch", "zero", "fill", "write"]);

export class Jobs {
  readonly #io: StoreIo;
  readonly #wakeFd: number;
  readonly #running = new Map<number, Job>();
  #lastCookie = 0;

  constructor(io: StoreIo, wakeFd: number) {
    this.#io = io;
    this.#wakeFd = wakeFd;
  }

  get running(): number {
    return this.#running.size;
  }

  find(cookie: number): Job | undefined {
    return this.#running.get(cookie);
  }

  /** Units that a job is running on. */
  units(): Set<LogicalUnit> {
    return new Set(Array.from(this.#running.values(), (job) => job.unit));
  }

  /**
   * Starts `job`; `cid` -1: for nobody. Returns its cookie (never 0). The unit's store must have a
   * descriptor. Throws SystemError; EAGAIN: too many are waiting.
   */
  start(unit: LogicalUnit, job: StoreJob, hostNo: number, cid: number): number {
    // A u32 for the native side; long over when it comes round.
    const cookie = (this.#lastCookie % 0xffffffff) + 1;
    this.#lastCookie = cookie;
    const { operation, offset, length, source } = job;
    this.#io.background(
      operation,
      unit.store.fd,
      BigInt(offset),
      BigInt(length),
      cookie,
      this.#wakeFd,
      BigInt(source?.address ?? 0),
      source ? (job.sourceLength ?? length) : 0,
    );
    const writes = WRITING.has(operation);
    const ended = { orphanOf: null, barrier: false, errno: 0, at: -1 };
    this.#running.set(cookie, { cookie, unit, hostNo, cid, operation, writes, ...ended });
    unit.users++;
    return cookie;
  }

  /**
   * Those that finished since the last call, each once. The kernel tells of a failed writeback once per
   * open file: of several flushes at a time one hears of it, and it may be the data of another.
   */
  finished(): readonly Job[] {
    if (this.#running.size === 0) return NONE;
    const jobs: Job[] = [];
    for (const { cookie, errno, at } of this.#io.completions(this.#wakeFd)) {
      const job = this.#running.get(cookie);
      if (!job) continue;
      this.#running.delete(cookie);
      job.unit.users--;
      if (errno !== 0) job.errno = errno;
      job.at = at;
      jobs.push(job);
    }
    for (const job of jobs) if (job.errno !== 0 && job.operation === "sync") this.#share(job, jobs);
    return jobs;
  }

  /** To the other flushes of the unit, finished with it or still running. */
  #share({ unit, errno }: Job, finished: readonly Job[]): void {
    for (const other of [...finished, ...this.#running.values()]) {
      if (other.unit !== unit || other.operation !== "sync") continue;
      if (other.errno === 0) other.errno = errno;
    }
  }
}
