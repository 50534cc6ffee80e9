// SPDX-License-Identifier: MIT
// The file system calls that stores need beside the native shim, on plain descriptors.
import {
  fstatSync,
  fsyncSync,
  ftruncateSync,
  readdirSync,
  readFileSync,
  realpathSync,
  type Stats,
  statfsSync,
  statSync,
  unlinkSync,
} from "node:fs";

export type FileType = "file" | "directory" | "block device" | "special file";

export interface FileFacts {
  readonly type: FileType;
  /** Bytes; 0 of a block device. */
  readonly size: number;
  readonly inode: number;
  /** When the inode was made, ms since 1970; 0 where the file system does not say. */
  readonly bornMs: number;
  /** The block device a file lies on, or a block device itself: "8:16". */
  readonly device: string;
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
  /** Null where there is none; so are the next two. */
  realPath(path: string): string | null;
  /** Without white space around it. */
  readText(path: string): string | null;
  list(path: string): readonly string[] | null;
}

/** As sysfs writes it, from the number the C library makes of it (gnu_dev_major(3)). */
function deviceNumber(number: number): string {
  const bits = BigInt(number);
  const major = ((bits >> 32n) & 0xfffff000n) | ((bits >> 8n) & 0xfffn);
  const minor = ((bits >> 12n) & 0xffffff00n) | (bits & 0xffn);
  return `${major}:${minor}`;
}

function facts(stats: Stats): FileFacts {
  const type: FileType = stats.isFile()
    ? "file"
    : stats.isDirectory()
      ? "directory"
      : stats.isBlockDevice()
        ? "block device"
        : "special file";
  const device = deviceNumber(type === "block device" ? stats.rdev : stats.dev);
  return { type, size: stats.size, inode: stats.ino, bornMs: stats.birthtimeMs, device };
}

function orNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
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
  realPath: (path) => orNull(() => realpathSync(path)),
  readText: (path) => orNull(() => readFileSync(path, "utf8").trim()),
  list: (path) => orNull(() => readdirSync(path)),
};
