// SPDX-License-Identifier: MIT
// The control socket's thread of a built owner stands behind the engine's, and nobody else does.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { afterEach, expect, it } from "vitest";
import { ROOT } from "../../commands/run-cli.js";

let owner: ChildProcess;
afterEach(async () => {
  owner.kill("SIGINT");
  await once(owner, "close");
});

/** Nice values of all threads, in order: proc(5), stat, field 19. */
function priorities(pid: number | undefined): number[] {
  const of = (tid: string): number => {
    const stat = readFileSync(`/proc/${pid}/task/${tid}/stat`, "utf8");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[16]);
  };
  return readdirSync(`/proc/${pid}/task`)
    .map(of)
    .sort((a, b) => a - b);
}

it("is nicer by ten than every other thread", async () => {
  const device = `sim:name=priority-${process.pid},rate=10`;
  owner = spawn(process.execPath, [`${ROOT}/bin/tgtctl.js`, "serve", "-D", device], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (owner.stdout === null) throw new Error("no stdout");
  await once(owner.stdout, "data");
  const [first = Number.NaN, ...rest] = priorities(owner.pid);
  const last = rest.pop();
  expect(last).toBe(Math.min(19, first + 10));
  expect(new Set(rest)).toEqual(new Set([first]));
});
