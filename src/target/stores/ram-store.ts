// SPDX-License-Identifier: MIT
// `ram:` stores: named shared memory, so that a killed owner leaves its content to the next one.
import { causeText, isSystemError, TgtctlError } from "../../errors.js";
import type { FileSystem } from "./file-system.js";
import { mapStore } from "./mapped-store.js";
import type { Store, StoreIo } from "./store.js";

const DIRECTORY = "/dev/shm";

export interface RamStoreOptions {
  /** "": without a name, gone with this process. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  readonly readOnly: boolean;
  /** The spec as the user wrote it, for messages. */
  readonly text: string;
}

function refuseOtherSize({ name, size, text }: RamStoreOptions, found: number): TgtctlError {
  return new TgtctlError(
    "busy",
    `--lun ${text}: ${DIRECTORY}/${name} holds ${found} bytes of an earlier owner, not ${size}`,
    `serve it with its size, or give it up: rm ${DIRECTORY}/${name}`,
  );
}

function forget(io: StoreIo, name: string): void {
  try {
    io.unlinkSharedMemory(name);
  } catch (error) {
    if (!isSystemError(error) || error.code !== "ENOENT") throw error; // somebody was faster
  }
}

function refuseMemory({ name, text }: RamStoreOptions, cause: unknown): TgtctlError {
  if (cause instanceof TgtctlError) return cause;
  return new TgtctlError(
    "cannotCreate",
    `--lun ${text}: shared memory${name && ` ${DIRECTORY}/${name}`}: ${causeText(cause)}`,
    `choose a smaller size, or make room in ${DIRECTORY} (df ${DIRECTORY})`,
    { cause },
  );
}

function open(io: StoreIo, files: FileSystem, options: RamStoreOptions): Store {
  const { name, size, readOnly } = options;
  const found = name === "" ? null : files.stat(`${DIRECTORY}/${name}`);
  if (found && found.size !== size) throw refuseOtherSize(options, found.size);
  const fresh = found === null;
  const fd = io.sharedMemory(name, BigInt(size), fresh);
  return mapStore(io, files, {
    ...{ kind: "ram", fd, size, readOnly, fresh, durable: false, discards: true },
    instance: `ram ${name} ${files.fstat(fd).inode}`,
    available: () => files.fstat(fd).size,
    provide: (wanted) => files.setSize(fd, wanted),
    failed: (cause) => refuseMemory(options, cause),
    release(keep) {
      if (!keep && name !== "") forget(io, name);
    },
  });
}

/**
 * Opens the shared memory `name` of `size` bytes, or makes it. Memory of another size is left
 * alone: it may be all that is left of a disk, or serve under another owner right now. The inode
 * goes into the store's instance, so that new memory under an old name is another disk.
 *
 * Errors: `busy` (other size), `cannotCreate`.
 */
export function openRamStore(io: StoreIo, files: FileSystem, options: RamStoreOptions): Store {
  try {
    return open(io, files, options);
  } catch (cause) {
    throw refuseMemory(options, cause);
  }
}
