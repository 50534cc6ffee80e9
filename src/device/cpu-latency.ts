// SPDX-License-Identifier: MIT
// Keeps the processors out of deep idle while it is held, as cyclictest does: an open /dev/cpu_dma_latency
// with 0 us written to it.
import { closeSync, openSync, writeSync } from "node:fs";
import { causeText } from "../errors.js";

const NODE = "/dev/cpu_dma_latency";

export interface CpuLatencyHold {
  /** Null: held. Else why not, for a remark: deep idle is then part of what is measured. */
  readonly refused: string | null;
  /** Idempotent; the kernel does it, too, when the process ends. */
  close(): void;
}

/** Never throws: a measurement without it is one all the same. */
export function holdCpuLatency(path = NODE): CpuLatencyHold {
  let fd: number;
  try {
    fd = openSync(path, "r+");
  } catch (error) {
    return { refused: `${path}: ${causeText(error)}`, close: () => {} };
  }
  let open = true;
  const close = (): void => {
    if (open) closeSync(fd);
    open = false;
  };
  try {
    writeSync(fd, new Uint8Array(4)); // a 32-bit number of us
  } catch (error) {
    close();
    return { refused: `${path}: ${causeText(error)}`, close };
  }
  return { refused: null, close };
}
