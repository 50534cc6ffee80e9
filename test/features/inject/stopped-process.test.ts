// SPDX-License-Identifier: MIT
// A process that is stopped stands still in all its threads, and goes on afterwards whatever happens.
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { StoppedProcess } from "../../../src/features/inject/stopped-process.js";

let child: ChildProcess;
const state = (): string => {
  const stat = readFileSync(`/proc/${child.pid}/stat`, "latin1");
  return stat.charAt(stat.lastIndexOf(")") + 2);
};

beforeEach(async () => {
  // a name that looks like the end of the name, and several threads
  child = spawn(process.execPath, ["-e", "process.title = ') T ('; for (;;);"], {
    stdio: "ignore",
  });
  await new Promise((resolve) => child.once("spawn", resolve));
});
afterEach(() => child.kill("SIGKILL"));

describe("StoppedProcess", () => {
  it("stops every thread, and lets them go", async () => {
    const stopped = new StoppedProcess(child.pid ?? 0);
    expect(await stopped.stop(5000)).toBe(true);
    expect(state()).toBe("T");
    stopped.goOn();
    expect(state()).not.toBe("T");
    expect(await stopped.stop(5000)).toBe(true);
    stopped.release();
    expect(state()).not.toBe("T");
  });

  it("leaves one stopped that somebody else had stopped", async () => {
    child.kill("SIGSTOP");
    while (state() !== "T") await new Promise((resolve) => setTimeout(resolve, 1));
    const stopped = new StoppedProcess(child.pid ?? 0);
    expect(await stopped.stop(5000)).toBe(true);
    stopped.release();
    expect(state()).toBe("T");
  });

  it.each(["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGTSTP"] as const)(
    "is not cut short by %s to us, but says that one came",
    (signal) => {
      const before = process.listenerCount(signal);
      const stopped = new StoppedProcess(child.pid ?? 0);
      try {
        process.emit(signal, signal);
        expect(stopped.interrupted).toBe(true);
      } finally {
        stopped.release();
      }
      expect(process.listenerCount(signal)).toBe(before);
    },
  );

  it("says whom it may not stop, and that nobody is there", async () => {
    const nobody = new StoppedProcess(0x3fff_ffff);
    await expect(nobody.stop(10)).rejects.toThrow(/cannot be stopped.*ESRCH/);
    nobody.release();
  });
});
