// SPDX-License-Identifier: MIT
// The full screen: frames on a timer while something changes, keys at once, the terminal restored.

import type { Expression } from "../expression/compile.js";
import { oneLine } from "../one-line.js";
import type { Leaving } from "../session/leaving.js";
import type { Observation } from "../session/observation.js";
import { OwnerMemory } from "../session/owner-memory.js";
import type { RemarkLog } from "../session/remark-log.js";
import { Watch } from "../session/watch.js";
import { divertStderr } from "./diverted-stderr.js";
import { Ending } from "./ending.js";
import { wallOffset } from "./event-clock.js";
import { FrameClock } from "./frame-clock.js";
import { inForeground, JobControl } from "./job-control.js";
import { type Size, saneSize } from "./layout.js";
import { LinePace } from "./line-pace.js";
import { ScreenCost } from "./screen-cost.js";
import { ScreenView } from "./screen-view.js";
import type { ScreenSettings } from "./settings.js";
import { Terminal } from "./terminal.js";

export interface ScreenOptions {
  readonly settings: ScreenSettings;
  /** Instead of the terminal's own size. */
  readonly size: Size | null;
  /** Gets what others would print over the screen. */
  readonly remarks: RemarkLog;
  /** What it starts with. */
  readonly filter: Expression | null;
  /** Bits per second of a serial line; null: frames need not spare it. */
  readonly baud: number | null;
}

/**
 * Shows `observation` until the user leaves, a signal comes or the terminal goes away; resolves to which of
 * these it was. Errors: what `observation.failed` rejects with, or our own fault. In all cases the terminal
 * is restored first. `observation` stays open.
 */
export async function runScreen(
  observation: Observation,
  options: ScreenOptions,
): Promise<Leaving> {
  const size = options.size ? saneSize(options.size.columns, options.size.rows) : null;
  const terminal = new Terminal(process.stdout, process.stdin, size, options.settings.mouse);
  const watch = new Watch(observation);
  const ending = new Ending();
  const undivert = divertStderr(options.remarks);
  watch.start();
  terminal.enter();
  let view: ScreenView | null = null;
  try {
    view = startView(terminal, watch, options, ending);
    return await Promise.race([ending.promise, observation.failed]);
  } finally {
    watch.stop();
    view?.close();
    terminal.leave();
    undivert();
    ending.release();
    process.stdin.pause();
    process.stdin.unref(); // also where Ink came to no end and still listens
  }
}

function startView(terminal: Terminal, watch: Watch, options: ScreenOptions, ending: Ending) {
  const pace = new LinePace(options.baud);
  // brought back into the background, timers come before the signal that tells of it
  const isBlocked = (): boolean => terminal.isBlocked || !inForeground();
  const memory = new OwnerMemory(watch.observation.device);
  const view = new ScreenView({
    watch,
    size: terminal.size(),
    style: options.settings.style,
    keys: options.settings.keys,
    mouse: options.settings.mouse,
    filter: options.filter,
    cost: new ScreenCost(),
    remarks: options.remarks,
    wallOffsetNs: wallOffset(),
    readMemory: memory.read,
    stdin: process.stdin,
    write: (bytes) => {
      pace.sent(Buffer.byteLength(bytes), performance.now());
      terminal.write(bytes);
    },
    mayWrite: () => !isBlocked(),
    quit: (how = "stop") => ending.end({ how }),
    failed: ending.fail,
    suspend: () => jobs.suspend(),
  });
  terminal.onDrain = () => view.frame();
  ending.onRelease(() => memory.close());
  const clock = new FrameClock({ watch, pace, isBlocked, frame: () => view.frame() });
  clock.start();
  const redraw = (): void => view.redraw(terminal.size());
  const farewell = (): string => farewellOf(watch.observation);
  const jobs = new JobControl({ terminal, redraw, farewell });
  process.stdout.on("resize", redraw);
  ending.onRelease(() => {
    clock.stop();
    process.stdout.off("resize", redraw);
    jobs.close();
  });
  return view;
}

/** A stopped process answers nothing. */
function farewellOf({ role, device }: Observation): string {
  if (role !== "owner") return "";
  return oneLine(`tgtctl: stopped: nobody answers for ${device.name} until fg, or bg`);
}
