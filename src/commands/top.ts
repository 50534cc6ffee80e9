// SPDX-License-Identifier: MIT
// `tgtctl top`: the screen on a terminal, plain frames or JSON lines anywhere else.

import type { CommandModule } from "yargs";
import type { Expression } from "../expression/compile.js";
import type { Leaving } from "../session/leaving.js";
import type { Observation } from "../session/observation.js";
import type { RemarkLog } from "../session/remark-log.js";
import { remark } from "./remark.js";
import {
  checkBaud,
  checkPace,
  type Pace,
  parseSize,
  readFilter,
  type TopArguments,
  topOptions,
} from "./top-options.js";
import { runOnScreen } from "./top-screen.js";

/** What session/attach.ts takes. */
export interface TopAttachOptions {
  readonly device: string;
  readonly dialect: string;
  readonly force: boolean;
  readonly own: boolean;
  readonly observe: boolean;
  readonly readOnly: boolean;
  readonly luns: readonly string[];
  readonly faults: readonly string[];
  readonly handlers: readonly string[];
  readonly scan: boolean;
  readonly onRemark?: (text: string) => void;
}

/** What the user wants the screen to look like. */
export interface TopLook {
  readonly theme: string | null;
  readonly color: boolean;
  readonly ascii: boolean;
  readonly mouse: boolean;
}

export interface TopScreenOptions<Settings> {
  readonly settings: Settings;
  /** Instead of the terminal's own size. */
  readonly size: { readonly columns: number; readonly rows: number } | null;
  readonly filter: Expression | null;
  /** Bits per second of a serial line. */
  readonly baud: number | null;
  /** What is remarked while the screen is up: a line from elsewhere would tear it. */
  readonly remarks: RemarkLog;
}

/** `Settings` is the screen's own affair. */
export interface TopDependencies<Settings> {
  /** Reads the user's file. Errors: `usage` and others, of what stands there or was typed. */
  readSettings(look: TopLook): Promise<Settings>;
  attach(options: TopAttachOptions): Promise<Observation>;
  /** Resolves when the user leaves; the terminal is as it was then, also on errors. */
  runScreen(observation: Observation, options: TopScreenOptions<Settings>): Promise<Leaving>;
}

export function topCommand<Settings>(
  dependencies: TopDependencies<Settings>,
): CommandModule<object, TopArguments> {
  return {
    command: "top",
    builder: topOptions as never,
    handler: (args) => runTop(dependencies, args),
  };
}

async function runTop<Settings>(
  dependencies: TopDependencies<Settings>,
  args: TopArguments,
): Promise<void> {
  const size = args.size === undefined ? null : parseSize(args.size);
  const pace = checkPace(args);
  const onScreen = !args.batch && !args.json && args.count === undefined && isScreen();
  const baud = checkBaud(args, onScreen);
  const { color, ascii, mouse, theme = null } = args;
  // before the device is touched
  const settings =
    onScreen || theme !== null
      ? await dependencies.readSettings({ theme, color, ascii, mouse })
      : null;
  const filter = await readFilter(args);
  const { device, dialect, force, own, lun: luns, fault: faults, handler: handlers, scan } = args;
  const { observe, readOnly, quiet } = args;
  const looking = { observe, readOnly };
  const options = { device, dialect, force, own, ...looking, luns, faults, handlers, scan };
  if (onScreen && settings) {
    await runOnScreen(dependencies, {
      attach: options,
      screen: { settings, size, baud, filter },
      quiet,
    });
    return;
  }
  const attached = dependencies.attach({
    ...options,
    ...(!quiet && { onRemark: remark }),
  });
  // an owner's engine starts in its thread meanwhile
  void import("./top-batch.js");
  const observation = await attached;
  try {
    await batch(observation, args, pace, filter);
  } finally {
    await observation.close();
  }
  // told to stop while nobody reads: what is queued would keep the process for ever
  if (process.stdout.writableNeedDrain) process.exit(0);
}

async function batch(
  observation: Observation,
  args: TopArguments,
  { count, seconds }: Pace,
  filter: Expression | null,
): Promise<void> {
  const { runBatch } = await import("./top-batch.js");
  const stop = new AbortController();
  const end = (): void => stop.abort();
  process.once("SIGINT", end).once("SIGTERM", end);
  // nothing ever changes in an image: one frame says all
  const most = observation.role === "offline" && args.count === undefined ? 1 : count;
  try {
    const skipped = await runBatch(observation, {
      json: args.json,
      count: most,
      seconds,
      filter,
      output: process.stdout,
      stop: stop.signal,
    });
    if (skipped > 0 && !args.quiet) {
      remark(`${skipped} frames left out: the output was blocked`);
    }
  } finally {
    process.off("SIGINT", end).off("SIGTERM", end);
  }
}

/** A terminal that can place a cursor, at both ends. */
function isScreen(): boolean {
  const { TERM } = process.env;
  return process.stdout.isTTY === true && process.stdin.isTTY === true && TERM !== "dumb";
}
