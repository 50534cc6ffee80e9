// SPDX-License-Identifier: MIT
// What the scheduler refuses is said in one line, with the way out, and of the right kind.
import { describe, expect, it } from "vitest";
import { scheduleThread } from "../../../src/session/latency/thread-schedule.js";

/** A shim that refuses one call, and what it was asked before. */
function shim(refuses: string | null, code = "EPERM") {
  const asked: string[] = [];
  const call = (name: string, ...values: number[]): void => {
    asked.push([name, ...values].join(" "));
    if (name === refuses) throw Object.assign(new Error(`${code}: refused`), { code });
  };
  return {
    asked,
    setAffinity: (cpu: number) => call("setAffinity", cpu),
    setFifo: (priority: number) => call("setFifo", priority),
    lockMemory: () => call("lockMemory"),
  };
}

const ALL = { cpu: 3, priority: 80, lockMemory: true };

describe("a measuring thread", () => {
  it("asks for what is wanted, and nothing else", () => {
    const all = shim(null);
    scheduleThread(all, ALL);
    expect(all.asked).toEqual(["setAffinity 3", "setFifo 80", "lockMemory"]);
    const none = shim(null);
    scheduleThread(none, { cpu: null, priority: null, lockMemory: false });
    expect(none.asked).toEqual([]);
  });

  it.each([
    ["setAffinity", "EINVAL", "usage", /processor 3/],
    ["setFifo", "EPERM", "permission", /SCHED_FIFO priority 80/],
    ["lockMemory", "ENOMEM", "permission", /memory not locked/],
  ])("that may not %s (%s) ends as %s", (refuses, code, kind, message) => {
    const refusing = shim(refuses, code);
    const attempt = (): void => scheduleThread(refusing, ALL);
    expect(attempt).toThrow(message);
    expect(attempt).toThrow(expect.objectContaining({ kind, remedy: expect.any(String) }));
  });
});
