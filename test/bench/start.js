// SPDX-License-Identifier: MIT
// npm run bench:start: how long --version and dump take, as ratios to `node -e 0` in the same run,
// and what serve keeps in memory before and after a million commands.
import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const ROUNDS = 21;
const root = join(import.meta.dirname, "../..");
const program = join(root, "bin/tgtctl.js");
const image = join(root, "fixtures/ring-aborts-pending.bin");
const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];

function timed(args) {
  const begin = process.hrtime.bigint();
  const { status } = spawnSync(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  if (status !== 0) throw new Error(`node ${args.join(" ")} ended with ${status}`);
  return Number(process.hrtime.bigint() - begin) / 1e6;
}

/** Median of the ratios round by round: a machine that changes its pace changes both. */
function ratio(args) {
  const ratios = Array.from({ length: ROUNDS }, () => {
    const base = timed(["-e", "0"]);
    return timed(args) / base;
  });
  return median(ratios);
}

function rssAnonMb(pid) {
  const line = /^RssAnon:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return Number(line?.[1]) / 1024;
}

async function serveMemory() {
  const args = [program, "serve", "--json", "-D", "sim:depth=32", "--lun", "0=ram:64M"];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  let out = "";
  child.stdout.on("data", (chunk) => {
    out += chunk;
  });
  while (!out.includes("\n")) await sleep(50);
  const samples = [];
  for (let second = 0; second < 15; second++) {
    await sleep(1000);
    samples.push(rssAnonMb(child.pid));
  }
  child.kill("SIGINT");
  await new Promise((resolve) => child.on("close", resolve));
  const { completed } = JSON.parse(out.trim().split("\n").at(-1));
  return { samples, completed };
}

const rows = [
  ["--version", ratio([program, "--version"]), 1.5],
  ["dump FILE", ratio([program, "dump", image]), 3],
];
console.log(`start, ratio to node -e 0 (median of ${ROUNDS} rounds)`);
for (const [name, value, limit] of rows) {
  console.log(`  ${name.padEnd(12)} ${value.toFixed(2)}   at most ${limit}`);
}
const { samples, completed } = await serveMemory();
const early = median(samples.slice(2, 6));
const late = median(samples.slice(-4));
console.log(`serve, RssAnon without its stores over ${completed} commands`);
console.log(`  early ${early.toFixed(0)} MB   late ${late.toFixed(0)} MB   below 120 MB`);
const slow = rows.some(([, value, limit]) => value > limit);
process.exitCode = slow || late > 120 || late > early + 10 ? 1 : 0;
