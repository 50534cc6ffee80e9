// SPDX-License-Identifier: MIT
// `--pid` as a user has it: frames and dumps of a process that serves, stops and dies.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { ROOT, runCli } from "./run-cli.js";

const PROGRAM = join(ROOT, "bin/tgtctl.js");
let serve: ChildProcess;
let pid = "";

beforeEach(async () => {
  serve = spawn(process.execPath, [PROGRAM, "serve", "-D", "sim:rate=1000"]);
  pid = String(serve.pid);
  if (serve.stdout) await once(serve.stdout, "data");
});
afterEach(() => void serve.kill("SIGKILL"));

it("top -b --json shows its traffic, nothing missed", () => {
  const run = runCli(["top", "-b", "--json", "-n", "3", "-d", "0.3", "--pid", pid]);
  expect(run.stderr).toBe("");
  const frames = run.stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(frames).toHaveLength(3);
  for (const frame of frames) {
    expect(frame).toMatchObject({ device: "sim", role: "observer", missed: 0 });
    expect(frame.process).toEqual({ pid: Number(pid), remarks: [] });
  }
  const { cmd_req, cmd_rsp, cmd_done } = frames[2].counters.seen;
  expect(cmd_req).toBeGreaterThan(300);
  expect(Math.abs(cmd_req - cmd_rsp)).toBeLessThan(64);
  expect(Math.abs(cmd_req - cmd_done)).toBeLessThan(64);
});

it("--filter is asked of its events", () => {
  const argv = [
    "top",
    "-b",
    "--json",
    "-n",
    "2",
    "-d",
    "0.2",
    "-p",
    pid,
    "--filter",
    "type == CMD_RSP",
  ];
  const [, frame] = runCli(argv).stdout.split("\n");
  const { matched } = JSON.parse(frame ?? "").counters;
  expect(matched.cmd_rsp).toBeGreaterThan(0);
  expect(matched.cmd_req).toBe(0);
});

it("stopped: dump and top say so and show what stands there, twice the same", () => {
  serve.kill("SIGSTOP");
  const [first, second] = [runCli(["dump", "-p", pid]), runCli(["dump", "-p", pid])];
  expect(first.code).toBe(0);
  expect(first.stdout).toMatch(new RegExp(`^sim: process ${pid}, observer`));
  expect(first.stdout).toMatch(/remark: pid \d+ is stopped/);
  const slots = (text: string): string[] => text.split("\n").slice(3);
  expect(slots(first.stdout)).toEqual(slots(second.stdout));
  const frame = runCli(["top", "-b", "-n", "1", "-p", pid, "--sim"]).stdout;
  expect(frame).toMatch(new RegExp(`OBSERVER by pid ${pid} .*\nremark {2}pid ${pid} is stopped`));
  const { process: looked } = JSON.parse(runCli(["dump", "-p", pid, "--json"]).stdout);
  expect(looked.remarks).toEqual([expect.stringMatching(/is stopped/)]);
});

it("dump --data reads the bytes out of it", () => {
  const { rings } = JSON.parse(runCli(["dump", "-p", pid, "--json", "--data"]).stdout);
  const data = rings.ukring.slots.map((slot: { data?: string }) => slot.data?.length ?? 0);
  expect(Math.max(...data)).toBeGreaterThan(0);
});

it("killed under top: one clear line, exit 69", async () => {
  const top = spawn(process.execPath, [PROGRAM, "top", "-b", "-d", "0.2", "--pid", pid]);
  let stderr = "";
  top.stderr.on("data", (bytes) => (stderr += bytes));
  await once(top.stdout, "data");
  serve.kill("SIGKILL");
  const [code] = await once(top, "exit");
  expect(stderr).toMatch(/^tgtctl: pid \d+ \(.*\) (has ended|is a zombie)[^\n]*\n {2}[^\n]+\n$/);
  expect(code).toBe(69);
});

it("-D that it does not map", () => {
  const run = runCli(["top", "-b", "-p", pid, "-D", "/dev/null"]);
  expect(run.stderr).toMatch(/does not map the rings of \/dev\/null\n {2}leave -D out.*sim\n$/);
  expect(run.code).toBe(64);
});
