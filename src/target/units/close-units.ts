// SPDX-License-Identifier: MIT
// Ending a target: running store work is waited for, then every store is flushed and closed.
import { causeText, TgtctlError } from "../../errors.js";
import type { Jobs } from "../jobs.js";
import type { LogicalUnit } from "./logical-unit.js";

const PATIENCE_MS = 10_000;
const STEP_MS = 5;

/** A native thread that still works on a store must not see it unmapped. */
function waitForJobs(jobs: Jobs): void {
  const never = new Int32Array(new SharedArrayBuffer(4));
  const end = Date.now() + PATIENCE_MS;
  jobs.finished();
  while (jobs.running > 0 && Date.now() < end) {
    Atomics.wait(never, 0, 0, STEP_MS);
    jobs.finished();
  }
}

/**
 * Closes the units' stores; one whose store work hangs stays open until the process ends.
 * Throws `io` for the first that could not be flushed, after all have been tried.
 */
export function closeUnits(units: readonly LogicalUnit[], jobs: Jobs, keepMemory: boolean): void {
  waitForJobs(jobs);
  const hung = jobs.units();
  let failure: TgtctlError | null = null;
  for (const unit of units) {
    try {
      if (hung.has(unit)) throw new Error("work on its store does not end");
      unit.store.close(keepMemory);
    } catch (cause) {
      failure ??= new TgtctlError(
        "io",
        `LUN ${unit.lun}: not flushed: ${causeText(cause)}`,
        "check the file system and the device under it; recent writes may be lost",
        { cause },
      );
    }
  }
  if (failure) throw failure;
}
