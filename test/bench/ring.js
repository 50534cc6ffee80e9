// SPDX-License-Identifier: MIT
// npm run bench:ring: tgtctl's responder against a C responder doing the same work on the same
// simulated ring, alternating in one run, per queue depth. Also the engine's memory per event.
import { execFileSync, spawn } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "3" },
    rounds: { type: "string", default: "5" },
    depths: { type: "string", default: "1,4,32,128" },
    json: { type: "boolean", default: false },
  },
});
const seconds = Number(values.seconds);
const rounds = Number(values.rounds);
const depths = values.depths.split(",").map(Number);
/** Least ratio of medians TypeScript / C at a depth. */
const floor = (depth) => (depth >= 128 ? 0.5 : 0.8);

const root = join(import.meta.dirname, "../..");
const build = join(root, "build/native-test");

function runC(depth) {
  const text = execFileSync(
    join(build, "plain/sim-bench"),
    [`depth=${depth}`, "read=70", "block=4096", `seconds=${seconds}`, "seed=1"],
    { encoding: "utf8" },
  );
  const result = JSON.parse(text);
  if (result.corrupt > 0 || result.failed > 0) throw new Error(`C responder: ${text}`);
  return result.iops;
}

/** Serves the simulator for `seconds`, then stops it as a user would. */
function runTs(depth) {
  return new Promise((resolve, reject) => {
    const device = `sim:depth=${depth},read=70,block=4096,seed=1`;
    const child = spawn(
      process.execPath,
      [join(root, "bin/tgtctl.js"), "serve", "--json", "-D", device],
      {
        stdio: ["ignore", "pipe", "inherit"],
      },
    );
    let out = "";
    child.stdout.on("data", (chunk) => {
      if (out === "") setTimeout(() => child.kill("SIGINT"), seconds * 1000);
      out += chunk;
    });
    child.on("close", (code) => {
      const report = JSON.parse(out.trim().split("\n").at(-1));
      if (code !== 0 || report.corrupt > 0 || report.failed > 0)
        reject(new Error(`tgtctl: ${out}`));
      else resolve(report.iops);
    });
  });
}

const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];

execFileSync(
  "make",
  ["-s", "-C", join(root, "test/native"), `BUILD=${build}`, join(build, "plain/sim-bench")],
  {
    stdio: ["ignore", "ignore", "inherit"],
  },
);
const table = [];
for (const depth of depths) {
  const c = [];
  const ts = [];
  for (let round = 0; round < rounds; round++) {
    c.push(runC(depth));
    ts.push(await runTs(depth));
  }
  table.push({
    depth,
    c: median(c),
    ts: median(ts),
    ratio: median(ts) / median(c),
    floor: floor(depth),
  });
}
if (values.json) {
  console.log(JSON.stringify({ schema: "tgtctl.bench-ring/1", seconds, rounds, table }));
} else {
  console.log(
    `depth   C commands/s   TypeScript   ratio   at least   (${rounds} x ${seconds} s each, medians)`,
  );
  for (const row of table) {
    console.log(
      `${String(row.depth).padStart(5)}   ${String(row.c).padStart(12)}   ${String(row.ts).padStart(10)}   ` +
        `${row.ratio.toFixed(2).padStart(5)}   ${row.floor.toFixed(1).padStart(8)}`,
    );
  }
}
process.exitCode = table.some((row) => row.ratio < row.floor) ? 1 : 0;
