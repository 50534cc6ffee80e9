// SPDX-License-Identifier: MIT
// `null:` stores: reads are zeroes, writes are discarded; of any size, in 16 MiB of memory each way.
import { MAX_TRANSFER, type Store, type StoreIo } from "./store.js";

/**
 * Every offset is at the same two addresses. The memory is anonymous and only becomes real where
 * the kernel writes: the pages that are only read stay the shared zero page.
 */
export function openNullStore(
  io: StoreIo,
  options: { lun: number; size: number; readOnly: boolean },
): Store {
  const { lun, readOnly } = options;
  let { size } = options;
  const zeroes = io.arena(MAX_TRANSFER);
  const scratch = io.arena(MAX_TRANSFER);
  const readFrom = Number(zeroes.address);
  const writeTo = Number(scratch.address);
  return {
    kind: "null",
    get size() {
      return size;
    },
    readOnly,
    fresh: true,
    instance: `null ${lun}`,
    fd: -1,
    syncFd: -1,
    discards: !readOnly,
    readAddress: () => readFrom,
    writeAddress: () => writeTo,
    faultCause: () => "device",
    isMapped: (offset, length) => ({ mapped: false, length: Math.min(length, size - offset) }),
    readNow: (_offset, into) => into.fill(0).length,
    writeNow: () => {},
    available: () => size,
    resize(wanted) {
      size = wanted;
    },
    close() {
      io.unmap(zeroes);
      io.unmap(scratch);
    },
  };
}
