// SPDX-License-Identifier: MIT
// The control socket's thread of a built owner stands behind the engine's, and so do V8's helpers.
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

it("is nicer by ten, as V8's helpers are; main, engine and initiator are not", async () => {
  const device = `sim:name=priority-${process.pid},rate=10`;
  owner = spawn(process.execPath, [`${ROOT}/bin/tgtctl.js`, "serve", "-D", device], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (owner.stdout === null) throw new Error("no stdout");
  await once(owner.stdout, "data");
  const all = priorities(owner.pid);
  const [first = Number.NaN] = all;
  const nicer = Math.min(19, first + 10);
  expect(new Set(all)).toEqual(new Set([first, nicer]));
  expect(all.filter((each) => each === first).length).toBeGreaterThanOrEqual(3);
  expect(all.filter((each) => each === nicer).length).toBeGreaterThanOrEqual(2);
});
