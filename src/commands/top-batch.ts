// SPDX-License-Identifier: MIT
// `top` without a screen: frames as text or JSON lines, at a steady pace, never queued behind a slow reader.

import type { Writable } from "node:stream";
import type { Expression } from "../expression/compile.js";
import { buildFrame } from "../features/frame.js";
import { frameLines } from "../features/frame-text.js";
import type { Observation } from "../session/observation.js";
import { Watch } from "../session/watch.js";

export interface BatchOptions {
  readonly json: boolean;
  /** Frames to print; Infinity = until stopped. */
  readonly count: number;
  readonly seconds: number;
  /** What frames are about; null or none: everything. */
  readonly filter?: Expression | null;
  readonly output: Writable;
  /** Aborted: end after the frame being printed. */
  readonly stop: AbortSignal;
}

/**
 * Prints the first frame at once, then one every `seconds`. A frame that falls due while the output
 * is blocked is left out; returns how many were. Errors: what `observation.failed` rejects with.
 */
export async function runBatch(observation: Observation, options: BatchOptions): Promise<number> {
  const watch = new Watch(observation, process.hrtime.bigint, options.filter);
  const ended = new AbortController();
  const stop = AbortSignal.any([options.stop, ended.signal]);
  watch.start();
  try {
    return await Promise.race([printFrames(watch, { ...options, stop }), observation.failed]);
  } finally {
    ended.abort(); // after a failure no frame may come of what is being closed
    watch.stop();
  }
}

async function printFrames(watch: Watch, options: BatchOptions): Promise<number> {
  const { count, seconds, output, stop } = options;
  const began = performance.now();
  let skipped = 0;
  for (let number = 1; number <= count && !stop.aborted; number++) {
    if (output.writableNeedDrain) skipped++;
    else output.write(frameBytes(watch, number, options.json));
    if (number < count) await pause(began + number * seconds * 1000 - performance.now(), stop);
  }
  return skipped;
}

function frameBytes(watch: Watch, number: number, json: boolean): string {
  watch.refresh();
  if (json) return `${JSON.stringify(buildFrame(watch, number))}\n`;
  const between = number === 1 ? "" : "\n";
  return `${between}${frameLines(watch, number).join("\n")}\n`;
}

function pause(ms: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      stop.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, Math.max(0, ms));
    stop.addEventListener("abort", end);
    if (stop.aborted) end();
  });
}
