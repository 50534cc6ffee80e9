// SPDX-License-Identifier: MIT
// What was measured and of whom: all that the ways to show it need to know.
import type { Stage } from "../../session/latency/report.js";
import type { LatencySource } from "../../session/latency/source.js";

export interface Measured {
  /** As the user named it. */
  readonly device: string;
  readonly role: LatencySource["role"];
  /** `pid 4121 (tgtctl)`: who owns the device; "" where nobody is known. */
  readonly owner: string;
  /** Our own stimulus, once in so many ns; null: none, or without a pace. */
  readonly intervalNs: number | null;
  /** SCHED_FIFO priority of the measuring thread; 0: as every other. */
  readonly priority: number;
}

/** Where each stage ends; it begins where the one before did, the first at the publish. */
export const STAGE_ENDS: Readonly<Record<Stage, string>> = {
  wakeup: "poll returned",
  consume: "taken from kuring",
  answer: "put in ukring",
  kernel: "consumed there",
  return: "the doorbell returned",
};
