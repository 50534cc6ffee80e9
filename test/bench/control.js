// SPDX-License-Identifier: MIT
// npm run bench:control: what a hundred bad clients of the control socket cost the engine's answers,
// against a C program that burns as much processor time, in turns; and what they leave in the owner.
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { Child } from "./child.js";
import { compile, measure, median, out, startBurner } from "./engine-times.js";

/** Most of p99 under abuse / beside the burner, median of the rounds. */
const LIMIT = 1.2;
/** Of the owner's memory, without its stores, as in bench:start. */
const MOST_MB = 120;
/** So much has to come without a newline in all. */
const FLOOD_BYTES = 100e6;
/** For the engine's compiled code, and for what the last run left to end. */
const WARM_MS = 5000;
const SETTLE_MS = 1500;
const QUANTILES = ["p50", "p99"];

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "6" },
    rounds: { type: "string", default: "9" },
    rate: { type: "string", default: "3000" },
    json: { type: "boolean", default: false },
  },
});
const [seconds, rounds, rate] = [values.seconds, values.rounds, values.rate].map(Number);
if (![seconds, rounds, rate].every((n) => Number.isInteger(n) && n > 0)) {
  console.log("node test/bench/control.js [--seconds N] [--rounds N] [--rate N] [--json]");
  process.exit(64);
}

const root = join(import.meta.dirname, "../..");
const device = `sim:name=bench-${process.pid}`;

async function abuse(owner) {
  // in one thread, as the burner's: V8's helpers would be four more, all at once
  const program = ["--single-threaded", join(out, "control-abuse.mjs")];
  const abuser = await Child.node(...program, device);
  const measured = await measure(device, seconds, owner, abuser);
  await abuser.stop("SIGTERM");
  const counts = await abuser.result();
  await sleep(SETTLE_MS);
  return { ...measured, counts };
}

/** As much as the abuser had, and in a thread beside it as much more as the owner had. */
async function burn(owner, { other, own }, quiet) {
  const burner = await startBurner(other, own - quiet.own);
  const measured = await measure(device, seconds, owner, burner);
  await burner.stop("SIGTERM");
  return measured;
}

async function runRounds(owner) {
  const runs = [];
  let abused = await abuse(owner); // the first is not counted: code is compiled, the heap grows
  let half = owner.holdings;
  for (let i = 0; i < rounds; i++) {
    const quiet = await measure(device, seconds, owner, null);
    const early = i % 2 === 1 ? await burn(owner, abused, quiet) : null;
    abused = await abuse(owner);
    runs.push({ quiet, abused, burned: early ?? (await burn(owner, abused, quiet)) });
    if (i + 1 === rounds >> 1) half = owner.holdings;
  }
  return { runs, half };
}

function summary(runs) {
  const kinds = {};
  for (const kind of ["quiet", "abused", "burned"]) {
    const of = (name) => median(runs.map((run) => run[kind][name]));
    kinds[kind] = Object.fromEntries([...QUANTILES, "own", "other"].map((n) => [n, of(n)]));
  }
  const ratios = runs.map(({ abused, burned }) => abused.p99 / burned.p99);
  const counts = {};
  for (const { abused } of runs) {
    for (const [name, n] of Object.entries(abused.counts)) {
      counts[name] = name.startsWith("slowest")
        ? Math.max(counts[name] ?? 0, n)
        : (counts[name] ?? 0) + n;
    }
  }
  const all = runs.flatMap((run) => Object.values(run));
  const missed = all.reduce((sum, run) => sum + run.missed, 0);
  return { kinds, ratio: median(ratios), ratios, counts, missed };
}

function problems({ ratio, counts, missed }, holdings) {
  const [before, , last] = holdings;
  const found = [
    [ratio > LIMIT, `p99 under abuse is ${ratio.toFixed(2)} of the burner's, not ${LIMIT}`],
    [counts.errors !== counts.garbage, "garbage without an error"],
    [counts.floodErrors !== counts.floods, "a line without an end got no error"],
    [counts.floodBytes < FLOOD_BYTES, "less than 100 MB without a newline: more rounds"],
    [counts.failed > 0, "calls of the good client failed"],
    [missed > 0, `${missed} events of the rings were not seen`],
    [last.fds > before.fds, "descriptors were left open"],
    [last.rssMb > MOST_MB, `RssAnon is above ${MOST_MB} MB`],
  ];
  return found.filter(([wrong]) => wrong).map(([, text]) => text);
}

function print({ kinds, ratio, ratios, counts }, [before, half, last]) {
  console.log(
    `us from request to verdict, ${rate} commands/s, medians of ${rounds} x ${seconds} s`,
  );
  console.log("            p50       p99   owner's CPU   the load's");
  for (const [kind, { p50, p99, own, other }] of Object.entries(kinds)) {
    const cells = [p50.toFixed(0).padStart(7), p99.toFixed(0).padStart(9)];
    cells.push(own.toFixed(2).padStart(13), other.toFixed(2).padStart(12));
    console.log(`${kind.padEnd(8)}${cells.join(" ")}`);
  }
  const each = ratios.map((r) => r.toFixed(2)).join(" ");
  console.log(`p99 abused / burned ${ratio.toFixed(2)}   at most ${LIMIT}   (${each})`);
  const { lives, garbage, errors, floods, floodErrors, floodBytes, turnedAway } = counts;
  console.log(`${lives} lives, ${turnedAway} of them turned away; ${garbage} messages of garbage,`);
  console.log(`${errors} errors; ${floods} lines without an end, ${floodErrors} errors,`);
  console.log(`${(floodBytes / 1e6).toFixed(0)} MB; held asked ${counts.calls} times,`);
  console.log(`${counts.failed} failed, the slowest ${counts.slowestMs.toFixed(0)} ms`);
  const mb = [before, half, last].map(({ rssMb }) => rssMb.toFixed(0));
  console.log(
    `the owner before, after half of the rounds, after all: RssAnon ${mb.join(", ")} MB,`,
  );
  console.log(`descriptors ${[before, half, last].map(({ fds }) => fds).join(", ")}`);
}

for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(130));
await compile("control-abuse.ts");
const settings = `${device},depth=8,rate=${rate},read=70,block=4096,seed=1`;
const owner = await Child.node(join(root, "bin/tgtctl.js"), "serve", "--json", "-D", settings);
try {
  await sleep(WARM_MS);
  const before = owner.holdings;
  const { runs, half } = await runRounds(owner);
  await sleep(SETTLE_MS);
  const holdings = [before, half, owner.holdings];
  const result = summary(runs);
  const found = problems(result, holdings);
  const schema = "tgtctl.bench-control/1";
  if (values.json)
    console.log(JSON.stringify({ schema, seconds, rounds, rate, ...result, holdings }));
  else print(result, holdings);
  for (const text of found) console.error(`bench:control: ${text}`);
  process.exitCode = found.length > 0 ? 1 : 0;
} finally {
  await owner.stop("SIGINT");
}
