// SPDX-License-Identifier: MIT
// The options of `top`: what yargs is told of them, and what is refused in words of our own.

import type { Argv } from "yargs";
import { dialectByName } from "../abi/dialects.js";
import { TgtctlError } from "../errors.js";
import type { Expression } from "../expression/compile.js";
import { typed } from "../features/verbs/whole-number.js";
import { examples } from "./examples.js";

export interface TopArguments {
  device: string;
  dialect: string;
  force: boolean;
  json: boolean;
  color: boolean;
  ascii: boolean;
  theme?: string;
  mouse: boolean;
  quiet: boolean;
  own: boolean;
  observe: boolean;
  readOnly: boolean;
  lun: string[];
  fault: string[];
  handler: string[];
  scan: boolean;
  size?: string;
  batch: boolean;
  count?: number;
  seconds: number;
  filter?: string;
  baud?: number;
}

const COUNT_WITHOUT_TERMINAL = 10;

export function topOptions(parser: Argv): Argv {
  return parser
    .option("own", { type: "boolean", default: false, describe: "become owner and answer" })
    .option("observe", { type: "boolean", default: false, describe: "look, never own" })
    .option("read-only", {
      type: "boolean",
      default: false,
      describe: "look, change nothing, join an owner of ours",
    })
    .option("lun", {
      type: "string",
      array: true,
      nargs: 1,
      default: [],
      describe: "own the device and serve this, as for tgtctl serve",
    })
    .option("fault", {
      type: "string",
      array: true,
      nargs: 1,
      default: [],
      describe: "own the device and apply this rule, as for tgtctl serve",
    })
    .option("handler", {
      type: "string",
      array: true,
      nargs: 1,
      default: [],
      describe: "own the device with this handler, as for tgtctl serve",
    })
    .option("scan", { type: "boolean", default: true, describe: "have the hosts scanned" })
    .option("size", {
      type: "string",
      requiresArg: true,
      describe: "COLUMNSxROWS instead of the terminal's",
    })
    .option("mouse", {
      type: "boolean",
      default: false,
      describe: "a click selects, the wheel scrolls; Shift leaves it to the terminal",
    })
    .option("theme", {
      type: "string",
      requiresArg: true,
      describe: "16, truecolor, colorblind (no red against green), or mono",
    })
    .option("batch", { alias: "b", type: "boolean", default: false, describe: "plain frames" })
    .option("count", {
      alias: "n",
      type: "number",
      requiresArg: true,
      describe: "end after so many frames",
    })
    .option("seconds", {
      alias: "d",
      type: "number",
      requiresArg: true,
      default: 1,
      describe: "between frames",
    })
    .option("filter", {
      type: "string",
      describe: "only what EXPR matches, on the screen and in frames",
    })
    .option("baud", {
      type: "number",
      requiresArg: true,
      describe: "of a serial line: the screen takes half of it",
    })
    .epilogue(
      examples(
        ["$0 top --sim", "the screen, on the simulator"],
        ["$0 top --baud 115200", "on a serial console, which it leaves half of"],
        ["$0 top --observe", "beside an owner, changing nothing"],
        ["$0 top --pid 4121", "the rings that a process maps; the device stays closed"],
        ["$0 top -b --json -n 3 -d 0.5", "three frames for a script"],
        ['$0 top -b --filter "lun == 1"', "frames of one unit only"],
      ),
    );
}

export interface Pace {
  readonly count: number;
  readonly seconds: number;
}

/** Errors: `usage`. */
export function checkPace(args: TopArguments): Pace {
  const count = args.count ?? (args.batch ? Number.POSITIVE_INFINITY : COUNT_WITHOUT_TERMINAL);
  if (!(count >= 1) || (Number.isFinite(count) && !Number.isInteger(count))) {
    throw usage(`-n${typed(args.count)}: not a number of frames`, "give a whole number from 1 on");
  }
  if (!(args.seconds >= 0.01 && args.seconds <= 86_400)) {
    throw usage(
      `-d${typed(args.seconds)}: not a pace`,
      "give seconds from 0.01 to 86400, e.g. -d 0.5",
    );
  }
  return { count, seconds: args.seconds };
}

/** `120x40`. Errors: `usage`. */
export function parseSize(text: string): { columns: number; rows: number } {
  const [, columns, rows] = /^(\d{1,4})x(\d{1,4})$/i.exec(text) ?? [];
  const size = { columns: Number(columns ?? 0), rows: Number(rows ?? 0) };
  if (size.columns > 0 && size.rows > 0) return size;
  throw usage(`--size ${JSON.stringify(text)}: not a size`, "give COLUMNSxROWS, e.g. --size 80x24");
}

/** Bits per second, null without --baud. Errors: `usage`, also where there is no screen to pace. */
export function checkBaud({ baud }: TopArguments, onScreen: boolean): number | null {
  if (baud === undefined) return null;
  if (!(Number.isInteger(baud) && baud >= 50 && baud <= 100_000_000)) {
    throw usage(
      `--baud${typed(baud)}: not the speed of a line`,
      "give its bits per second, e.g. --baud 115200",
    );
  }
  if (onScreen) return baud;
  throw usage("top --baud: paces the screen, and this is none", "pace frames by -d SECONDS");
}

/** The expression of --filter, null without one. Errors: `usage`. */
export async function readFilter(args: TopArguments): Promise<Expression | null> {
  if (args.filter === undefined) return null;
  const dialect = dialectByName(args.dialect);
  // loaded with a filter only: its tables of names cost something
  const { compile } = await import("../expression/compile.js");
  return compile(args.filter, { what: "--filter", dialect });
}

function usage(message: string, remedy: string): TgtctlError {
  return new TgtctlError("usage", message, remedy);
}
