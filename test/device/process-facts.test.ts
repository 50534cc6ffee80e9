// SPDX-License-Identifier: MIT
// Who a process is, out of /proc/PID/stat, whatever it calls itself.
import { describe, expect, it } from "vitest";
import { lookError, parseStat, processOf, readFacts } from "../../src/device/process-facts.js";

const rest = "1 7 7 0 -1 4194304 94 0 0 0 0 0 0 0 20 0 1 0 4711 2564096 207";

describe("parseStat", () => {
  it.each([
    ["S", "running"],
    ["R", "running"],
    ["D", "running"],
    ["T", "stopped"],
    ["t", "stopped"],
    ["Z", "ended"],
    ["X", "ended"],
  ])("state %s is %s", (letter, state) => {
    const facts = parseStat(`7 (tgtd) ${letter} ${rest}\n`, 7);
    expect(facts).toEqual({ pid: 7, name: "tgtd", state, started: "4711" });
  });

  it("a name of brackets and control characters", () => {
    const facts = parseStat(`7 (a) Z (\x1b[2J) S ${rest}\n`, 7);
    expect(facts).toEqual({ pid: 7, name: "a) Z (?[2J", state: "running", started: "4711" });
  });

  it("nothing at all is an ended process", () => {
    expect(parseStat("", 7).state).toBe("ended");
  });
});

it("knows this process, and to whom a thread belongs", () => {
  const facts = readFacts(process.pid);
  expect(facts).toMatchObject({ pid: process.pid, state: "running" });
  expect(processOf(process.pid)).toBe(process.pid);
  expect(() => readFacts(2 ** 31 - 1)).toThrow(expect.objectContaining({ kind: "unavailable" }));
});

it.each([
  ["EACCES", "permission", /root.*ptrace_scope/],
  ["EPERM", "permission", /root.*ptrace_scope/],
  ["ENOENT", "unavailable", /dump/],
  ["ESRCH", "unavailable", /dump/],
] as const)("%s is %s", (code, kind, remedy) => {
  const cause = Object.assign(new Error(code), { code, errno: -1, syscall: "open" });
  const facts = parseStat(`7 (tgtd) S ${rest}`, 7);
  const error = lookError(facts, "reading its memory", cause);
  expect(error.kind).toBe(kind);
  expect(error.message).toContain(`pid 7 (tgtd): reading its memory: `);
  expect(error.remedy).toMatch(remedy);
});
