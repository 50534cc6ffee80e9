// SPDX-License-Identifier: MIT
// V8's helper threads (garbage, compiling) stand behind the engine's: clients of the control socket decide
// how much garbage there is, and the engine needs a processor at once.
import { readdirSync } from "node:fs";
import { getPriority, setPriority } from "node:os";

/** A tenth of the weight of others. */
const NICER = 10;
const NICEST = 19;

/** What a thread that stands behind `thread` (0: the calling one) is given, as setpriority(2) has it. */
export function behind(thread: number): number {
  return Math.min(NICEST, getPriority(thread) + NICER);
}

/**
 * Makes every thread nicer that this process has by now, but for the main one. Call it before there are
 * threads of our own: what is there then is V8's and libuv's.
 */
export function standBehind(): void {
  try {
    const nice = behind(process.pid);
    for (const name of readdirSync("/proc/self/task")) {
      const thread = Number(name);
      // Linux: the number of a thread means that thread alone
      if (thread !== process.pid && getPriority(thread) < nice) setPriority(thread, nice);
    }
  } catch {
    // no /proc, or a thread that has just ended: then they stay as they are
  }
}
