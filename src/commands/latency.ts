// SPDX-License-Identifier: MIT
// `tgtctl latency`: how long a wake-up takes, stage by stage.
import type { CommandModule } from "yargs";
import { holdCpuLatency } from "../device/cpu-latency.js";
import { EXIT_CODES, TgtctlError } from "../errors.js";
import { nothingMeasured, standingClock } from "../features/latency/findings.js";
import { type LatencyWay, openWay } from "../features/latency/latency-way.js";
import { liveLines } from "../features/latency/live-text.js";
import { type MeasurePlan, measure, type Outcome } from "../features/latency/measure.js";
import type { Measured } from "../features/latency/measured.js";
import { writeSnapshot } from "../features/latency/output-file.js";
import { DEFAULT_RATE, type OwnStimulus, startStimulus } from "../features/latency/own-stimulus.js";
import type { LatencyBreak } from "../session/latency/report.js";
import { LatencyFiles } from "./latency-files.js";
import { LiveBlock } from "./latency-live.js";
import { checkLatency, type LatencyArguments, latencyOptions, planOf } from "./latency-options.js";
import { printOutcome } from "./latency-report.js";
import { remark } from "./remark.js";
import { stopSignal } from "./stop-signal.js";

export const latencyCommand: CommandModule<object, LatencyArguments> = {
  command: "latency",
  builder: latencyOptions as never,
  handler: async (args) => {
    checkLatency(args);
    const plan = planOf(args);
    const files = new LatencyFiles(args);
    try {
      process.exitCode = await run(args, plan, files);
    } finally {
      files.close();
    }
  },
};

async function run(
  args: LatencyArguments,
  plan: MeasurePlan,
  files: LatencyFiles,
): Promise<number> {
  const stop = stopSignal();
  const live = args.json ? null : LiveBlock.on(process.stdout);
  const say = (text: string): void => {
    if (args.quiet) return;
    if (live) live.above(() => remark(text));
    else remark(text);
  };
  const idle = args.cpuDmaLatency ? holdCpuLatency() : null;
  if (idle?.refused) say(`deep idle is part of what is measured: ${idle.refused}`);
  try {
    const way = await openWay({
      ...args,
      luns: args.lun,
      simRate: simRate(args),
      scheduling: plan.scheduling,
      stop,
      onRemark: say,
    });
    return await onWay(way, { args, plan, files, live, stop, say });
  } finally {
    idle?.close();
    live?.close();
  }
}

interface Doing {
  readonly args: LatencyArguments;
  readonly plan: MeasurePlan;
  readonly files: LatencyFiles;
  readonly live: LiveBlock | null;
  readonly stop: AbortSignal;
  readonly say: (text: string) => void;
}

interface Stimulated extends Doing {
  readonly stimulate: () => Promise<OwnStimulus | null>;
}

/** Null: its settings say how fast it is. */
function simRate({ rate, device }: LatencyArguments): number | null {
  return rate ?? (/[:,]rate=/.test(device) ? null : DEFAULT_RATE);
}

async function onWay(way: LatencyWay, doing: Doing): Promise<number> {
  const { args, stop, say } = doing;
  const { device, priority = 0 } = args;
  const { role } = way.source;
  const measured = { device, role, owner: way.owner, intervalNs: way.intervalNs, priority };
  const stimulate = async (): Promise<OwnStimulus | null> => {
    const stimulus = await startStimulus(way, { rate: args.rate ?? null, device, stop, say });
    if (stimulus) measured.intervalNs = stimulus.intervalNs;
    return stimulus;
  };
  let outcome: Outcome;
  try {
    outcome = await withLive(way, measured, { ...doing, stimulate });
  } finally {
    doing.live?.clear();
    await way.close().catch((error) => {
      if (error instanceof TgtctlError) say(error.message);
      else throw error;
    });
  }
  return conclude(outcome, measured, doing);
}

async function withLive(way: LatencyWay, measured: Measured, doing: Stimulated): Promise<Outcome> {
  const { live, plan, stop, stimulate } = doing;
  const { durationMs, samples } = plan;
  return measure(way.source, plan, {
    stop,
    failed: way.failed,
    stimulate,
    ...(live && {
      progress: (reports, elapsedMs, mode) => {
        const { intervalNs } = measured;
        const state = { reports, elapsedMs, durationMs, samples, mode, intervalNs };
        live.show(liveLines(state, LiveBlock.room(process.stdout)));
      },
    }),
  });
}

/** What there is comes first, what is wrong with it last. */
function conclude(outcome: Outcome, measured: Measured, { args, files }: Doing): number {
  const { reports, ended, error } = outcome;
  const nothing = nothingMeasured(reports, args.device, ended === "stopped");
  const rings = reports.broke && keptRings(reports.broke);
  if (nothing === null) {
    printOutcome(outcome, measured, { ...args, snapshot: rings?.file ?? null });
    files.write(reports, measured);
  }
  if (error !== null) throw error;
  if (rings?.error) throw rings.error;
  const trouble = nothing ?? standingClock(reports, args.device);
  if (trouble) throw trouble;
  return ended === "broke" ? EXIT_CODES.found : EXIT_CODES.ok;
}

/** Where they cannot be kept, what was measured is still worth printing. */
function keptRings({ rings }: LatencyBreak): { file: string | null; error: TgtctlError | null } {
  try {
    return { file: writeSnapshot(".", rings, new Date()), error: null };
  } catch (error) {
    if (error instanceof TgtctlError) return { file: null, error };
    throw error;
  }
}
