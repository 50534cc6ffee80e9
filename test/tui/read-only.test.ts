// SPDX-License-Identifier: MIT
// --read-only: an owner is joined, what it holds is shown, and no key changes anything.

import { spawn } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { joinOwner } from "../../src/session/join.js";
import { closeShells, expectRestored, PROGRAM, ROOT, script, shell } from "./shell.js";

closeShells();

const DEVICE = `sim:name=read-only-${process.pid}`;
const owner = spawn(process.execPath, ["bin/tgtctl.js", "serve", "-D", DEVICE], { cwd: ROOT });
const top = (words: string): string => `${PROGRAM.replaceAll("'", '"')} top -D ${DEVICE} ${words}`;

async function isHeld(): Promise<boolean> {
  const client = await joinOwner(DEVICE);
  try {
    return ((await client.call("held")) as { on: boolean }).on;
  } finally {
    client.close();
  }
}

describe("--read-only", () => {
  beforeAll(() => new Promise<void>((resolve) => owner.stdout.once("data", () => resolve())));
  afterAll(() => void owner.kill("SIGKILL"));

  it("shows what the owner holds and refuses every action", async () => {
    const shown = shell(script(top("--read-only")), 100, 30);
    await shown.shows("VIEWER");
    shown.type("H");
    await shown.shows("--read-only: nothing is changed from here");
    expect(await isHeld()).toBe(false);
    const client = await joinOwner(DEVICE);
    await client.call("hold", { on: true });
    await shown.shows("HELD");
    shown.type("c");
    await shown.shows("--read-only: nothing is changed from here");
    expect(await isHeld()).toBe(true);
    await client.call("continue", {});
    client.close();
    shown.type("q");
    await expectRestored(shown, 0);
  });

  it("is what keeps a viewer from it", async () => {
    const shown = shell(script(top("")), 100, 30);
    await shown.shows("VIEWER");
    shown.type("H");
    await shown.shows("HELD");
    expect(await isHeld()).toBe(true);
    shown.type("c");
    await shown.shows("not held");
    shown.type("q");
    await expectRestored(shown, 0);
  });

  it("does not go with owning", async () => {
    const shown = shell(script(top("--read-only --own")), 100, 30);
    await shown.shows("code=64");
    expect(shown.text).toContain(
      "--read-only goes with none of --own, --lun, --fault and --handler",
    );
  });
});
