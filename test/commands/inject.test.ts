// SPDX-License-Identifier: MIT
// `tgtctl inject` as a user runs it: every malformation on a simulator of its own, output, refusals.
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MALFORMATIONS } from "../../src/features/inject/inject-catalogue.js";
import { ROOT, runCli } from "./run-cli.js";

const lines = (text: string) =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));

describe("inject --sim --malform", () => {
  it.each(MALFORMATIONS.map((row) => [row.name, row] as const))("%s", (name, row) => {
    const { code, stdout, stderr } = runCli([
      "inject",
      "--sim",
      "--json",
      ...["--count", "10", "--malform", name],
    ]);
    expect(stderr).toBe("");
    expect(code).toBe(0);
    const reports = lines(stdout);
    expect(reports).toHaveLength(10);
    for (const report of reports) {
      expect(report).toMatchObject({
        schema: "tgtctl.inject/1",
        malformed: [name],
        hazards: [row.hazard],
        ring: "ukring",
        expected: row.expected,
        as_expected: true,
      });
      expect(report.target_alive).not.toBe(false); // null: it was not asked again so soon
      if (row.victim) expect(report.victim.cid).toBeGreaterThan(0);
      if (row.expected) expect(row.expected).toContain(report.verdict);
      else expect(report.verdict).toBe(null);
    }
    expect([reports[0].target_alive, reports[9].target_alive]).toEqual([true, true]);
  });
});

describe("inject", () => {
  it("shows a person what became of it", () => {
    const { code, stdout } = runCli(["inject", "--sim", "--type", "TSK_MGMT_RSP"]);
    expect(code).toBe(0);
    const masked = stdout.replace(/slot \d+/, "slot N").replace(/kernel .*/, "kernel ...");
    expect(masked).toBe(
      [
        "ukring slot N: TSK_MGMT_RSP mid=0xffffffffffffffff 0",
        "  into     a simulator of its own",
        "  verdict  ENOENT",
        "  target   answers: commands end",
        "  kernel ...",
        "",
      ].join("\n"),
    );
  });

  it("puts every field, the slot's words and raw bytes where they belong", () => {
    const { stdout } = runCli([
      ...["inject", "--sim", "--json", "--type", "CMD_RSP", "--status", "2", "--len", "0x1234"],
      ...["--set", "cid=0xfffffff0", "--set", "uaddr=0x1122334455667788", "--set", "rw=WRITE"],
    ]);
    const [{ bytes, verdict, type }] = lines(stdout);
    expect(bytes.slice(0, 16)).toBe("0200000034120000");
    expect(bytes.slice(40, 48)).toBe("f0ffffff");
    expect(bytes.slice(64, 80)).toBe("8877665544332211");
    expect(bytes.slice(80, 82)).toBe("01");
    expect([type, verdict]).toEqual(["CMD_RSP", "EINVAL"]);
    const raw = runCli(["inject", "--sim", "--json", "--raw", `07${"00".repeat(87)}`]);
    expect(lines(raw.stdout)[0]).toMatchObject({ type: 7, verdict: "EINVAL", malformed: [] });
  });

  it("repairs what it leaves out of step, unless told to leave it; the target goes on", () => {
    const [repaired] = lines(
      runCli(["inject", "--sim", "--json", "--malform", "skipped-slot"]).stdout,
    );
    expect(repaired).toMatchObject({ consumed: false, repaired: 1, target_alive: true });
    const left = runCli(["inject", "--sim", "--json", "--malform", "skipped-slot", "--leave"]);
    expect(lines(left.stdout)[0]).toMatchObject({ repaired: 0, target_alive: true });
  });

  it("lists the catalogue as text in 80 columns and as data", () => {
    const { code, stdout } = runCli(["inject", "--list"]);
    expect(code).toBe(0);
    for (const { name, hazard } of MALFORMATIONS)
      expect(stdout).toContain(`${name.padEnd(18)} ${hazard}`);
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
    const { malformations } = JSON.parse(runCli(["inject", "--list", "--json"]).stdout);
    expect(malformations).toHaveLength(MALFORMATIONS.length);
    expect(malformations[0]).toEqual({
      name: "unknown-type",
      hazard: "H02",
      text: "type 0xdead, which is none",
      correct: "refuses it",
      victim: null,
      types: ["CMD_RSP", "TSK_MGMT_RSP"],
      expected: ["EINVAL"],
    });
  });

  it("with --dry-run shows bytes and verdict, the same for the same seed, and touches nothing", () => {
    const dry = (...args: string[]) =>
      runCli(["inject", "-D", "/dev/tgt-absent", "--dry-run", ...args]);
    const first = dry("--malform", "random", "--seed", "7", "--count", "3");
    expect(first.code).toBe(0);
    expect(first.stdout).toContain("expected verdict: EINVAL or ENODEV or ENOENT");
    expect(dry("--malform", "random", "--seed", "7", "--count", "3").stdout).toBe(first.stdout);
    expect(dry("--malform", "random", "--seed", "8", "--count", "3").stdout).not.toBe(first.stdout);
    const [report] = lines(dry("--malform", "bad-host", "--json").stdout);
    expect(report).toMatchObject({ consumed: null, verdict: null, target_alive: null, slot: null });
    expect(report.bytes).toHaveLength(192);
    expect(dry("--malform", "len-zero").stdout).toContain("an answer of the owner's, changed");
  });
});

