// SPDX-License-Identifier: MIT
// `file:` stores: a regular file, opened or made, or a block device; never one that lies on us.
import { dirname } from "node:path";
import { openBlockStore } from "./block-store.js";
import {
  checkFound,
  type FileStoreOptions,
  refuse,
  refuseToGrow,
  systemRefusal,
} from "./file-refusals.js";
import type { FileFacts, FileSystem } from "./file-system.js";
import { mapStore } from "./mapped-store.js";
import { ownDisk } from "./own-disks.js";
import type { Store, StoreIo } from "./store.js";

/** The size to make a missing file with. */
function sizeToMake(options: FileStoreOptions): number {
  const { size, readOnly } = options;
  if (size !== null && !readOnly) return size;
  const remedy = readOnly
    ? "leave out ,ro to make it"
    : "check the path, or give ,size=SIZE to make the file";
  throw refuse(options, "inputMissing", "no such file (ENOENT)", remedy);
}

/** Before it is opened: even that may read from the disk that waits for us. */
function refuseOwnDisk(files: FileSystem, options: FileStoreOptions, device: string): void {
  const disk = ownDisk(files, device);
  if (disk === null) return;
  const what = `on ${disk}, a disk that this target serves itself (EDEADLK)`;
  throw refuse(options, "usage", what, "give a file or device that lies elsewhere");
}

function openRegularFile(
  io: StoreIo,
  files: FileSystem,
  options: FileStoreOptions,
  found: FileFacts | null,
): Store {
  const { path, readOnly } = options;
  const fresh = found === null;
  if (found) checkFound(options, found.size, "resize the file (truncate -s)");
  const size = found?.size ?? sizeToMake(options);
  const fd = io.open(path, readOnly ? "ro" : "rw", fresh);
  if (fresh) growNew(io, files, { fd, path, size });
  // a file made anew under an old name is another disk, also where inode numbers are used again
  const { inode, bornMs } = files.fstat(fd);
  const available = (): number => files.fstat(fd).size;
  return mapStore(io, files, {
    ...{ kind: "file", fd, size, readOnly, fresh, durable: true, discards: true },
    instance: `file ${path} ${inode} ${bornMs}`,
    available,
    provide(wanted) {
      if (available() < wanted) throw refuseToGrow(options, available(), wanted);
    },
    failed: (cause) => systemRefusal(options, false, cause),
    release: () => {},
  });
}

/**
 * Opens the file or block device; makes a file, sparse, when it is missing and `size` is given.
 *
 * Errors: `inputMissing`, `permission`, `usage` (a directory, a wrong size, a disk of our own),
 * `busy` (a mounted device), `cannotCreate`, `io`.
 */
export function openFileStore(io: StoreIo, files: FileSystem, options: FileStoreOptions): Store {
  let creating = false;
  try {
    const found = files.stat(options.path);
    creating = found === null && options.size !== null && !options.readOnly;
    const place = found ?? files.stat(dirname(options.path));
    if (place) refuseOwnDisk(files, options, place.device);
    if (found?.type === "block device") return openBlockStore(io, files, options, found);
    if (found && found.type !== "file") {
      const remedy = "give a regular file or a block device";
      throw refuse(options, "usage", `is a ${found.type}`, remedy);
    }
    return openRegularFile(io, files, options, found);
  } catch (error) {
    throw systemRefusal(options, creating, error);
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
