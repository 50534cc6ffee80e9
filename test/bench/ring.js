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
/** Least ratio with a breakpoint / without. */
const BREAK_FLOOR = 0.9;
/** Its fields are a command's: every event is joined to its own. */
const BREAKPOINT = "opcode == 0xff && lba > 0x100000000";

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

const tgtctl = join(root, "bin/tgtctl.js");

/** Either way a client comes and goes: its own start costs something. */
function setBreakpoint(device, on) {
  const args = [tgtctl, "break", ...(on ? ["add", BREAKPOINT] : ["list"]), "-D", device];
  execFileSync(process.execPath, args, { stdio: ["ignore", "ignore", "inherit"] });
}

/** Serves the simulator for `seconds`, then stops it as a user would. */
function runTs(depth, breakpoint) {
  return new Promise((resolve, reject) => {
    const name = `bench-${process.pid}`;
    const device = `sim:name=${name},depth=${depth},read=70,block=4096,seed=1`;
    const child = spawn(process.execPath, [tgtctl, "serve", "--json", "-D", device], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let out = "";
    child.stdout.on("data", (chunk) => {
      if (out === "") {
        setBreakpoint(`sim:name=${name}`, breakpoint);
        setTimeout(() => child.kill("SIGINT"), seconds * 1000);
      }
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
  const runs = { c: [], ts: [], breakpoint: [] };
  for (let round = 0; round < rounds; round++) {
    runs.c.push(runC(depth));
    runs.ts.push(await runTs(depth, false));
    runs.breakpoint.push(await runTs(depth, true));
  }
  const [c, ts, breakpoint] = [runs.c, runs.ts, runs.breakpoint].map(median);
  table.push({
    depth,
    c,
    ts,
    ratio: ts / c,
    floor: floor(depth),
    breakpoint,
    breakpoint_ratio: breakpoint / ts,
  });
}
if (values.json) {
  console.log(JSON.stringify({ schema: "tgtctl.bench-ring/1", seconds, rounds, table }));
} else {
  console.log(`commands/s, medians of ${rounds} x ${seconds} s each, in turns`);
  console.log("depth          C   TypeScript   ratio   at least   breakpoint   ratio   at least");
  for (const row of table) {
    const cells = [
      String(row.depth).padStart(5),
      String(row.c).padStart(10),
      String(row.ts).padStart(12),
      row.ratio.toFixed(2).padStart(7),
      row.floor.toFixed(1).padStart(10),
      String(row.breakpoint).padStart(12),
      row.breakpoint_ratio.toFixed(2).padStart(7),
      BREAK_FLOOR.toFixed(1).padStart(10),
    ];
    console.log(cells.join(" "));
  }
}
const bad = (row) => row.ratio < row.floor || row.breakpoint_ratio < BREAK_FLOOR;
process.exitCode = table.some(bad) ? 1 : 0;
