// SPDX-License-Identifier: MIT
// `tgtctl latency` as a user runs it, on simulators: what it prints, what it leaves, how it ends.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROOT, type Run, runCli } from "./run-cli.js";

const PROGRAM = join(ROOT, "bin/tgtctl.js");
let dir = "";
const at = (name: string): string => join(dir, name);

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "tgtctl-latency-"));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const latency = (...args: string[]): Run => runCli(["latency", ...args]);

describe("argv -> exit code", () => {
  it.each<[string, string[], number, RegExp]>([
    ["no time at all", ["--duration", "0"], 64, /--duration 0: not a number from 0\.1/],
    ["no number", ["--samples", "x"], 64, /--samples: not a whole number from 1/],
    ["half a sample", ["--samples", "1.5"], 64, /--samples 1\.5: not a whole/],
    ["no rate", ["--rate", "0"], 64, /--rate 0: not a whole number from 1/],
    ["a priority that is none", ["--priority", "100"], 64, /--priority 100: .* 1 to 99/],
    ["a limit of nothing", ["--break-us", "0"], 64, /--break-us 0/],
    ["too many worst", ["--worst", "1001"], 64, /--worst 1001/],
    [
      "a mode that is none",
      ["--mode", "select"],
      64,
      /Choices: "poll", "epoll", "uv", "spin", "all"/,
    ],
    ["two outputs", ["--json", "--table"], 64, /--json and --table/],
    ["two files in one", ["--hgrm", "x", "--svg", "x"], 64, /--hgrm and --svg: one file/],
    ["a processor that is none", ["--cpu", "8191"], 64, /processor 8191/],
    ["a picture nowhere", ["--svg", "/nowhere/x.svg"], 73, /\/nowhere\/x\.svg: .*ENOENT/],
    ["an .hgrm nowhere", ["--hgrm", "/nowhere/x"], 73, /\/nowhere\/x: .*ENOENT/],
  ])("%s", (_, args, code, words) => {
    const run = latency("--sim", ...args);
    expect(run.stderr).toMatch(words);
    expect(run.code).toBe(code);
    expect(run.stdout).toBe("");
  });

  it("a picture nowhere, and no .hgrm of it all is left", () => {
    const files = ["--hgrm", at("gone.hgrm"), "--svg", "/nowhere/x.svg"];
    expect(latency("--sim", "--mode", "all", ...files).code).toBe(73);
    expect(readdirSync(dir).filter((name) => name.startsWith("gone"))).toEqual([]);
  });

  it("on an image", () => {
    expect(latency("-D", join(ROOT, "fixtures/ring-idle.bin")).code).toBe(64);
  });
});

