// SPDX-License-Identifier: MIT
// npm run bench:latency: the same wake-ups measured by tgtctl and by a C program, in turns; the modes
// side by side; a known delay, found again; cyclictest beside it, which knows nothing of rings: the machine's own floor.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { median, percentileOf } from "./latency-figures.js";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "10" },
    rounds: { type: "string", default: "5" },
    rate: { type: "string", default: "1000" },
    json: { type: "boolean", default: false },
  },
});
const seconds = Number(values.seconds);
const rounds = Number(values.rounds);
const rate = Number(values.rate);
/** How far apart the two may be, whichever is larger. */
const LIMITS = { p50: 1.05, p99: 1.2 };
/** No mode before the one named first, by medians of p50; so much is noise. */
const ORDER = ["spin", "poll", "epoll", "uv"];
const ORDER_NOISE = 1.05;
/** Put between publish and wake-up, us: [quirk, commands a second]; how far from it the distribution may move. */
const DELAYS = [
  ["spin-delay:100", 100],
  ["delay:1000", 100],
  ["delay:10000", 20],
  ["delay:100000", 5],
];
const DELAY_LIMIT = 0.05;

const root = join(import.meta.dirname, "../..");
const program = join(root, "build/native-test/plain/latency-wait");
const quiet = { stdio: ["ignore", "ignore", "inherit"] };
const folder = mkdtempSync(join(tmpdir(), "tgtctl-latency-"));
process.once("exit", () => rmSync(folder, { recursive: true }));

const run = (command, ...args) =>
  execFileSync(command, args.map(String), {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });

const DEVICE = "sim:depth=1,read=70,block=4096,seed=1";

const runC = () => JSON.parse(run(program, "depth=1", `rate=${rate}`, `seconds=${seconds}`));

/** One report a mode, as `tgtctl latency --json` prints them. */
function runOurs(mode, duration, device = `${DEVICE},rate=${rate}`) {
  const tgtctl = join(root, "bin/tgtctl.js");
  const args = ["latency", "-D", device, "--json", "--duration", duration, "--mode", mode];
  const lines = run(process.execPath, tgtctl, ...args)
    .trim()
    .split("\n");
  const reports = lines.map((line) => JSON.parse(line));
  for (const { samples, missed } of reports) {
    if (missed > samples / 1000) throw new Error(`tgtctl missed ${missed} of ${samples + missed}`);
  }
  return reports;
}

/**
 * Null: it is not installed, or not allowed. SCHED_FIFO, unlike the others: an ordinary thread's timers may
 * be 50 us late, which has nothing to do with wake-ups.
 */
function runCyclictest() {
  const out = join(folder, "cyclictest.json");
  const args = ["-q", "-m", "-p", 80, "-h", 50000, "-i", Math.round(1e6 / rate)];
  try {
    execFileSync("cyclictest", [...args, "-D", seconds, `--json=${out}`].map(String), quiet);
  } catch (error) {
    console.error(
      `bench:latency: cyclictest: ${error.code ?? "failed"} (apt-get install rt-tests; as root)`,
    );
    return null;
  }
  const [thread] = Object.values(JSON.parse(readFileSync(out, "utf8")).thread);
  const bins = Object.entries(thread.histogram).map(([us, count]) => [Number(us) * 1000, count]);
  const floor = { min: thread.min * 1000, max: thread.max * 1000 };
  for (const p of [50, 99]) floor[`p${p}`] = percentileOf(bins, p);
  return floor;
}

function compare() {
  const pairs = [];
  for (let round = 0; round < rounds; round++) {
    const ours = () => runOurs("poll", seconds)[0];
    const [first, second] = round % 2 === 0 ? [runC, ours] : [ours, runC];
    const [a, b] = [first(), second()];
    const [c, ts] = round % 2 === 0 ? [a, b] : [b, a];
    pairs.push({ c, ts, floor: runCyclictest() });
  }
  return pairs;
}

