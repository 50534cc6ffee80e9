// SPDX-License-Identifier: MIT
// `top` without a screen, as scripts use it: arguments to output, complaints and exit code.

import { spawn } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT, runCli } from "../commands/run-cli.js";

const IMAGE = join(ROOT, "fixtures/ring-aborts-pending.bin");

interface Frame {
  frame: number;
  time_ns: string;
  counters: { seen: Record<string, number> };
}

describe("frames", () => {
  it("come as JSON, one line each, as many as asked for, at the pace asked for", () => {
    const args = ["top", "-b", "--json", "-n", "3", "-d", "0.2", "-D", "sim:rate=1000"];
    const { code, stdout, stderr } = runCli(args);
    expect([code, stderr]).toEqual([0, ""]);
    const frames = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Frame);
    expect(frames.map((f) => f.frame)).toEqual([1, 2, 3]);
    const [first, , last] = frames.map((f) => Number(f.time_ns) / 1e6);
    expect((last ?? 0) - (first ?? 0)).toBeGreaterThan(300);
    expect(frames[2]?.counters.seen.cmd_req).toBeGreaterThan(100);
  });

  it("are ten without a terminal, one of an image", () => {
    const live = runCli(["top", "-d", "0.02", "-D", "sim:rate=1000"]);
    expect(live.stdout.match(/^tgtctl /gm)).toHaveLength(10);
    const image = runCli(["top", "-D", IMAGE]);
    expect(image.stdout.match(/^tgtctl /gm)).toHaveLength(1);
    expect(image.stdout).toContain("in flight 8");
    for (const line of `${live.stdout}${image.stdout}`.split("\n")) {
      expect(line).toMatch(/^[\x20-\x7e]{0,80}$/);
    }
  });

  it("of --json without -b are the same as with it", () => {
    expect(JSON.parse(runCli(["top", "--json", "-D", IMAGE]).stdout)).toMatchObject({
      schema: "tgtctl.frame/1",
      role: "offline",
      missed: 0,
    });
  });
});

describe("refusals", () => {
  it.each([
    [["-n", "0"], "-n 0"],
    [["-n", "1.5"], "-n 1.5"],
    [["-d", "0"], "-d 0"],
    [["--size", "big"], '--size "big"'],
    [["--filter", "type == READ_10"], "--filter: column 9: READ_10 is a name of opcode"],
    [["-b", "--filter", ""], "--filter: column 1: expected a comparison"],
    [["--baud", "9600"], "--baud: paces the screen"],
    [["--baud", "fast"], "--baud: not the speed of a line"],
    [["--baud", "12"], "--baud 12"],
    [["--observe", "--own"], "--observe"],
  ])("%j", (args, named) => {
    const { code, stdout, stderr } = runCli(["top", "-D", IMAGE, ...args]);
    expect([code, stdout]).toEqual([64, ""]);
    expect(stderr).toContain(named);
    expect(stderr.trimEnd().split("\n")).toHaveLength(2);
  });
});

describe("the end", () => {
  const start = (...args: string[]) =>
    spawn(process.execPath, [join(ROOT, "bin/tgtctl.js"), "top", ...args], { cwd: ROOT });
  const ended = (child: ReturnType<typeof start>) =>
    new Promise<[number | null, string | null]>((resolve) =>
      child.on("exit", (code, signal) => resolve([code, signal])),
    );

  it.each(["SIGINT", "SIGTERM"] as const)("by %s is orderly", async (signal) => {
    const child = start("-b", "-d", "0.05", "-D", "sim:rate=100");
    child.stdout.once("data", () => child.kill(signal));
    child.stdout.resume();
    expect(await ended(child)).toEqual([0, null]);
  });

  it("by a closed pipe is quiet", async () => {
    const child = start("-b", "-d", "0.02", "-D", "sim:rate=100");
    let complaints = "";
    child.stderr.on("data", (data) => {
      complaints += String(data);
    });
    child.stdout.once("data", () => child.stdout.destroy());
    expect(await ended(child)).toEqual([0, null]);
    expect(complaints).toBe("");
  });

  it("by SIGINT works while nobody reads; what was left out is told", async () => {
    const child = start("-b", "--json", "-d", "0.01", "-D", "sim:rate=2000,depth=512");
    let complaints = "";
    child.stderr.on("data", (data) => {
      complaints += String(data);
    });
    // stdout is never read: its pipe fills up, and frames are left out instead of queued
    await new Promise((resolve) => setTimeout(resolve, 4000));
    child.kill("SIGINT");
    expect(await ended(child)).toEqual([0, null]);
    expect(complaints).toMatch(/^tgtctl: \d+ frames left out: the output was blocked\n$/);
  });
});
