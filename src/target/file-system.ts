// SPDX-License-Identifier: MIT
// The file system calls that stores need beside the native shim, on plain descriptors.
import {
  fstatSync,
  fsyncSync,
  ftruncateSync,
  type Stats,
  statfsSync,
  statSync,
  unlinkSync,
} from "node:fs";

export type FileType = "file" | "directory" | "block device" | "special file";

export interface FileFacts {
  readonly type: FileType;
  readonly size: number;
  readonly inode: number;
  /** When the inode was made, ms since 1970; 0 where the file system does not say. */
  readonly bornMs: number;
}

/** Errors: the system's, except that `stat` of a missing file is null. */
export interface FileSystem {
  stat(path: string): FileFacts | null;
  fstat(fd: number): FileFacts;
  setSize(fd: number, size: number): void;
  /** Bytes an unprivileged writer can still have on the file system of `fd`. */
  freeBytes(fd: number): number;
  sync(fd: number): void;
  remove(path: string): void;
}

function facts(stats: Stats): FileFacts {
  const type: FileType = stats.isFile()
    ? "file"
    : stats.isDirectory()
      ? "directory"
      : stats.isBlockDevice()
        ? "block device"
        : "special file";
  return { type, size: stats.size, inode: stats.ino, bornMs: stats.birthtimeMs };
}

export const nodeFileSystem: FileSystem = {
  stat(path) {
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats ? facts(stats) : null;
  },
  fstat: (fd) => facts(fstatSync(fd)),
  setSize: (fd, size) => ftruncateSync(fd, size),
  freeBytes(fd) {
    const { bavail, bsize } = statfsSync(`/proc/self/fd/${fd}`);
    return bavail * bsize;
  },
  sync: (fd) => fsyncSync(fd),
  remove: (path) => unlinkSync(path),
};
