// SPDX-License-Identifier: MIT
// Does the engine answer later because the screen's thread is blocked, or busy? Against an owner without a screen
// beside a C program that burns the same.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Child } from "./child.js";
import { measure, median, startBurner } from "./engine-times.js";
import { PtyProgram } from "./pty-program.js";

/** For the engine's compiled code. */
const WARM_MS = 4000;
const SETTINGS = "depth=8,rate=3000,read=70,block=4096,seed=1";

const tgtctl = join(import.meta.dirname, "../../bin/tgtctl.js");
const named = (kind) => `sim:name=screen-${kind}-${process.pid}`;

/** 15 ms of each 66, in the main thread only. */
const SPIN = `data:text/javascript,${encodeURIComponent(
  'import{isMainThread}from"node:worker_threads";if(isMainThread)setInterval(()=>{' +
    "const end=performance.now()+15;while(performance.now()<end);},66)",
)}`;

/** An owner with a screen, as it is; `other`: its main thread's share of a processor. */
async function beside(kind, program, seconds) {
  await sleep(WARM_MS);
  const [before, begin] = [program.threads.main, performance.now()];
  const measured = await measure(named(kind), seconds, program, null);
  const main = (program.threads.main - before) / 1e6 / (performance.now() - begin);
  return { ...measured, other: main };
}

/** What a second process is told meanwhile: exit codes that are not 0. */
function refused(device) {
  const verbs = [["status"], ["hold"], ["held"], ["continue"]];
  return verbs.flatMap((verb) => {
    const run = spawnSync(process.execPath, [tgtctl, ...verb, "-D", device], { timeout: 20_000 });
    return run.status === 0 ? [] : [`${verb}: ${run.status} ${run.stderr}`];
  });
}

async function stopped(seconds) {
  const program = await PtyProgram.top(`${named("stopped")},${SETTINGS}`);
  await program.stopReading();
  const measured = await beside("stopped", program, seconds);
  const problems = refused(named("stopped"));
  await program.stop();
  return { ...measured, problems };
}

async function spinning(seconds) {
  const env = { NODE_OPTIONS: `--import ${SPIN}` };
  const program = await PtyProgram.top(`${named("spinning")},${SETTINGS}`, { env });
  const measured = await beside("spinning", program, seconds);
  const problems = refused(named("spinning"));
  await program.stop();
  return { ...measured, problems };
}

async function control(seconds, share) {
  const args = ["serve", "--json", "-D", `${named("control")},${SETTINGS}`];
  const owner = await Child.node(tgtctl, ...args);
  const burner = await startBurner(share);
  await sleep(WARM_MS);
  const measured = await measure(named("control"), seconds, owner, burner);
  await burner.stop("SIGTERM");
  await owner.stop("SIGINT");
  return measured;
}

/** p99 of each and the ratios to its control, medians of the rounds; what a second process was refused. */
export async function engineBesideScreen(rounds, seconds) {
  const found = { problems: [] };
  for (const [name, run] of Object.entries({ stopped, spinning })) {
    const pairs = [];
    for (let i = 0; i < rounds; i++) {
      const screen = await run(seconds);
      pairs.push({ screen, control: await control(seconds, screen.other) });
      found.problems.push(...screen.problems);
    }
    found[name] = {
      p99: median(pairs.map(({ screen }) => screen.p99)),
      control: median(pairs.map((pair) => pair.control.p99)),
      share: median(pairs.map(({ screen }) => screen.other)),
      ratios: pairs.map((pair) => pair.screen.p99 / pair.control.p99),
    };
  }
  return found;
}
