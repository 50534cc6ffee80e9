// SPDX-License-Identifier: MIT
// The errors of `file:` stores: each names the spec and the path, and says what to do.
import { causeText, type ErrorKind, isSystemError, TgtctlError } from "../../errors.js";

export interface FileStoreOptions {
  readonly path: string;
  /** From `size=`: the size of a new file; an existing one must have it. */
  readonly size: number | null;
  readonly blockSize: number;
  readonly readOnly: boolean;
  /** The spec as the user wrote it, for messages. */
  readonly text: string;
}

export function refuse(
  options: FileStoreOptions,
  kind: ErrorKind,
  what: string,
  remedy: string,
  cause?: unknown,
): TgtctlError {
  return new TgtctlError(kind, `--lun ${options.text}: ${options.path}: ${what}`, remedy, {
    cause,
  });
}

/** For a system call that failed; a TgtctlError stays what it is. */
export function systemRefusal(
  options: FileStoreOptions,
  creating: boolean,
  cause: unknown,
): TgtctlError {
  if (cause instanceof TgtctlError) return cause;
  const code = isSystemError(cause) ? cause.code : "";
  const what = causeText(cause);
  if (creating && code !== "EACCES" && code !== "EPERM") {
    return refuse(options, "cannotCreate", what, "check the directory and its free space", cause);
  }
  switch (code) {
    case "EACCES":
    case "EPERM":
    case "EROFS": {
      const remedy = options.readOnly
        ? "make the file readable for this user"
        : "make the file writable for this user, or serve it read-only with ,ro";
      return refuse(options, "permission", what, remedy, cause);
    }
    case "ENOENT":
    case "ENOTDIR":
      return refuse(options, "inputMissing", what, "check the path", cause);
    case "EBUSY": {
      const remedy = "unmount it and stop what else uses it, or serve it read-only with ,ro";
      return refuse(options, "busy", what, remedy, cause);
    }
    case "ENOMEM":
      return refuse(options, "io", what, "serve fewer or smaller units: all are mapped", cause);
    default:
      return refuse(options, "io", what, "check the file and the file system it is on", cause);
  }
}

/** Throws `usage` unless `found` bytes can be served as the spec wants. */
export function checkFound(options: FileStoreOptions, found: number, resize: string): void {
  const { size, blockSize } = options;
  if (size !== null && found !== size) {
    const remedy = `leave out size=${resize && `, or ${resize} first`}`;
    throw refuse(options, "usage", `is ${found} bytes, size= says ${size}`, remedy);
  }
  if (found === 0 || found % blockSize !== 0) {
    const what = found === 0 ? "is empty" : `${found} bytes are not a multiple of ${blockSize}`;
    const remedy = resize ? `${resize}, or choose another bs=` : "choose another device or bs=";
    throw refuse(options, "usage", what, remedy);
  }
}

/** What `resize` of a store throws where there is less behind it. */
export function refuseToGrow(options: FileStoreOptions, found: number, size: number): TgtctlError {
  return refuse(options, "usage", `is ${found} bytes, not ${size}`, "make it larger first");
}
