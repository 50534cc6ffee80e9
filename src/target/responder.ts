// SPDX-License-Identifier: MIT
// The seam between the engine (rings) and whatever answers commands: what goes in, what comes out.

/**
 * One command as the engine hands it over. The object and its `cdb` view are reused for the next
 * command: a responder that answers later copies what it needs.
 */
export interface Command {
  hostNo: number;
  cid: number;
  /** Bytes the initiator expects to move. */
  dataLen: number;
  /** 16 bytes, zero padded; a private copy, safe from the ring. */
  readonly cdb: Uint8Array;
  /** The SAM LUN decoded to a number; -1 if it is not a single-level LUN. */
  lun: number;
  attribute: number;
  /** Low and high half of the u64 tag (a BigInt per event would cost too much). */
  tagLow: number;
  tagHigh: number;
}

/** One answer, filled in by the responder; reset by the engine before each call. */
export interface Answer {
  /** SAM status, or 0x20 to drop the command. */
  status: number;
  /** Bytes at `uaddr`: data for GOOD, sense for CHECK CONDITION. */
  len: number;
  /** Address in this process (below 2^53). */
  uaddr: number;
  /** 0 the initiator reads, 1 it writes. */
  rw: 0 | 1;
  /** Move data only; the responder is asked again (`dataMoved`) and answers for good. */
  dataOnly: boolean;
  /** A fault on purpose: published twice, the second one not the responder's any more. */
  duplicate: boolean;
}

/** Nothing filled in yet. */
export function emptyAnswer(): Answer {
  return { status: 0, len: 0, uaddr: 0, rw: 0, dataOnly: false, duplicate: false };
}

/** Why the kernel refused an answer: a negative errno, e.g. -14 EFAULT. */
export type Rejection = number;

/** An answer that comes later, delivered by `Responder.poll`. */
export interface LateAnswer {
  readonly hostNo: number;
  readonly cid: number;
  readonly answer: Answer;
}

/** Sense key, additional sense code and qualifier. */
export interface SenseCode {
  readonly key: number;
  readonly asc: number;
  readonly ascq: number;
}

export interface CommandKey {
  readonly hostNo: number;
  readonly cid: number;
}

/** What a responder remembers of a command; reused for the next one. */
export interface KnownCommand extends Command {
  /** Not answered for good: what lies in its buffer is still wanted. */
  readonly isOpen: boolean;
  /** CLOCK_MONOTONIC ns of its CMD_REQ, kept for whoever sets it; 0: not noted. */
  since: number;
}

/**
 * Answers commands. Runs in the engine's thread, synchronously, and must not block: slow work is
 * started on native threads and collected in `poll` after a wake-up.
 */
export interface Responder {
  /** Answers it has promised to give through `poll` and has not given yet. */
  readonly owed: number;
  /** True: earlier answers count as over for it, so their data have to move before it begins. */
  runsAlone(command: Command): boolean;
  /** Fills `answer` and returns true, or returns false and answers later through `poll`. */
  command(command: Command, answer: Answer): boolean;
  /** The kernel moved the data of a data-only answer: answer for good (as `command`). */
  dataMoved(hostNo: number, cid: number, answer: Answer): boolean;
  /** CMD_DONE: the command is over, its buffers may be reused. */
  done(hostNo: number, cid: number): void;
  /**
   * The kernel refused the answer and still waits. Fill a better one and return true, or return
   * false if there is nothing to be said (the command is gone: ENOENT).
   */
  rejected(hostNo: number, cid: number, why: Rejection, answer: Answer): boolean;
  /** Returns 0 or a negative errno (-17 no such task, -22 function not supported). */
  taskManagement(hostNo: number, fn: number, tagLow: number, tagHigh: number, lun: number): number;
  /**
   * While true, a command whose final answer is given stays open (in its task set, for aborts) until
   * `sent`: whoever drives the responder keeps answers back.
   */
  holding: boolean;
  /** An answer that was given is kept back after all. */
  hold(hostNo: number, cid: number): void;
  /** An answer that was kept back goes out now. */
  sent(hostNo: number, cid: number): void;
  /** The command is never answered; task management ends it. */
  lose(hostNo: number, cid: number): void;
  /** Fills `answer` with CHECK CONDITION instead of what was prepared. False: no such command. */
  answerWithSense(hostNo: number, cid: number, sense: SenseCode, answer: Answer): boolean;
  /** The command while it is open or awaits CMD_DONE; valid until then. */
  find(hostNo: number, cid: number): KnownCommand | null;
  /** The newest command that task management ended before it was answered; null: none yet. */
  readonly aborted: CommandKey | null;
  /** Answers that became ready, oldest first. Called after each batch, wake-up and `dueIn`. */
  poll(): readonly LateAnswer[];
  /** Ms after which `poll` has something to do without a wake-up; -1: none. */
  dueIn(): number;
  /** Stores flushed and closed; `keepMemory`: what is in memory stays for the next owner. */
  close(keepMemory?: boolean): void;
}