describe("a simulator of its own", () => {
  it("is measured, every event of it", () => {
    const run = latency("--sim", "--duration", "1", "--json");
    expect(run.code).toBe(0);
    const { samples, missed, published, stages, whole, corrected, histogram, ...report } =
      JSON.parse(run.stdout);
    expect(report).toMatchObject({ schema: "tgtctl.latency/1", mode: "poll", role: "owner" });
    expect(samples).toBeGreaterThan(200);
    expect(samples + missed).toBe(published);
    expect(corrected.interval_ns).toBe(1_000_000);
    const sums = Object.values(stages).map((stage) => (stage as { sum: number }).sum);
    expect(sums.reduce((a, b) => a + b, 0)).toBe(whole.sum);
    expect(histogram.reduce((sum: number, [, n]: [number, number]) => sum + n, 0)).toBe(
      report.count,
    );
    expect(report.min).toBeLessThanOrEqual(report.p50);
    expect(report.p50).toBeLessThanOrEqual(report.max);
  });

  it("in all modes, in turns: a line each", () => {
    const run = latency("--sim", "--duration", "1.2", "--mode", "all", "--table");
    expect(run.code).toBe(0);
    const lines = run.stdout.trimEnd().split("\n");
    expect(lines.map((line) => line.slice(0, 8))).toEqual([
      "M: poll ",
      "M: epoll",
      "M: uv   ",
      "M: spin ",
    ]);
    for (const line of lines)
      expect(line).toMatch(/ P: 0 I:1000 C: +\d+ Min: .* Max: .* Miss:\d+$/);
  });

  it.runIf(process.getuid?.() === 0)(
    "is measured with its memory locked, on one processor, before others",
    () => {
      const run = latency(
        "--sim",
        "--duration",
        "1.5",
        "--mlock",
        "--cpu",
        "0",
        "--priority",
        "2",
        "--table",
      );
      expect(run.stderr).toBe("");
      expect(run.stdout).toMatch(/^M: poll {2}P: 2 /);
      expect(run.code).toBe(0);
    },
  );

  it("ends with its samples, and says all of it in 80 columns", () => {
    const run = latency("--sim", "--samples", "300", "--worst", "3");
    expect(run.code).toBe(0);
    expect(run.stdout).toMatch(/^sim, as owner: poll, /);
    expect(run.stdout).toMatch(/\n wakeup +\d/);
    expect(run.stdout).toMatch(/\n whole +\d/);
    for (const line of run.stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  });

  it("leaves the files it was asked for, and in place of old ones", () => {
    writeFileSync(at("w.svg"), "x".repeat(1 << 20));
    const files = ["--svg", at("w.svg"), "--hgrm", at("w.hgrm"), "--mode", "all"];
    expect(latency("--sim", "--duration", "0.8", "--table", ...files).code).toBe(0);
    expect(readFileSync(at("w.svg"), "utf8")).toMatch(/^<\?xml [\s\S]*<\/svg>\n$/);
    for (const mode of ["poll", "epoll", "uv", "spin"]) {
      expect(readFileSync(at(`w-${mode}.hgrm`), "utf8")).toMatch(/^ +Value +Percentile/);
    }
    expect(existsSync(at("w.hgrm"))).toBe(false);
  });
});

/** The program in `dir`, with what it says. */
class Running {
  readonly child: ChildProcess;
  stdout = "";
  stderr = "";
  readonly code: Promise<number | null>;

  constructor(...args: string[]) {
    this.child = spawn(process.execPath, [PROGRAM, ...args], { cwd: dir });
    this.child.stdout?.on("data", (bytes) => {
      this.stdout += String(bytes);
    });
    this.child.stderr?.on("data", (bytes) => {
      this.stderr += String(bytes);
    });
    this.code = new Promise((resolve) => this.child.once("close", resolve));
  }

  async says(words: RegExp): Promise<void> {
    for (let i = 0; i < 200 && !words.test(this.stdout); i++) await pause(50);
    expect(this.stdout).toMatch(words);
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe("cut short", () => {
  it("Ctrl-C gives the summary", async () => {
    const run = new Running("latency", "--sim", "--duration", "60", "--table");
    await pause(2500);
    run.child.kill("SIGINT");
    expect(await run.code).toBe(0);
    expect(run.stdout).toMatch(/^M: poll /);
    expect(run.stderr).toBe("");
  });

  it("a break leaves the rings as they were, and ends with 1", async () => {
    const run = new Running("latency", "--sim", "--duration", "30", "--break-us", "1");
    expect(await run.code).toBe(1);
    expect(run.stdout).toMatch(/break: poll took .*, above 1 us; /);
    const [, file = ""] = /tgtctl dump (\S+)/.exec(run.stdout) ?? [];
    expect(statSync(at(file)).size).toBe(131_072);
    expect(statSync(at(file)).mode & 0o777).toBe(0o600);
    expect(runCli(["dump", at(file), "--json"]).code).toBe(0);
    expect(readdirSync(dir).filter((name) => name.endsWith(".bin"))).toHaveLength(1);
  });
});

describe("a break where no file can be written", () => {
  it("is told all the same, without the rings", () => {
    const args = [PROGRAM, "latency", "--sim", "--duration", "30", "--break-us", "1", "--json"];
    const files = ["--svg", at("broke.svg")];
    const run = spawnSync(process.execPath, [...args, ...files], {
      cwd: "/proc",
      encoding: "utf8",
    });
    expect(run.status).toBe(73);
    expect(run.stderr).toMatch(/"code":73,"message":"[^"]*\.bin: /);
    expect(JSON.parse(run.stdout)).toMatchObject({ mode: "poll", broke: { snapshot: null } });
    expect(existsSync(at("broke.svg"))).toBe(true);
  });
});

describe("joined to its owner", () => {
  it("measures that, and keeps what it has when that goes", async () => {
    const device = `sim:name=latency-${process.pid},rate=500`;
    const owner = new Running("serve", "-D", device);
    await owner.says(/^ready/);
    const first = runCli(["latency", "-D", device, "--duration", "0.8", "--rate", "10"]);
    expect(first.stderr).toContain("there is traffic: --rate adds none to it");
    expect(first.stdout).toMatch(/joined to pid \d+ \(.*\): poll, /);
    expect(first.code).toBe(0);
    const refused = runCli(["latency", "-D", device, "--priority", "5"]);
    expect(refused.stderr).toMatch(/are the owner's, and that is pid/);
    expect(refused.code).toBe(64);

    const cut = new Running("latency", "-D", device, "--duration", "60", "--table");
    await pause(4000);
    owner.child.kill("SIGTERM");
    expect(await cut.code).toBe(69);
    expect(cut.stdout).toMatch(/^M: poll .* C: +\d{2,}/);
    expect(cut.stderr).toMatch(/the owner went away/);
    expect(await owner.code).toBe(0);
  });

  it("says where nothing came, and leaves no file", async () => {
    const device = `sim:name=still-${process.pid},depth=4`;
    const owner = new Running("serve", "-D", device);
    await owner.says(/^ready/);
    expect(runCli(["hold", "-D", device]).code).toBe(0);
    await pause(300); // until all four of them wait
    const run = runCli(["latency", "-D", device, "--duration", "0.5", "--svg", at("none.svg")]);
    expect(run.stderr).toMatch(/is idle, and no disk of it is attached/);
    expect(run.stderr).toMatch(/no event came in \d+ ms: nothing was measured/);
    expect(run.code).toBe(66);
    expect(existsSync(at("none.svg"))).toBe(false);
    owner.child.kill("SIGTERM");
    await owner.code;
  });
});
