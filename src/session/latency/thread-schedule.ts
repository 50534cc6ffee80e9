// SPDX-License-Identifier: MIT
// What a measuring thread asks the scheduler for, as cyclictest does.
import type { Native } from "../../device/native.js";
import { causeText, errnoName, TgtctlError } from "../../errors.js";
import type { Scheduling } from "./report.js";

/**
 * Of the calling thread; `lockMemory` is the whole process's. Errors: `permission`, the right for it is
 * missing; `usage`, there is no such processor. What was asked before it stays.
 */
export function scheduleThread(
  shim: Pick<Native, "setAffinity" | "setFifo" | "lockMemory">,
  { cpu, priority, lockMemory }: Scheduling,
): void {
  if (cpu !== null) {
    const remedy =
      "give the number of one that is online and in this cpuset: see nproc, taskset -p $$";
    attempt(`processor ${cpu}`, remedy, () => shim.setAffinity(cpu));
  }
  if (priority !== null) {
    const remedy = "be root, or have CAP_SYS_NICE or a higher ulimit -r: or leave --priority out";
    attempt(`SCHED_FIFO priority ${priority}`, remedy, () => shim.setFifo(priority));
  }
  if (lockMemory) {
    const remedy = "be root, or have CAP_IPC_LOCK or a higher ulimit -l: or leave --mlock out";
    attempt("memory not locked", remedy, () => shim.lockMemory());
  }
}

function attempt(what: string, remedy: string, act: () => void): void {
  try {
    act();
  } catch (error) {
    const kind = errnoName(error) === "EINVAL" ? "usage" : "permission";
    throw new TgtctlError(kind, `latency: ${what}: ${causeText(error)}`, remedy, { cause: error });
  }
}
