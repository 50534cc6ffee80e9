// SPDX-License-Identifier: MIT
// The built program stopped and going on: by itself, by a shell, and by somebody else.

import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import {
  closeShells,
  expectRestored,
  PROGRAM,
  pidOf,
  type Shell,
  script,
  shell,
  TOP,
} from "./shell.js";

closeShells();

/** An interactive shell, `top` of `device` up in it; the pid of top. */
async function startTop(device: string, first: string): Promise<{ shown: Shell; pid: number }> {
  const shown = shell(["-i"]);
  await shown.shows("$ ");
  shown.type(`sh -c 'echo pid=$$; exec ${PROGRAM.replaceAll("'", '"')} top -D ${device}'\r`);
  await shown.until("top", () => shown.buffer === "alternate" && shown.text.includes(first));
  return { shown, pid: Number(/pid=(\d+)/.exec(shown.raw.replace("pid=$$", ""))?.[1]) };
}

async function wholeAgain(shown: Shell, since: number): Promise<void> {
  await shown.until("the screen", () => shown.raw.slice(since).includes("\x1b[?1049h"));
  await shown.until("all of it", () => shown.raw.slice(since).includes("slot kuring"));
}

describe("the screen", () => {
  it("is drawn anew after SIGSTOP and SIGCONT", async () => {
    const shown = shell(script(TOP));
    await shown.shows("slot kuring 270");
    process.kill(pidOf(shown), "SIGSTOP");
    await sleep(100);
    const since = shown.raw.length;
    process.kill(pidOf(shown), "SIGCONT");
    await wholeAgain(shown, since);
    shown.type("q");
    await expectRestored(shown, 0);
  });

  it("writes nothing while a shell has the terminal, and is back with fg", async () => {
    const { shown, pid } = await startTop("sim", "cmd/s");
    process.kill(pid, "SIGSTOP");
    await shown.shows("Stopped");
    shown.type("\r");
    await sleep(200);
    const since = shown.raw.length;
    process.kill(pid, "SIGCONT");
    await sleep(800); // three frames
    shown.type("echo in-the-shell-$((40+2))\r");
    await shown.shows("in-the-shell-42");
    expect(shown.raw.slice(since)).not.toContain("kuring");
    shown.type("fg\r");
    await wholeAgain(shown, shown.raw.indexOf("in-the-shell-42"));
    shown.type("?");
    await shown.shows("any verb of the command line");
    shown.type("\x1bq");
    await sleep(300);
    shown.type("q");
    await shown.until("the shell", () => shown.buffer === "normal");
  });

  it("says at Ctrl-Z that nobody answers, and answers again after bg", async () => {
    const { shown } = await startTop("sim", "cmd/s");
    shown.type("\x1a");
    await shown.shows("stopped: nobody answers for sim until fg, or bg");
    await shown.shows("Stopped");
    shown.type("bg\r");
    await sleep(600);
    shown.type("echo in-the-shell-$((40+2)); jobs\r");
    await shown.shows("in-the-shell-42");
    await shown.shows("Running");
    expect(shown.buffer).toBe("normal");
    const since = shown.raw.length;
    shown.type("fg\r");
    await wholeAgain(shown, since);
    shown.type("q");
    await shown.until("the shell", () => shown.buffer === "normal");
  });
});