describe("inject into an owner that runs", () => {
  const device = `sim:name=inject-${process.pid}`;
  let owner: ChildProcess;
  beforeAll(async () => {
    const program = join(ROOT, "bin/tgtctl.js");
    owner = spawn(process.execPath, [program, "serve", "-D", device, "--json"]);
    await new Promise((resolve) => owner.stdout?.once("data", resolve));
  });
  afterAll(() => owner.kill("SIGKILL"));

  it.each([
    ["TSK_MGMT_RSP", ["--type", "TSK_MGMT_RSP"], "ENOENT"],
    ["an answer spoilt twice over", ["--malform", "wrong-direction,bad-result"], "EINVAL"],
    ["an answer in the wrong memory", ["--malform", "read-only-uaddr"], "EFAULT"],
    ["a filled ring", ["--malform", "filled-ring"], "ENOENT"],
  ])("%s", (_name, args, verdict) => {
    const { code, stdout, stderr } = runCli(["inject", "-D", device, "--json", ...args]);
    expect(stderr).toBe("");
    expect(code).toBe(0);
    expect(lines(stdout)[0]).toMatchObject({ verdict, consumed: true, target_alive: true });
  });

  it("does not spoil what is held, and does not take holding for death", () => {
    expect(runCli(["hold", "-D", device]).code).toBe(0);
    const { code, stdout } = runCli([
      ...["inject", "-D", device, "--json", "--malform", "len-huge"],
    ]);
    expect(lines(stdout)[0]).toMatchObject({ verdict: "EMSGSIZE", target_alive: null });
    expect(code).toBe(0);
    expect(runCli(["continue", "-D", device]).code).toBe(0);
    const after = runCli(["inject", "-D", device, "--json", "--type", "CMD_RSP"]);
    expect(lines(after.stdout)[0]).toMatchObject({ verdict: "ENOENT", target_alive: true });
  });

  it("read no wrong byte meanwhile", async () => {
    const said: string[] = [];
    owner.stdout?.on("data", (chunk) => said.push(String(chunk)));
    const ended = new Promise((resolve) => owner.once("exit", resolve));
    owner.kill("SIGTERM");
    expect(await ended).toBe(0);
    const report = lines(said.join("")).find(({ schema }) => schema === "tgtctl.sim/1");
    expect(report).toMatchObject({ corrupt: 0, aborted: 0 });
    expect(report.completed).toBeGreaterThan(1000);
  });
});

describe("inject refuses", () => {
  const rows: [string, string[], number, RegExp][] = [
    ["nothing to inject", [], 64, /neither --type nor --malform/],
    ["an unknown type", ["--type", "CMD_RESPONSE"], 64, /not a type of event/],
    ["an unknown malformation", ["--malform", "bad-hots"], 64, /there is no "bad-hots"/],
    ["two that undo each other", ["--malform", "zeroed,all-ones"], 64, /do not go together/],
    ["one of another type", ["--type", "CMD_REQ", "--malform", "late"], 64, /does not go with/],
    [
      "one of another type, by number",
      ["--type", "0", "--malform", "stale-type"],
      64,
      /does not go with CMD_RSP/,
    ],
    ["an unknown field", ["--type", "CMD_RSP", "--set", "sid=4"], 64, /column 1: sid/],
    ["a bad value", ["--type", "CMD_RSP", "--set", "cid=four"], 64, /column 5: four/],
    ["half an event", ["--raw", "00ff"], 64, /2 bytes/],
    ["a slot that is none", ["--type", "CMD_RSP", "--slot", "512"], 64, /--slot 512/],
    ["no count", ["--type", "CMD_RSP", "--count", "0"], 64, /--count 0/],
    ["a count of words", ["--type", "CMD_RSP", "--count", "many"], 64, /--count/],
    ["a status of 33 bits", ["--type", "CMD_RSP", "--status", "4294967296"], 64, /--status/],
    ["no device", ["-D", "/dev/tgt-absent", "--type", "CMD_RSP"], 69, /ENOENT/],
    [
      "a device of another driver",
      ["-D", "/dev/null", "--type", "CMD_RSP"],
      64,
      /not a tgt device/,
    ],
    ["a simulator nobody runs", ["-D", "sim:name=nobody", "--type", "CMD_RSP"], 69, /nobody/],
    ["another dialect", ["--sim", "--type", "CMD_RSP", "--dialect", "seed-i386"], 64, /live/],
  ];
  it.each(rows)("%s", (_name, args, code, words) => {
    const run = runCli(["inject", ...args], { XDG_RUNTIME_DIR: "/tmp" });
    expect(run.stderr).toMatch(words);
    expect(run.stderr).toMatch(/^tgtctl: [^\n]+\n {2}[^\n]+\n$/);
    expect(run.code).toBe(code);
  });
});

describe("inject, told to stop", () => {
  it("says what was injected until then", async () => {
    const program = join(ROOT, "bin/tgtctl.js");
    const args = ["inject", "--sim", "--json", "--malform", "torn", "--count", "1000000"];
    const child = spawn(process.execPath, [program, ...args]);
    let [stdout, stderr] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      if (stdout === "") child.kill("SIGINT");
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    const code = await new Promise((resolve) => child.once("close", resolve));
    const done = lines(stdout).length;
    expect([code, stderr]).toEqual([0, `tgtctl: inject: told to stop after ${done} of 1000000\n`]);
  });
});
