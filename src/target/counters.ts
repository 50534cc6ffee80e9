// SPDX-License-Identifier: MIT
// What a responder did since it started.

export interface Counters {
  commands: number;
  reads: number;
  writes: number;
  readBytes: number;
  writtenBytes: number;
  checkConditions: number;
  /** Answers that came after store work, other commands or a user's handler. */
  late: number;
  /** Commands ended by task management. */
  aborted: number;
  /** Answers that the kernel refused. */
  rejected: number;
  /** Of these, transfers that the store could not serve (EFAULT). */
  faults: number;
  /** Failed flushes. */
  flushErrors: number;
  /** Handlers that threw: our bugs. */
  internalErrors: number;
}

export function newCounters(): Counters {
  return {
    commands: 0,
    reads: 0,
    writes: 0,
    readBytes: 0,
    writtenBytes: 0,
    checkConditions: 0,
    late: 0,
    aborted: 0,
    rejected: 0,
    faults: 0,
    flushErrors: 0,
    internalErrors: 0,
  };
}
