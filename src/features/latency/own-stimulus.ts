// SPDX-License-Identifier: MIT
// Whether the target needs commands of ours to be measured, and where they come from.
import { setTimeout as pause } from "node:timers/promises";
import { TgtctlError } from "../../errors.js";
import { Stimulus } from "../../session/latency/stimulus.js";
import type { LatencyWay } from "./latency-way.js";

export interface OwnStimulus {
  readonly intervalNs: number;
  stop(): Promise<void>;
}

export interface StimulusWish {
  /** Commands a second; null: nobody asked. */
  readonly rate: number | null;
  readonly device: string;
  readonly stop: AbortSignal;
  readonly say: (text: string) => void;
}

/** Commands a second where nobody says how many. */
export const DEFAULT_RATE = 1000;
const LOOK_MS = 250;
/** Of a new owner: what a disk that has just appeared is asked by udev and others is over by then. */
const OWNERS_LOOKS = 8;
const LOOKS = 2;
/** In one look: a target that has so few events is idle. */
const FEW = 2;

/** While `way.source` measures. Null: there is traffic, or no way to make any, which is said. */
export async function startStimulus(
  way: LatencyWay,
  wish: StimulusWish,
): Promise<OwnStimulus | null> {
  if (way.intervalNs !== null || wish.stop.aborted) return null;
  const traffic = await trafficOf(way, wish.stop);
  if (traffic === null) return null;
  if (traffic) {
    if (wish.rate !== null) wish.say("there is traffic: --rate adds none to it");
    return null;
  }
  // what a new disk was asked by others is not what is measured
  if (way.source.role === "owner") await way.source.reset();
  const [node] = way.nodes;
  if (node === undefined) {
    wish.say(
      `${wish.device} is idle, and no disk of it is attached here that could be sent a command`,
    );
    return null;
  }
  return onNode(node, wish);
}

async function onNode(node: string, { rate, say }: StimulusWish): Promise<OwnStimulus | null> {
  const intervalNs = 1e9 / (rate ?? DEFAULT_RATE);
  try {
    const stimulus = await Stimulus.start(node, intervalNs);
    say(`the target is idle: TEST UNIT READY to ${node}, ${rate ?? DEFAULT_RATE} a second`);
    return { intervalNs, stop: () => stop(stimulus, say) };
  } catch (error) {
    if (rate !== null || !(error instanceof TgtctlError)) throw error;
    say(error.message);
    return null;
  }
}

async function stop(stimulus: Stimulus, say: (text: string) => void): Promise<void> {
  const leftOut = await stimulus.stop();
  if (stimulus.trouble !== null) say(`the stimulus ended early: ${stimulus.trouble}`);
  if (leftOut > 0) say(`${leftOut} commands were not sent in time: those before had no answer yet`);
}

/** Whoever measures counts: there may be no other way to know. Null: it has ended or is to end, so nobody needs to. */
async function trafficOf(
  { source, failed }: LatencyWay,
  stop: AbortSignal,
): Promise<boolean | null> {
  const most = source.role === "owner" ? OWNERS_LOOKS : LOOKS;
  let before = 0;
  for (let look = 0; look < most && !stop.aborted; look++) {
    await pause(LOOK_MS);
    const { reports, broke } = await Promise.race([source.read(), failed]);
    if (broke || stop.aborted) return null;
    const now = reports.reduce((sum, { samples, missed }) => sum + samples + missed, 0);
    if (now - before <= FEW) return false;
    before = now;
  }
  return stop.aborted ? null : true;
}
