// SPDX-License-Identifier: MIT
// `top` on a terminal: what is remarked meanwhile, and what becomes of the target when the screen has ended.
import { native } from "../device/native.js";
import { causeText } from "../errors.js";
import type { HandedOver, Leaving } from "../session/leaving.js";
import type { Observation } from "../session/observation.js";
import { RemarkLog } from "../session/remark-log.js";
import { stakeOf } from "../session/stake.js";
import { writeLastLine } from "../tty-output.js";
import { remark, remarkLine } from "./remark.js";
import type { TopAttachOptions, TopDependencies, TopScreenOptions } from "./top.js";

export interface OnScreenOptions<Settings> {
  readonly attach: TopAttachOptions;
  readonly screen: Omit<TopScreenOptions<Settings>, "remarks">;
  /** No remarks at the end. */
  readonly quiet: boolean;
}

/** Errors: those of attaching, of the screen and of leaving; the target is left in order first. */
export async function runOnScreen<Settings>(
  { attach, runScreen }: TopDependencies<Settings>,
  options: OnScreenOptions<Settings>,
): Promise<void> {
  const remarks = new RemarkLog();
  const deaf = (): void => undefined;
  // hung up we are told more than once, and the second must not end us before the target is in good hands
  process.on("SIGHUP", deaf);
  try {
    const observation = await attach({ ...options.attach, onRemark: remarks.add });
    const leaving = await runScreen(observation, { ...options.screen, remarks }).catch(
      async (error) => {
        await afterFailure(observation);
        throw error;
      },
    );
    await leave(observation, leaving);
  } finally {
    process.off("SIGHUP", deaf);
    if (!options.quiet) for (const line of remarks.takeUnseen()) say(line);
  }
}

async function leave(observation: Observation, leaving: Leaving): Promise<void> {
  if (leaving.how === "hungUp") endWithoutTerminal();
  const { handOver } = observation;
  const goesOn =
    leaving.how === "handOver" || (leaving.how === "hungUp" && stakeOf(observation) !== null);
  if (goesOn && handOver) await leaveServing(observation, handOver);
  else await observation.close();
  if (leaving.how === "signal") say(`told to stop by ${leaving.signal}`);
}

/** Errors: what the hand-over failed of; then all is closed. */
async function leaveServing(
  observation: Observation,
  handOver: NonNullable<Observation["handOver"]>,
): Promise<void> {
  // half way there is nobody who answers: what stops us now has to wait
  const deaf = (): void => undefined;
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, deaf);
  try {
    say(handedOverText(await handOver()));
  } catch (error) {
    await observation.close().catch(() => {}); // of two failures the first
    throw error;
  } finally {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, deaf);
  }
}

/** The screen's fault is not the target's: whoever uses it is served on, unless it is the engine that died. */
async function afterFailure(observation: Observation): Promise<void> {
  try {
    if (stakeOf(observation) !== null && observation.handOver) {
      await leaveServing(observation, observation.handOver);
    } else await observation.close();
  } catch (error) {
    say(causeText(error)); // the first failure is what is reported
  }
}

/** At its end node gives a terminal its settings back, and aborts where that one has gone. */
function endWithoutTerminal(): void {
  process.once("exit", (code) => {
    try {
      native().exitNow(code);
    } catch {
      // an image can be looked at without the addon
    }
  });
}

/** One line. */
function handedOverText({ pid, device }: HandedOver): string {
  const look = device === "/dev/tgt" ? "tgtctl top" : `tgtctl top -D ${device}`;
  return `pid ${pid} serves ${device} on; look: ${look}; end it: kill ${pid}`;
}

/** Also where the terminal has stopped: the end of an owner does not wait for a reader. */
function say(text: string): void {
  const { stderr } = process;
  if (stderr.isTTY === true) writeLastLine(stderr.fd, remarkLine(text));
  else remark(text);
}
