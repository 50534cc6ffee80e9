// SPDX-License-Identifier: MIT
// What becomes of the target when the screen has ended.

import { afterEach, describe, expect, it, vi } from "vitest";
import { runOnScreen } from "../../src/commands/top-screen.js";
import { TgtctlError } from "../../src/errors.js";
import type { Leaving } from "../../src/session/leaving.js";
import type { Observation } from "../../src/session/observation.js";

afterEach(() => vi.restoreAllMocks());

const HANDED = { pid: 4712, device: "/dev/tgt", log: "/run/tgtctl/tgt.log" };
const LINE = "tgtctl: pid 4712 serves /dev/tgt on; look: tgtctl top; end it: kill 4712\n";

interface Case {
  readonly end: Leaving | Error;
  readonly stake?: string | null;
  readonly handOver?: Observation["handOver"];
}

/** What was done, what was printed, what was thrown. */
async function left({ end, stake = null, handOver = async () => HANDED }: Case) {
  const done: string[] = [];
  let printed = "";
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    printed += text;
    return true;
  });
  const observation = {
    stake: () => stake,
    close: async () => void done.push("close"),
    handOver: () => {
      done.push("handOver");
      return handOver();
    },
  } as unknown as Observation;
  const dependencies = {
    attach: async ({ onRemark }: { onRemark?: (text: string) => void }) => {
      onRemark?.("remark\x1b[31m");
      return observation;
    },
    runScreen: async () => {
      if (end instanceof Error) throw end;
      return end;
    },
  };
  const options = { attach: {}, screen: {}, quiet: false } as never;
  const thrown = await runOnScreen(dependencies as never, options).catch((error) => error.message);
  return { done, printed, thrown };
}

describe("leaving", () => {
  const remark = "tgtctl: remark?[31m\n";
  it.each<[string, Case, string[], string]>([
    ["stop", { end: { how: "stop" }, stake: "x" }, ["close"], remark],
    ["handOver", { end: { how: "handOver" } }, ["handOver"], LINE + remark],
    [
      "a signal",
      { end: { how: "signal", signal: "SIGTERM" }, stake: "x" },
      ["close"],
      `tgtctl: told to stop by SIGTERM\n${remark}`,
    ],
  ])("by %s", async (_, given, done, printed) => {
    expect(await left(given)).toEqual({ done, printed, thrown: undefined });
  });

  it("because the terminal has gone: served on if somebody would miss it", async () => {
    vi.spyOn(process, "once").mockReturnValue(process);
    const end = { how: "hungUp" } as const;
    expect((await left({ end })).done).toEqual(["close"]);
    expect((await left({ end, stake: "/dev/sdb is attached" })).done).toEqual(["handOver"]);
  });

  it("because of a fault of the screen: served on, and the fault is told", async () => {
    const end = new Error("boom");
    expect((await left({ end })).done).toEqual(["close"]);
    const { done, printed, thrown } = await left({ end, stake: "x" });
    expect([done, printed, thrown]).toEqual([["handOver"], LINE + remark, "boom"]);
  });

  it("where nobody takes over: all is closed, and that is told", async () => {
    const handOver = async (): Promise<never> => {
      throw new TgtctlError("busy", "nobody serves", "do");
    };
    const { done, thrown } = await left({ end: { how: "handOver" }, handOver });
    expect([done, thrown]).toEqual([["handOver", "close"], "nobody serves"]);
  });

  it("leaves no listener behind", async () => {
    const before = process.listenerCount("SIGHUP");
    await left({ end: { how: "stop" } });
    expect(process.listenerCount("SIGHUP")).toBe(before);
  });
});
