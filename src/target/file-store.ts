// SPDX-License-Identifier: MIT
// `file:` stores: a regular file, opened or made, and every way in which that can fail.
import { causeText, isSystemError, TgtctlError } from "../errors.js";
import type { FileSystem } from "./file-system.js";
import { mapStore } from "./mapped-store.js";
import type { Store, StoreIo } from "./store.js";

export interface FileStoreOptions {
  readonly path: string;
  /** From `size=`: the size of a new file; an existing one must have it. */
  readonly size: number | null;
  readonly blockSize: number;
  readonly readOnly: boolean;
  /** The spec as the user wrote it, for messages. */
  readonly text: string;
}

function refuse(
  options: FileStoreOptions,
  kind: "usage" | "inputMissing" | "permission" | "cannotCreate" | "io",
  what: string,
  remedy: string,
  cause?: unknown,
): TgtctlError {
  return new TgtctlError(kind, `--lun ${options.text}: ${options.path}: ${what}`, remedy, {
    cause,
  });
}

function systemRefusal(options: FileStoreOptions, creating: boolean, cause: unknown): TgtctlError {
  const code = isSystemError(cause) ? cause.code : "";
  const what = causeText(cause);
  if (creating && code !== "EACCES" && code !== "EPERM") {
    return refuse(options, "cannotCreate", what, "check the directory and its free space", cause);
  }
  if (code === "EACCES" || code === "EPERM" || code === "EROFS") {
    const remedy = options.readOnly
      ? "make the file readable for this user"
      : "make the file writable for this user, or serve it read-only with ,ro";
    return refuse(options, "permission", what, remedy, cause);
  }
  if (code === "ENOENT" || code === "ENOTDIR") {
    return refuse(options, "inputMissing", what, "check the path", cause);
  }
  return refuse(options, "io", what, "check the file and the file system it is on", cause);
}

/** The size to serve; `found` is the existing file's, or null. Throws what is wrong with it. */
function sizeToServe(options: FileStoreOptions, found: number | null): number {
  const { size, blockSize } = options;
  const served = found ?? size;
  if (served === null) {
    const remedy = "check the path, or give ,size=SIZE to make the file";
    throw refuse(options, "inputMissing", "no such file (ENOENT)", remedy);
  }
  if (size !== null && served !== size) {
    const remedy = "leave out size=, or resize the file first (truncate -s)";
    throw refuse(options, "usage", `is ${served} bytes, size= says ${size}`, remedy);
  }
  if (served === 0 || served % blockSize !== 0) {
    const what = served === 0 ? "is empty" : `${served} bytes are not a multiple of ${blockSize}`;
    throw refuse(options, "usage", what, "resize the file (truncate -s), or choose another bs=");
  }
  return served;
}

/**
 * Opens the file; makes it, sparse, when it is missing and `size` is given.
 *
 * Errors: `inputMissing`, `permission`, `usage` (a directory, a wrong size), `cannotCreate`, `io`.
 */
export function openFileStore(io: StoreIo, files: FileSystem, options: FileStoreOptions): Store {
  const { path, readOnly } = options;
  let creating = false;
  try {
    const found = files.stat(path);
    if (found && found.type !== "file") {
      throw refuse(options, "usage", `is a ${found.type}`, "give a regular file");
    }
    const size = sizeToServe(options, found ? found.size : null);
    creating = found === null;
    if (creating && readOnly) {
      throw refuse(options, "inputMissing", "no such file (ENOENT)", "leave out ,ro to make it");
    }
    const fd = io.open(path, readOnly ? "ro" : "rw", creating);
    if (creating) growNew(io, files, { fd, path, size });
    // a file made anew under an old name is another disk, also where inode numbers are used again
    const { inode, bornMs } = files.fstat(fd);
    const instance = `file ${path} ${inode} ${bornMs}`;
    return mapStore(io, files, {
      ...{ kind: "file", fd, size, readOnly, fresh: creating, instance, durable: true },
      release: () => {},
    });
  } catch (error) {
    throw error instanceof TgtctlError ? error : systemRefusal(options, creating, error);
  }
}

/** A file that cannot have its size goes again: an empty one would be refused the next time. */
function growNew(
  io: StoreIo,
  files: FileSystem,
  { fd, path, size }: { fd: number; path: string; size: number },
): void {
  try {
    files.setSize(fd, size);
  } catch (error) {
    io.close(fd);
    files.remove(path);
    throw error;
  }
}
