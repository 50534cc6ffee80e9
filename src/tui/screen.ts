// SPDX-License-Identifier: MIT
// The full screen: frames on a timer while something changes, keys at once, the terminal restored.

import type { Expression } from "../expression/compile.js";
import type { Observation } from "../session/observation.js";
import { Watch } from "../session/watch.js";
import { FrameClock } from "./frame-clock.js";
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
  /** What it starts with. */
  readonly filter: Expression | null;
  /** Bits per second of a serial line; null: frames need not spare it. */
  readonly baud: number | null;
}

const QUIET_ERRORS = new Set(["EPIPE", "EIO", "ENXIO", "EBADF"]);

function isHangUp(error: unknown): boolean {
  return error instanceof Error && QUIET_ERRORS.has((error as NodeJS.ErrnoException).code ?? "");
}

/**
 * Shows `observation` until the user leaves, a signal comes or the terminal goes away; then resolves.
 * Errors: what `observation.failed` rejects with, or our own fault. In all cases the terminal is
 * restored first. `observation` stays open.
 */
export async function runScreen(observation: Observation, options: ScreenOptions): Promise<void> {
  const size = options.size ? saneSize(options.size.columns, options.size.rows) : null;
  const terminal = new Terminal(process.stdout, process.stdin, size);
  const watch = new Watch(observation);
  const ended = new Ending();
  watch.start();
  terminal.enter();
  let view: ScreenView | null = null;
  try {
    view = startView(terminal, watch, options, ended);
    await Promise.race([ended.promise, observation.failed]);
  } finally {
    ended.release();
    watch.stop();
    view?.close();
    terminal.leave();
    process.stdin.pause();
  }
}

function startView(terminal: Terminal, watch: Watch, options: ScreenOptions, ended: Ending) {
  const pace = new LinePace(options.baud);
  const isBlocked = (): boolean => terminal.isBlocked;
  const view = new ScreenView({
    watch,
    size: terminal.size(),
    style: options.settings.style,
    keys: options.settings.keys,
    filter: options.filter,
    cost: new ScreenCost(),
    stdin: process.stdin,
    write: (bytes) => {
      pace.sent(Buffer.byteLength(bytes), performance.now());
      terminal.write(bytes);
    },
    mayWrite: () => !isBlocked(),
    quit: () => ended.resolve(),
    suspend: () => suspended(),
  });
  terminal.onDrain = () => view.frame();
  const clock = new FrameClock({ watch, pace, isBlocked, frame: () => view.frame() });
  clock.start();
  const resized = (): void => view.redraw(terminal.size());
  const suspended = (): void => {
    // without a listener the signal does what it is for
    process.off("SIGTSTP", suspended);
    terminal.suspend(() => {
      process.on("SIGTSTP", suspended);
      view.redraw(terminal.size());
    });
  };
  process.stdout.on("resize", resized);
  process.on("SIGTSTP", suspended);
  ended.onRelease(() => {
    clock.stop();
    process.stdout.off("resize", resized);
    process.off("SIGTSTP", suspended);
  });
  return view;
}

/** Everything that ends the screen, as one promise. */
class Ending {
  readonly promise: Promise<void>;
  resolve: () => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;
  readonly #undo: (() => void)[] = [];

  constructor() {
    this.promise = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.#reject = reject;
    });
    const end = (): void => this.resolve();
    const failed = (error: unknown): void => {
      if (isHangUp(error)) end();
      else this.#reject(error);
    };
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.on(signal, end);
      this.onRelease(() => process.off(signal, end));
    }
    // the screen would hide the report: it is made after the terminal is restored
    process.on("uncaughtException", failed);
    process.on("unhandledRejection", failed);
    process.stdin.on("end", end).on("error", failed);
    this.onRelease(() => {
      process.off("uncaughtException", failed);
      process.off("unhandledRejection", failed);
      process.stdin.off("end", end).off("error", failed);
    });
  }

  onRelease(undo: () => void): void {
    this.#undo.push(undo);
  }

  release(): void {
    for (const undo of this.#undo.splice(0)) undo();
  }
}
