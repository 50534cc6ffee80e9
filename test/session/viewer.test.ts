// SPDX-License-Identifier: MIT
// Joining an owner to look at its device: one that is stopped, or that nobody is, keeps nobody from it.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join as joinPath } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { joinIfOwned, viewSimulator } from "../../src/session/viewer.js";

const BIN = joinPath(import.meta.dirname, "../../bin/tgtctl.js");
const device = `sim:name=viewer-${process.pid}`;
let owner: ChildProcess | undefined;

afterEach(async () => {
  if (!owner) return;
  owner.kill("SIGCONT");
  owner.kill("SIGINT");
  await once(owner, "exit");
});

describe("joinIfOwned", () => {
  it("joins an owner that runs, not one that is stopped or none", async () => {
    expect(await joinIfOwned(device)).toBeNull();
    owner = spawn(process.execPath, [BIN, "serve", "-D", `${device},rate=10`, "--quiet"]);
    await once(owner.stdout ?? owner, "data");
    const joined = await joinIfOwned(device);
    expect(joined?.client.hello.pid).toBe(owner.pid);
    if (joined) {
      const seen = await viewSimulator(joined);
      expect(seen.luns).toEqual([{ lun: 0, spec: "ram:64M", nodes: "" }]);
      await seen.close();
    }
    owner.kill("SIGSTOP");
    expect(await joinIfOwned(device)).toBeNull();
  });
});
