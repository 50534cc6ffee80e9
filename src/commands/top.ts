// SPDX-License-Identifier: MIT
// `tgtctl top`: the screen on a terminal, plain frames or JSON lines anywhere else.

import type { CommandModule } from "yargs";
import { TgtctlError } from "../errors.js";
import type { Observation } from "../session/observation.js";
import { runBatch } from "./top-batch.js";

/** What session/attach.ts takes. */
export interface TopAttachOptions {
  readonly device: string;
  readonly dialect: string;
  readonly force: boolean;
  readonly own: boolean;
  readonly observe: boolean;
  readonly luns: readonly string[];
  readonly scan: boolean;
}

export interface TopScreenOptions {
  readonly color: boolean;
  readonly ascii: boolean;
  /** Instead of the terminal's own size. */
  readonly size: { readonly columns: number; readonly rows: number } | null;
}

export interface TopDependencies {
  attach(options: TopAttachOptions): Promise<Observation>;
  /** Resolves when the user leaves; the terminal is as it was then, also on errors. */
  runScreen(observation: Observation, options: TopScreenOptions): Promise<void>;
}

interface TopArguments {
  device: string;
  dialect: string;
  force: boolean;
  json: boolean;
  color: boolean;
  ascii: boolean;
  quiet: boolean;
  own: boolean;
  observe: boolean;
  readOnly: boolean;
  lun: string[];
  scan: boolean;
  size?: string;
  batch: boolean;
  count?: number;
  seconds: number;
  filter?: string;
  baud?: number;
}

const COUNT_WITHOUT_TERMINAL = 10;

export function topCommand(dependencies: TopDependencies): CommandModule<object, TopArguments> {
  return {
    command: "top",
    describe: "both rings, what is in flight, the rates: a screen, or plain frames",
    builder: (parser) =>
      parser
        .option("own", { type: "boolean", default: false, describe: "become owner and answer" })
        .option("observe", { type: "boolean", default: false, describe: "look, never own" })
        .option("read-only", { type: "boolean", default: false, describe: "same as --observe" })
        .option("lun", {
          type: "string",
          array: true,
          nargs: 1,
          default: [],
          describe: "own the device and serve this, as for tgtctl serve",
        })
        .option("scan", { type: "boolean", default: true, describe: "have the hosts scanned" })
        .option("size", { type: "string", describe: "COLUMNSxROWS instead of the terminal's" })
        .option("batch", { alias: "b", type: "boolean", default: false, describe: "plain frames" })
        .option("count", { alias: "n", type: "number", describe: "end after so many frames" })
        .option("seconds", { alias: "d", type: "number", default: 1, describe: "between frames" })
        .option("filter", { type: "string", hidden: true })
        .option("baud", { type: "number", hidden: true })
        .example("$0 top --sim", "the screen, on the simulator")
        .example("$0 top --observe", "beside an owner, changing nothing")
        .example("$0 top -b --json -n 3 -d 0.5", "three frames for a script") as never,
    handler: (args) => runTop(dependencies, args),
  };
}

async function runTop(dependencies: TopDependencies, args: TopArguments): Promise<void> {
  refuseUnbuilt(args);
  const size = args.size === undefined ? null : parseSize(args.size);
  const pace = checkPace(args);
  const onScreen = !args.batch && !args.json && args.count === undefined && isScreen();
  const { device, dialect, force, own, lun: luns, scan } = args;
  const observe = args.observe || args.readOnly;
  const observation = await dependencies.attach({
    device,
    dialect,
    force,
    own,
    observe,
    luns,
    scan,
  });
  try {
    const { color, ascii } = args;
    if (onScreen) await dependencies.runScreen(observation, { color, ascii, size });
    else await batch(observation, args, pace);
  } finally {
    await observation.close();
  }
  // told to stop while nobody reads: what is queued would keep the process for ever
  if (!onScreen && process.stdout.writableNeedDrain) process.exit(0);
}

async function batch(
  observation: Observation,
  args: TopArguments,
  { count, seconds }: Pace,
): Promise<void> {
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
      output: process.stdout,
      stop: stop.signal,
    });
    if (skipped > 0 && !args.quiet) {
      process.stderr.write(`tgtctl: ${skipped} frames left out: the output was blocked\n`);
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

interface Pace {
  readonly count: number;
  readonly seconds: number;
}

function checkPace(args: TopArguments): Pace {
  const count = args.count ?? (args.batch ? Number.POSITIVE_INFINITY : COUNT_WITHOUT_TERMINAL);
  if (!(count >= 1) || (Number.isFinite(count) && !Number.isInteger(count))) {
    throw usage(`-n ${args.count}: not a number of frames`, "give a whole number from 1 on");
  }
  if (!(args.seconds >= 0.01 && args.seconds <= 86_400)) {
    throw usage(`-d ${args.seconds}: not a pace`, "give seconds from 0.01 to 86400, e.g. -d 0.5");
  }
  return { count, seconds: args.seconds };
}

/** `120x40`. */
function parseSize(text: string): { columns: number; rows: number } {
  const [, columns, rows] = /^(\d{1,4})x(\d{1,4})$/i.exec(text) ?? [];
  const size = { columns: Number(columns ?? 0), rows: Number(rows ?? 0) };
  if (size.columns > 0 && size.rows > 0) return size;
  throw usage(`--size ${JSON.stringify(text)}: not a size`, "give COLUMNSxROWS, e.g. --size 80x24");
}

function refuseUnbuilt(args: TopArguments): void {
  if (args.filter !== undefined) {
    throw usage("top --filter: not built yet", "leave it out, or filter the lines of -b --json");
  }
  if (args.baud !== undefined) {
    throw usage("top --baud: not built yet", "leave it out, or use -b on a slow line");
  }
}

function usage(message: string, remedy: string): TgtctlError {
  return new TgtctlError("usage", message, remedy);
}
