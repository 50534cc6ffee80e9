// SPDX-License-Identifier: MIT
// What `tgtctl latency` is asked for: its options, and whether they make sense.
import type { Argv } from "yargs";
import { TgtctlError } from "../errors.js";
import type { MeasurePlan } from "../features/latency/measure.js";
import { typed } from "../features/verbs/whole-number.js";
import { LATENCY_LIMITS, WAIT_MODES, type WaitMode } from "../session/latency/report.js";
import { examples } from "./examples.js";

export interface LatencyArguments {
  device: string;
  dialect: string;
  force: boolean;
  json: boolean;
  quiet: boolean;
  lun: string[];
  scan: boolean;
  duration?: number;
  samples?: number;
  rate?: number;
  mode: WaitMode | "all";
  cpu?: number;
  priority?: number;
  mlock: boolean;
  cpuDmaLatency: boolean;
  breakUs?: number;
  worst: number;
  table: boolean;
  hgrm?: string;
  svg?: string;
}

/** Where nothing says when it is over. */
const DEFAULT_SECONDS = 10;

const LIMITS = {
  ...LATENCY_LIMITS,
  duration: [0.1, 31_536_000],
  samples: [1, Number.MAX_SAFE_INTEGER],
  rate: [1, 100_000],
} as const;
/** Fractions of it make sense. */
const FRACTIONAL = "duration";

export function latencyOptions(parser: Argv): Argv<LatencyArguments> {
  const number = (describe: string) => ({ type: "number", requiresArg: true, describe }) as const;
  const file = (describe: string) => ({ type: "string", requiresArg: true, describe }) as const;
  const flag = (describe: string) => ({ type: "boolean", default: false, describe }) as const;
  const modes = [...WAIT_MODES, "all"] as const;
  return parser
    .option("duration", {
      ...number("seconds"),
      defaultDescription: `${DEFAULT_SECONDS}, none with --samples`,
    })
    .option("samples", number("end when each mode has so many"))
    .option("rate", {
      ...number("commands a second of our own, where the target is idle"),
      defaultDescription: "1000",
    })
    .option("mode", {
      choices: modes,
      default: "poll" as const,
      describe: "how to wait; all: in turns of half a second",
    })
    .option("cpu", number("the processor that the measuring thread runs on"))
    .option("priority", number("its SCHED_FIFO priority"))
    .option("mlock", flag("lock our memory"))
    .option("cpu-dma-latency", {
      type: "boolean",
      default: true,
      describe: "keep the processors out of deep idle (--no-cpu-dma-latency: not)",
    })
    .option("break-us", number("end at the first one above: rings saved, tracing stopped, exit 1"))
    .option("worst", { ...number("worst samples shown"), default: 5 })
    .option("table", flag("a line a mode, as cyclictest has it"))
    .option("hgrm", file("percentile distribution for HdrHistogram's plotters"))
    .option("svg", file("picture; a name in .png: converted by rsvg-convert"))
    .option("lun", {
      type: "string",
      array: true,
      nargs: 1,
      default: [],
      defaultDescription: "0=ram:64M",
      describe: "as owner, as tgtctl serve has it",
    })
    .option("scan", {
      type: "boolean",
      default: true,
      describe: "as owner: have the hosts scanned",
    })
    .epilogue(
      examples(
        ["$0 latency --sim", "ten seconds on a simulator of its own"],
        ["$0 latency --mode all --svg wake.svg", "four ways to wait, with a picture"],
        ["$0 latency --duration 60 --priority 80 --cpu 1 --mlock", "as cyclictest would"],
        ["$0 latency --break-us 500", "stop tracing at the first one above 0.5 ms"],
      ),
    )
    .epilogue(
      "Nobody owns the device: it is owned meanwhile. A tgtctl owner is asked to measure itself. Beside any other owner our own wake-up is measured. Ctrl-C ends with the summary. Exit 1: --break-us was reached.",
    ) as unknown as Argv<LatencyArguments>;
}

/** Errors: `usage`. */
export function checkLatency(args: LatencyArguments): void {
  for (const [name, [low, high]] of Object.entries(LIMITS)) {
    const value = args[name as keyof typeof LIMITS];
    if (value === undefined) continue;
    const isWhole = name === FRACTIONAL || Number.isInteger(value);
    if (isWhole && value >= low && value <= high) continue;
    const option = name === "breakUs" ? "break-us" : name;
    const what = name === FRACTIONAL ? "a number" : "a whole number";
    throw usage(`--${option}${typed(value)}: not ${what} from ${low} to ${high}`);
  }
  if (args.json && args.table) throw usage("--json and --table are given together");
  if (args.hgrm !== undefined && args.hgrm === args.svg) throw usage("--hgrm and --svg: one file");
}

function usage(message: string): TgtctlError {
  return new TgtctlError("usage", message, "see tgtctl latency --help");
}

export function planOf(args: LatencyArguments): MeasurePlan {
  const { mode, samples = null, worst, breakUs = null, cpu = null, priority = null, mlock } = args;
  const seconds = args.duration ?? (samples === null ? DEFAULT_SECONDS : null);
  const asked = cpu !== null || priority !== null || mlock;
  return {
    modes: mode === "all" ? WAIT_MODES : [mode],
    durationMs: seconds === null ? null : seconds * 1000,
    samples,
    worst,
    breakUs,
    scheduling: asked ? { cpu, priority, lockMemory: mlock } : undefined,
  };
}
