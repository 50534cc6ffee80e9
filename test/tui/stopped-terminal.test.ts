// SPDX-License-Identifier: MIT
// A terminal that nobody reads: the program goes on, catches up, and can be ended.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import * as pty from "@lydell/node-pty";
import { afterEach, describe, expect, it } from "vitest";
import { runCli } from "../commands/run-cli.js";

const ROOT = join(import.meta.dirname, "../..");
const SIMULATOR = `sim:name=stopped-${process.pid}`;

let started: pty.IPty | null = null;
afterEach(() => started?.kill("SIGKILL"));

/** `top`, its screen up, and everything it wrote. */
async function top(): Promise<{ terminal: pty.IPty; written: () => string }> {
  const args = ["bin/tgtctl.js", "top", "-D", `${SIMULATOR},rate=3000`];
  const env = { ...process.env, TERM: "xterm-256color" };
  const terminal = pty.spawn(process.execPath, args, { cols: 120, rows: 40, cwd: ROOT, env });
  started = terminal;
  let written = "";
  terminal.onData((data) => {
    written += data;
  });
  await until("the screen", () => written.includes("cmd/s"));
  return { terminal, written: () => written };
}

async function until(what: string, holds: () => boolean): Promise<void> {
  for (let i = 0; i < 200; i++) {
    if (holds()) return;
    await sleep(50);
  }
  throw new Error(`waited for ${what}`);
}

/** Long enough that no buffer between us takes more. */
async function stop(terminal: pty.IPty): Promise<void> {
  terminal.pause();
  for (let i = 0; i < 40; i++) {
    terminal.resize(120 + (i % 2), 40); // each size is a whole screen
    await sleep(30);
  }
}

describe("a terminal that nobody reads", () => {
  it("does not keep SIGTERM from ending the owner in order", async () => {
    const { terminal } = await top();
    await stop(terminal);
    process.kill(terminal.pid, "SIGTERM");
    await until("the end of the process", () => !existsSync(`/proc/${terminal.pid}`));
  });

  it("keeps neither the socket nor the target from anybody, and shows how it is once it is read", async () => {
    const { terminal, written } = await top();
    await stop(terminal);
    expect(runCli(["hold", "-D", SIMULATOR]).code).toBe(0);
    expect(runCli(["status", "-D", SIMULATOR]).code).toBe(0);
    expect(runCli(["continue", "-D", SIMULATOR]).code).toBe(0);
    expect(runCli(["hold", "-D", SIMULATOR]).code).toBe(0);
    const before = written().length;
    terminal.resume();
    await until("HELD on the screen", () => written().slice(before).includes("HELD"));
    terminal.write("q");
    await until("the question", () => written().slice(before).includes("stop it"));
    terminal.write("s");
    await until("the terminal's own screen", () => written().includes("\x1b[?1049l"));
  });
});
