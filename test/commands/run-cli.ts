// SPDX-License-Identifier: MIT
// Runs the built program as a user does and gives back what it printed and how it ended.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

export const ROOT = join(import.meta.dirname, "../..");
const PROGRAM = join(ROOT, "bin/tgtctl.js");

export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function runCli(args: readonly string[], env: Record<string, string> = {}): Run {
  if (!existsSync(join(ROOT, "dist/main.js")))
    throw new Error("not built: run npm run build first");
  const result = spawnSync(process.execPath, [PROGRAM, ...args], {
    encoding: "utf8",
    timeout: 60_000,
    env: { ...process.env, TGTCTL_DEVICE: "", ...env },
    maxBuffer: 1 << 28,
  });
  return { code: result.status, stdout: result.stdout, stderr: result.stderr };
}
