// SPDX-License-Identifier: MIT
// How long until the screen stands there, and until one plain frame is printed, as ratios in the same run.
import { spawnSync } from "node:child_process";
import { median } from "./engine-times.js";
import { PtyProgram } from "./pty-program.js";

const program = ["bin/tgtctl.js", "top"];

/** From start to end, in a terminal as the screen is. */
async function untilEnd(args) {
  const begin = performance.now();
  await new PtyProgram(process.execPath, args).ended();
  return performance.now() - begin;
}

async function untilFrame() {
  const begin = performance.now();
  const screen = new PtyProgram(process.execPath, [...program, "--sim"]);
  const took = await screen.wrote("quit", begin);
  await screen.stop();
  return took;
}

function piped(...args) {
  const begin = performance.now();
  const { status } = spawnSync(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  if (status !== 0) throw new Error(`node ${args.join(" ")} ended with ${status}`);
  return performance.now() - begin;
}

/** Medians of the ratios round by round: a machine that changes its pace changes both. */
export async function startRatios(rounds) {
  const [screen, batch] = [[], []];
  for (let i = 0; i < rounds; i++) {
    screen.push((await untilFrame()) / (await untilEnd(["-e", "import('ink')"])));
    batch.push(piped(...program, "-b", "-n", "1", "--sim") / piped("-e", "0"));
  }
  return { screen: median(screen), batch: median(batch) };
}
