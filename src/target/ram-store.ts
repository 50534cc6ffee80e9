// SPDX-License-Identifier: MIT
// `ram:` stores: named shared memory, so that a killed owner leaves its content to the next one.
import { causeText, TgtctlError } from "../errors.js";
import type { FileSystem } from "./file-system.js";
import { mapStore } from "./mapped-store.js";
import type { Store, StoreIo } from "./store.js";

const DIRECTORY = "/dev/shm";

/**
 * Opens the shared memory `name` of `size` bytes, or makes it. Memory of another size is replaced:
 * its content cannot be what was asked for. The inode goes into the store's instance, so that new
 * memory under an old name is another disk.
 *
 * Errors: `cannotCreate`.
 */
export function openRamStore(
  io: StoreIo,
  files: FileSystem,
  options: { name: string; size: number; readOnly: boolean; text: string },
): Store {
  const { name, size, readOnly, text } = options;
  try {
    const found = files.stat(`${DIRECTORY}/${name}`);
    if (found && found.size !== size) io.unlinkSharedMemory(name);
    const fresh = found?.size !== size;
    const fd = io.sharedMemory(name, BigInt(size), fresh);
    return mapStore(io, files, {
      kind: "ram",
      fd,
      size,
      readOnly,
      fresh,
      instance: `ram ${name} ${files.fstat(fd).inode}`,
      durable: false,
      release(keep) {
        if (!keep) io.unlinkSharedMemory(name);
      },
    });
  } catch (cause) {
    throw new TgtctlError(
      "cannotCreate",
      `--lun ${text}: shared memory ${DIRECTORY}/${name}: ${causeText(cause)}`,
      `choose a smaller size, or make room in ${DIRECTORY} (df ${DIRECTORY})`,
      { cause },
    );
  }
}
