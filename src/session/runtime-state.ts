// SPDX-License-Identifier: MIT
// What an owner leaves behind for the next one: the logical units it served, in the runtime directory.
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Served } from "./engine-protocol.js";

/** /run/tgtctl for root, XDG_RUNTIME_DIR/tgtctl for others; null if there is neither. */
export function runtimeDirectory(env = process.env, uid = process.getuid?.() ?? 0): string | null {
  if (uid === 0) return "/run/tgtctl";
  return env.XDG_RUNTIME_DIR ? join(env.XDG_RUNTIME_DIR, "tgtctl") : null;
}

/** A short name for a device, fit for files: `/dev/tgt` -> `tgt`. */
export function deviceKey(path: string): string {
  return basename(path).replace(/[^A-Za-z0-9_-]/g, "_");
}

function stateFile(directory: string, path: string): string {
  return join(directory, `${deviceKey(path)}.luns.json`);
}

/** What the last owner served, null if nobody left word or it cannot be understood. */
export function readServed(path: string, directory = runtimeDirectory()): Served | null {
  if (directory === null) return null;
  try {
    const file = stateFile(directory, path);
    const stat = statSync(file);
    if (stat.uid !== (process.getuid?.() ?? 0) || stat.size > 1 << 20) return null;
    const state: unknown = JSON.parse(readFileSync(file, "utf8"));
    return isServed(state) ? state : null;
  } catch {
    return null;
  }
}

/** Best effort: without a runtime directory the next owner has to be told its units. */
export function writeServed(path: string, served: Served, directory = runtimeDirectory()): boolean {
  if (directory === null) return false;
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const file = stateFile(directory, path);
    writeFileSync(`${file}.new`, JSON.stringify(served), { mode: 0o600 });
    renameSync(`${file}.new`, file);
    return true;
  } catch {
    return false;
  }
}

function isServed(value: unknown): value is Served {
  const served = value as Partial<Served> | null;
  return (
    typeof served === "object" &&
    served !== null &&
    typeof served.memoryPrefix === "string" &&
    Array.isArray(served.specs) &&
    served.specs.every((spec) => typeof spec === "string")
  );
}
