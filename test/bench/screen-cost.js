// SPDX-License-Identifier: MIT
// What the screen costs while it runs: CPU busy and idle, bytes, memory, the wait for a key's effect; and htop.
import { setTimeout as sleep } from "node:timers/promises";
import { PtyProgram } from "./pty-program.js";

/** Of the program's own code, until it is compiled. */
const WARM_MS = 6000;
const PER_SECOND = 100_000;
const BUSY = "sim:rate=33333,depth=32,seed=1";
/** One command, and silence. */
const IDLE = "sim:rate=1,count=1";
/** The last command is out of all figures by then. */
const SILENT_MS = 15_000;

/** Shares of one processor in percent, and bytes a second. */
async function watched(program, seconds) {
  const [threads, bytes, begin] = [program.threads, program.bytes, performance.now()];
  await sleep(seconds * 1000);
  const now = program.threads;
  const wallMs = performance.now() - begin;
  const share = (kind) => (now[kind] - threads[kind]) / 1e4 / wallMs;
  return {
    main: share("main"),
    helpers: share("helpers"),
    others: share("others"),
    bytesPerSecond: ((program.bytes - bytes) * 1000) / wallMs,
  };
}

async function htop(seconds) {
  // tenths of a second: the nearest to four frames a second that is not more of them
  const program = new PtyProgram("htop", ["-d", "3"]);
  await sleep(1500);
  const [before, begin, bytes] = [program.cpuMs, performance.now(), program.bytes];
  await sleep(seconds * 1000);
  const wallMs = performance.now() - begin;
  const share = (100 * (program.cpuMs - before)) / wallMs;
  const result = { share, bytesPerSecond: ((program.bytes - bytes) * 1000) / wallMs };
  program.kill();
  return result;
}

/** The selection moves one slot: how long until it is seen to, each time, ms. */
async function keyTimes(program, count) {
  const times = [];
  const shown = program.emulate();
  program.write("\x0c"); // drawn anew: whole, for the emulator
  await sleep(1000);
  const slot = () => Number(/slot kuring (\d+)/.exec(shown())?.[1] ?? Number.NaN);
  for (let i = 0; i < count; i++) {
    const wanted = (slot() + 1) % 512;
    const begin = performance.now();
    program.write("l");
    while (slot() !== wanted) {
      if (performance.now() - begin > 5000) throw new Error(`no effect of a key:\n${shown()}`);
      await sleep(2);
    }
    times.push(performance.now() - begin);
    await sleep(90 + 37 * (i % 5));
  }
  program.onData = () => {};
  return times.sort((a, b) => a - b);
}

/** `events`: how many go by before the memory is looked at again. */
export async function busyScreen({ seconds, keys, events }) {
  const program = await PtyProgram.top(BUSY);
  const begin = performance.now();
  await sleep(WARM_MS);
  const cost = await watched(program, seconds);
  const early = program.rssMb;
  const times = await keyTimes(program, keys);
  const peer = await htop(seconds).catch(() => null);
  const wholeMs = (events / PER_SECOND) * 1000;
  await sleep(Math.max(0, wholeMs - (performance.now() - begin)));
  const late = program.rssMb;
  await program.stop();
  return { ...cost, early, late, keyMs: times.at(-1), keyMedianMs: times[times.length >> 1], peer };
}

export async function idleScreen(seconds) {
  const program = await PtyProgram.top(IDLE);
  await sleep(SILENT_MS);
  const cost = await watched(program, seconds);
  await program.stop();
  return cost;
}
