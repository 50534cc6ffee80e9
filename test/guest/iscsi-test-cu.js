// SPDX-License-Identifier: MIT
// Runs libiscsi's iscsi-test-cu against a disk, suite by suite, so that a test
// that hangs or kills the tool costs only itself, and compares with what is expected.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";

const USAGE = `node iscsi-test-cu.js run /dev/sgN RESULTS [SUITE...]
    Writes "Suite.Test: pass", "... skip WORDS" or "... fail WORDS" lines, WORDS
    being the tool's, beside RESULTS.log with all it says. Prints the counts.
node iscsi-test-cu.js compare RESULTS EXPECTED [SUITE...]
    Prints what differs, in either direction; exit 1 if anything does.`;

/** Seconds for a suite; then its tests one by one, with a third each. */
const LIMIT = 240;

function tool(args, seconds) {
  const options = { encoding: "utf8", timeout: seconds * 1000, killSignal: "SIGKILL" };
  const child = spawnSync("iscsi-test-cu", args, { ...options, maxBuffer: 64 << 20 });
  if (child.error?.code === "ENOENT") throw child.error;
  const said = `${child.stdout ?? ""}${child.stderr ?? ""}`;
  return { stdout: child.stdout ?? "", said, signal: child.signal };
}

/** Every test of the SCSI family as { suite, test }, in the tool's order. */
function allTests() {
  const names = tool(["-l"], 30).stdout.split("\n");
  return names
    .map((name) => name.trim().split("."))
    .filter(([family, , test]) => family === "SCSI" && test !== undefined)
    .map(([, suite, test]) => ({ suite, test }));
}

/** What a test printed between its name and its verdict -> its first [SKIPPED] or [FAILED]. */
function words(block, kind) {
  const found = block.split("\n").find((line) => line.includes(`[${kind}]`));
  return found === undefined ? "" : found.replace(/^.*?\[\w+\]\s*/, "").trim();
}

/** The tests that came to an end, as Map of name -> verdict. */
function verdicts(suite, said) {
  const results = new Map();
  for (const block of said.split(/^ {2}Test: /m).slice(1)) {
    const test = block.split(" ", 1)[0];
    const verdict = /(?:^|\.\.\.)(passed|FAILED)$/m.exec(block)?.[1];
    if (verdict === undefined) continue;
    const skipped = words(block, "SKIPPED");
    if (verdict === "FAILED") {
      const cause = words(block, "FAILED") || /^ +\d+\. (.*)$/m.exec(block)?.[1] || "";
      results.set(`${suite}.${test}`, `fail ${cause}`.trim());
    } else results.set(`${suite}.${test}`, skipped === "" ? "pass" : `skip ${skipped}`);
  }
  return results;
}

function runSuite(device, suite, tests, log) {
  const results = new Map();
  const began = Date.now();
  const attempt = (name, seconds) => {
    const { said, signal } = tool(["-d", "-v", "-t", `SCSI.${name}`, device], seconds);
    log.push(`==== ${name}`, said);
    if (signal === null && !said.includes("Suite: ")) throw new Error(`iscsi-test-cu: ${said}`);
    for (const [test, verdict] of verdicts(suite, said)) results.set(test, verdict);
    return signal === "SIGKILL"
      ? `hung for ${seconds} s`
      : `ended the tool (${signal ?? "no result"})`;
  };
  attempt(suite, LIMIT);
  for (const { test } of tests) {
    const name = `${suite}.${test}`;
    if (results.has(name)) continue;
    const end = attempt(name, LIMIT / 3);
    if (!results.has(name)) results.set(name, `fail ${end}`);
  }
  log.push(`==== ${suite}: ${((Date.now() - began) / 1000).toFixed(1)} s`);
  return results;
}

function run(device, path, wanted) {
  const tests = allTests();
  const suites = [...new Set(tests.map(({ suite }) => suite))];
  const results = new Map();
  const log = [];
  for (const suite of suites.filter((name) => wanted.length === 0 || wanted.includes(name))) {
    const own = tests.filter((test) => test.suite === suite);
    for (const [test, verdict] of runSuite(device, suite, own, log)) results.set(test, verdict);
    const lines = [...results].map(([test, verdict]) => `${test}: ${verdict}\n`);
    writeFileSync(path, lines.join(""));
    writeFileSync(`${path}.log`, log.join("\n"));
  }
  const count = (kind) => [...results.values()].filter((v) => v.split(" ", 1)[0] === kind).length;
  console.log(`${count("pass")} passed, ${count("fail")} failed, ${count("skip")} skipped`);
}

/** A file of "NAME: VERDICT" lines; what stands behind "#" is for people. */
function readResults(path, suites) {
  const lines = readFileSync(path, "utf8").split("\n");
  const pairs = lines
    .map((line) => line.replace(/\s*#.*$/, ""))
    .filter((line) => line !== "")
    .map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trim()]);
  const chosen = ([name]) => suites.length === 0 || suites.includes(name.split(".", 1)[0]);
  return new Map(pairs.filter(chosen));
}

function compare(gotPath, wantedPath, suites) {
  const got = readResults(gotPath, suites);
  const wanted = readResults(wantedPath, suites);
  let different = 0;
  for (const name of new Set([...wanted.keys(), ...got.keys()])) {
    if (got.get(name) === wanted.get(name)) continue;
    console.log(`${name}: got '${got.get(name)}', expected '${wanted.get(name)}'`);
    different++;
  }
  process.exitCode = different === 0 ? 0 : 1;
}

const [what, first, second, ...suites] = process.argv.slice(2);
if (what === "run" && second) run(first, second, suites);
else if (what === "compare" && second) compare(first, second, suites);
else {
  console.error(USAGE);
  process.exitCode = 64;
}
