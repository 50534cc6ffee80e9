// SPDX-License-Identifier: MIT
// Every error a user can see: its kind, its one line, its remedy and its exit code.

/** Kind of failure -> exit code of the process. The one table. */
export const EXIT_CODES = {
  ok: 0,
  found: 1,
  usage: 64,
  undecodable: 65,
  inputMissing: 66,
  unavailable: 69,
  internal: 70,
  cannotCreate: 73,
  io: 74,
  busy: 75,
  abiMismatch: 76,
  permission: 77,
  interrupted: 130,
} as const;

export type ErrorKind = keyof typeof EXIT_CODES;

/**
 * An error meant for a person: `message` says what failed and why in one line,
 * `remedy` what to do about it in one line.
 */
export class TgtctlError extends Error {
  override readonly name = "TgtctlError";
  constructor(
    readonly kind: ErrorKind,
    message: string,
    readonly remedy: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  get exitCode(): number {
    return EXIT_CODES[this.kind];
  }
}

/** What the native shim throws: a failed system call with its errno name. */
export interface SystemError extends Error {
  code: string;
  errno: number;
  syscall: string;
}

export function isSystemError(error: unknown): error is SystemError {
  return (
    error instanceof Error &&
    typeof (error as Partial<SystemError>).code === "string" &&
    typeof (error as Partial<SystemError>).syscall === "string"
  );
}

/** `open: No such file or directory (ENOENT)` for a system error, the message for others. */
export function causeText(error: unknown): string {
  if (isSystemError(error)) return `${error.syscall}: ${error.code}`;
  return error instanceof Error ? error.message : String(error);
}
