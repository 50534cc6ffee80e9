// SPDX-License-Identifier: MIT
// What a new user does in the first minutes, in tmux, on the simulator; test/guest has the same on a device.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "../..");

it("holds, steps, edits, injects, filters, goes to the shell and back, and leaves", () => {
  const top = `'${process.execPath}' bin/tgtctl.js top -D sim:rate=300`;
  const run = spawnSync("test/tui/walk/walk-through.sh", [top], { cwd: ROOT, encoding: "utf8" });
  expect(`${run.stdout}${run.stderr}`).toMatch(/-- all of it\n$/);
  expect(run.status).toBe(0);
}, 180_000);
