// SPDX-License-Identifier: MIT
// Every error a user can see: its kind, its one line, its remedy and its exit code.
import { getSystemErrorMap } from "node:util";

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

/** `No such file or directory (ENOENT)` for a system error, the message for others. */
export function causeText(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  const errno = (error as { errno?: unknown } | null)?.errno;
  if (typeof code === "string" && typeof errno === "number") {
    const text = getSystemErrorMap().get(-Math.abs(errno))?.[1] ?? "system error";
    return `${text.charAt(0).toUpperCase()}${text.slice(1)} (${code})`;
  }
  return error instanceof Error ? error.message : String(error);
}

/** The errno name of an error ("ENOENT"), or undefined. */
export function errnoName(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" ? code : undefined;
}
