// SPDX-License-Identifier: MIT
// One command to a disk through its sg node, waited for only so long.
import { closeSync, constants, openSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { native, type SgResult } from "./native.js";

export interface SgCommand {
  readonly cdb: Uint8Array;
  readonly direction: "none" | "in" | "out";
  /** What goes out; for what comes in its length counts. */
  readonly data: Uint8Array;
}

export interface SgAnswer extends SgResult {
  /** What came in. */
  readonly data: Uint8Array;
}

const LOOK_MS = 2;
const SENSE_BYTES = 96;

/**
 * Null: no answer in `timeoutMs`; the kernel goes on with it on its own.
 * Errors: those of opening and writing the node, as Node's or SystemError.
 */
export async function sgCommand(
  node: string,
  { cdb, direction, data }: SgCommand,
  timeoutMs: number,
): Promise<SgAnswer | null> {
  const shim = native();
  const fd = openSync(node, constants.O_RDWR | constants.O_NONBLOCK);
  const arena = shim.arena(Math.max(1, data.length) + SENSE_BYTES);
  const moved = new Uint8Array(arena.buffer, 0, data.length);
  try {
    moved.set(data);
    const sense = new Uint8Array(arena.buffer, arena.size - SENSE_BYTES);
    shim.sgSend(fd, cdb, direction, moved, sense, timeoutMs);
    const deadline = performance.now() + timeoutMs;
    let result = shim.sgReceive(fd);
    while (result === null && performance.now() < deadline) {
      await sleep(LOOK_MS);
      result = shim.sgReceive(fd);
    }
    return result && { ...result, data: moved.slice() };
  } finally {
    closeSync(fd);
    shim.unmap(arena);
  }
}
