// SPDX-License-Identifier: MIT
// npm run bench:screen: what the full screen costs the machine, the engine and the one who waits for it, each
// figure with its limit.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { compile, median, out } from "./engine-times.js";
import { busyScreen, idleScreen } from "./screen-cost.js";
import { engineBesideScreen } from "./screen-engine.js";
import { startRatios } from "./screen-start.js";

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  },
});
const size = values.quick
  ? { seconds: 5, keys: 10, events: 2e6, starts: 3, rounds: 1, engineSeconds: 3 }
  : { seconds: 20, keys: 40, events: 1e7, starts: 11, rounds: 5, engineSeconds: 6 };

function frameBytes() {
  const program = join(out, "screen-bytes.mjs");
  return JSON.parse(execFileSync(process.execPath, [program], { encoding: "utf8" }));
}

/** Name, figure, most that it may be (null: for comparison), digits, unit. */
function rowsOf({ idle, busy, bytes, start, engine }) {
  const { peer } = busy;
  return [
    ["100,000 events/s: main thread", busy.main, 5, 2, "%"],
    ["  V8's helper threads", busy.helpers, null, 2, "%"],
    ["  engine, simulator, control socket", busy.others, null, 2, "%"],
    ["  written", busy.bytesPerSecond / 1000, null, 1, "kB/s"],
    ["htop at 0.3 s meanwhile", peer?.share ?? Number.NaN, null, 2, "%"],
    ["  written", (peer?.bytesPerSecond ?? Number.NaN) / 1000, null, 1, "kB/s"],
    ["idle: main thread", idle.main, 1, 2, "%"],
    ["  written", idle.bytesPerSecond, 0, 0, "B/s"],
    ["a frame with five changed slots, median", median(bytes), 1000, 0, "B"],
    ["  the largest", Math.max(...bytes), 1000, 0, "B"],
    ["first frame / import('ink')", start.screen, 1.5, 2, ""],
    ["one plain frame / node -e 0", start.batch, 4, 2, ""],
    ["a key's effect, the slowest", busy.keyMs, 250, 0, "ms"],
    ["  median", busy.keyMedianMs, null, 0, "ms"],
    ["RssAnon at the end", busy.late, 150, 0, "MB"],
    [`  grown over ${size.events.toExponential(0)} events`, busy.late - busy.early, 10, 1, "MB"],
    ["p99, terminal stopped / control run", median(engine.stopped.ratios), 1.2, 2, ""],
    ["p99, main thread spins / control run", median(engine.spinning.ratios), 1.2, 2, ""],
    ["refused to a second process meanwhile", engine.problems.length, 0, 0, "calls"],
  ];
}

function print(rows, { engine }) {
  for (const [name, figure, limit, digits, unit] of rows) {
    const shown = `${figure.toFixed(digits)} ${unit}`.trimEnd();
    const most = limit === null ? "" : `   at most ${limit}`;
    console.log(`${name.padEnd(40)} ${shown.padStart(12)}${most}`);
  }
  for (const name of ["stopped", "spinning"]) {
    const { p99, control, share, ratios } = engine[name];
    const each = ratios.map((ratio) => ratio.toFixed(2)).join(" ");
    const us = `${p99.toFixed(0)} us, control run ${control.toFixed(0)} us`;
    console.log(`${name}: p99 ${us}, main thread ${(100 * share).toFixed(0)} %   (${each})`);
  }
}

for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(130));
await compile("screen-bytes.ts");
const idle = await idleScreen(size.seconds);
const busy = await busyScreen(size);
const bytes = frameBytes();
const start = await startRatios(size.starts);
const engine = await engineBesideScreen(size.rounds, size.engineSeconds);
const results = { idle, busy, bytes, start, engine };
const rows = rowsOf(results);
const above = rows.filter(([, figure, limit]) => limit !== null && !(figure <= limit));
if (values.json) console.log(JSON.stringify({ schema: "tgtctl.bench-screen/1", ...results }));
else print(rows, results);
for (const [name, figure, limit] of above) {
  console.error(`bench:screen: ${name.trim()}: ${figure.toFixed(2)}, not ${limit}`);
}
for (const problem of engine.problems) console.error(`bench:screen: ${problem}`);
if (busy.peer === null) console.error("bench:screen: htop is not there: apt-get install htop");
process.exitCode = above.length > 0 ? 1 : 0;