function modesInTurns() {
  const all = [];
  for (let round = 0; round < rounds; round++) all.push(...runOurs("all", seconds));
  return ORDER.map((mode) => {
    const mine = all.filter((report) => report.mode === mode);
    const of = (key) => median(mine.map((report) => report[key]));
    return { mode, min: of("min"), p50: of("p50"), p99: of("p99"), max: of("max") };
  });
}

/** By how much each delay moves the median, against the same without one just before. */
function delays() {
  return DELAYS.map(([quirk, perSecond]) => {
    const device = `${DEVICE},rate=${perSecond}`;
    const [without] = runOurs("poll", seconds, device);
    const [delayed] = runOurs("poll", seconds, `${device},quirk=${quirk}`);
    const wanted = Number(quirk.split(":")[1]) * 1000;
    return { quirk, wanted, moved: delayed.p50 - without.p50 };
  });
}

execFileSync("make", ["-s", "-C", join(root, "test/native"), program], quiet);
const pairs = compare();
const modes = modesInTurns();
const delayed = delays();
const ratio = (key) => median(pairs.map(({ c, ts }) => ts[key] / c[key]));
const ratios = { p50: ratio("p50"), p99: ratio("p99") };
const problems = [];
for (const [key, limit] of Object.entries(LIMITS)) {
  const apart = Math.max(ratios[key], 1 / ratios[key]);
  if (!(apart <= limit))
    problems.push(`${key}: tgtctl / C is ${ratios[key].toFixed(2)}, limit ${limit}`);
}
for (let i = 1; i < modes.length; i++) {
  const [before, after] = [modes[i - 1], modes[i]];
  const noise = before.mode === "spin" ? 1 : ORDER_NOISE;
  if (!(before.p50 <= after.p50 * noise))
    problems.push(`${after.mode} is faster than ${before.mode}: ${after.p50} < ${before.p50} ns`);
}
for (const { quirk, wanted, moved } of delayed) {
  if (!(Math.abs(moved / wanted - 1) <= DELAY_LIMIT))
    problems.push(`${quirk}: the distribution moved by ${moved} ns`);
}
const floors = pairs.map(({ floor }) => floor).filter((floor) => floor !== null);

function print() {
  const us = (ns) => (ns / 1000).toFixed(1).padStart(9);
  const line = (name, list, keys = ["min", "p50", "p99", "max"]) =>
    console.log(name.padEnd(14), ...keys.map((key) => us(median(list.map((one) => one[key])))));
  console.log(`us, medians of ${rounds} x ${seconds} s in turns, ${rate} commands a second`);
  console.log("".padEnd(14), ...["min", "p50", "p99", "max"].map((key) => key.padStart(9)));
  line(
    "C",
    pairs.map(({ c }) => c),
  );
  line(
    "tgtctl",
    pairs.map(({ ts }) => ts),
  );
  if (floors.length > 0) line("cyclictest", floors);
  for (const mode of modes) line(`--mode ${mode.mode}`, [mode]);
  for (const { quirk, moved, wanted } of delayed)
    console.log(`${quirk.padEnd(17)} moves p50 by ${us(moved)} (${(moved / wanted).toFixed(3)})`);
  for (const key of ["p50", "p99"]) {
    const each = pairs.map(({ c, ts }) => (ts[key] / c[key]).toFixed(2)).join(" ");
    console.log(`${key} tgtctl / C: ${ratios[key].toFixed(2)} (${each}), limit ${LIMITS[key]}`);
  }
}

if (values.json) {
  const result = { seconds, rounds, rate, pairs, ratios, modes, delayed };
  console.log(JSON.stringify({ schema: "tgtctl.bench-latency/1", ...result }));
} else print();
for (const problem of problems) console.error(`bench:latency: ${problem}`);
process.exitCode = problems.length > 0 ? 1 : 0;
