// SPDX-License-Identifier: MIT
// Block devices behind `file:`: claimed as a mount claims them, as large as they are.
import { checkFound, type FileStoreOptions, refuseToGrow, systemRefusal } from "./file-refusals.js";
import type { FileFacts, FileSystem } from "./file-system.js";
import { mapStore } from "./mapped-store.js";
import type { Store, StoreIo } from "./store.js";

/** fstat says 0; the kernel takes a device for one piece of data up to its end. */
function deviceSize(io: StoreIo, fd: number): number {
  return Math.max(0, Number(io.seekData(fd, 0n, "hole")));
}

function canDiscard(files: FileSystem, device: string): boolean {
  const folder = files.realPath(`/sys/dev/block/${device}`);
  const limit =
    files.readText(`${folder}/queue/discard_max_bytes`) ??
    files.readText(`${folder}/../queue/discard_max_bytes`); // a partition
  return limit !== null && limit !== "0";
}

/** Opens the device that `found` describes. Errors: `usage` (`size=`, `bs=`), the system's. */
export function openBlockStore(
  io: StoreIo,
  files: FileSystem,
  options: FileStoreOptions,
  found: FileFacts,
): Store {
  const { path, readOnly } = options;
  const fd = io.open(path, readOnly ? "ro" : "rw", false, !readOnly);
  const available = (): number => deviceSize(io, fd);
  let size: number;
  try {
    size = available();
    checkFound(options, size, "");
  } catch (error) {
    io.close(fd);
    throw error;
  }
  return mapStore(io, files, {
    ...{ kind: "block", fd, size, readOnly, fresh: false, durable: true },
    discards: canDiscard(files, found.device),
    instance: `block ${files.realPath(path) ?? path} ${found.device}`,
    available,
    provide(wanted) {
      if (available() < wanted) throw refuseToGrow(options, available(), wanted);
    },
    failed: (cause) => systemRefusal(options, false, cause),
    release: () => {},
  });
}
