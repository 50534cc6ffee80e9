// SPDX-License-Identifier: MIT
// Injection beside a foreign owner: a whole lap goes through, its ring is as it was, its process runs on.
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ForcedEntry } from "../../../src/features/inject/inject-forced.js";
import type { InjectPlan } from "../../../src/session/inject/inject-plan.js";
import { FakeKernel } from "../../session/engine/fake-kernel.js";
import { requestWith } from "./inject-arguments.js";

let child: ChildProcess;
beforeEach(async () => {
  child = spawn(process.execPath, ["-e", "for (;;);"], { stdio: "ignore" });
  await new Promise((resolve) => child.once("spawn", resolve));
});
afterEach(() => child.kill("SIGKILL"));

const plan = (part: object = {}): InjectPlan =>
  requestWith({ type: "TSK_MGMT_RSP", ...part }).next(3);

function bench() {
  const kernel = new FakeKernel();
  kernel.verdict = (event) => (event.type === "TSK_MGMT_RSP" ? -2 : -114);
  const words = new Int32Array(kernel.rings, 65536, 512 * 24);
  // seven answers went before, and the eighth is being filled
  for (let slot = 0; slot < 7; slot++) {
    words.fill(slot + 1, slot * 24 + 1, slot * 24 + 24);
    words[slot * 24] = 1;
  }
  kernel.kick();
  words.fill(0x1234, 7 * 24 + 1, 7 * 24 + 12);
  kernel.answers.length = 0;
  const entry = new ForcedEntry({
    name: "daemon",
    pid: child.pid ?? 0,
    hostNo: 3,
    device: kernel,
    nodes: [],
  });
  return { kernel, words, entry };
}

const running = (): boolean => {
  const stat = readFileSync(`/proc/${child.pid}/stat`, "latin1");
  return stat.charAt(stat.lastIndexOf(")") + 2) !== "T";
};

describe("ForcedEntry", () => {
  it("injects one event and 511 harmless ones, and puts every byte back", async () => {
    const { kernel, words, entry } = bench();
    const before = words.slice();
    const outcome = await entry.inject(plan());
    expect(outcome).toMatchObject({
      slot: 7,
      index: 7,
      consumed: true,
      verdict: -2,
      repaired: 511,
    });
    expect(kernel.answers).toHaveLength(512);
    expect(kernel.answers.filter(({ type }) => type !== "CMD_RSP")).toHaveLength(1);
    expect(kernel.consumed % 512).toBe(7);
    expect(words.slice()).toEqual(before);
    expect(running()).toBe(true);
  });

  it("does so again and again, also while the slot changes", async () => {
    const { kernel, words, entry } = bench();
    const before = words.slice();
    for (let i = 0; i < 5; i++) await entry.inject(plan({ type: undefined, malform: ["torn"] }));
    expect(kernel.races).toBe(5);
    expect(kernel.consumed).toBe(7 + 5 * 512);
    expect(words.slice()).toEqual(before);
  });

  it("gives up if the ring is never empty, and lets the process go on", async () => {
    const { kernel, words, entry } = bench();
    words[7 * 24] = 1;
    await expect(entry.inject(plan())).rejects.toMatchObject({ kind: "busy" });
    expect(kernel.answers).toHaveLength(0);
    expect(running()).toBe(true);
  }, 20_000);

  it("refuses what would put the owner out of step", async () => {
    const { entry } = bench();
    for (const part of [
      { malform: ["skipped-slot"] },
      { slot: 9 },
      { kick: false },
      { leave: true },
      { status: 0 },
      { malform: ["doorbell-empty"] },
      { type: "CMD_RSP", malform: ["wrong-direction"] },
    ]) {
      await expect(entry.inject(plan(part))).rejects.toMatchObject({ kind: "usage" });
    }
    expect(running()).toBe(true);
  });
});
