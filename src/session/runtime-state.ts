// SPDX-License-Identifier: MIT
// What an owner leaves behind for the next one: the logical units it served, in the runtime directory.
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { parseLunSpecs } from "../target/units/lun-spec.js";
import type { Served } from "./engine/engine-protocol.js";

const OWN_UID = process.getuid?.() ?? 0;
const MOST_BYTES = 1 << 20;

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

/** Where SCSI timeouts are noted while they are raised; null: nowhere. */
export function timeoutsFile(path: string, directory = runtimeDirectory()): string | null {
  return directory && join(directory, `${deviceKey(path)}.timeouts.json`);
}

/** What the last owner served, null if nobody left word or it cannot be understood. */
export function readServed(path: string, directory = runtimeDirectory()): Served | null {
  if (directory === null) return null;
  try {
    if (!isPrivate(directory)) return null;
    const state: unknown = JSON.parse(readOwn(stateFile(directory, path)));
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
    if (!isPrivate(directory)) return false;
    const file = stateFile(directory, path);
    rmSync(`${file}.new`, { force: true });
    writeFileSync(`${file}.new`, JSON.stringify(served), { mode: 0o600, flag: "wx" });
    renameSync(`${file}.new`, file);
    return true;
  } catch {
    return false;
  }
}

/** A directory of ours that nobody else can write to: what lies in it is what we left there. */
export function isPrivate(directory: string): boolean {
  const stat = lstatSync(directory);
  return stat.isDirectory() && stat.uid === OWN_UID && (stat.mode & 0o022) === 0;
}

/** The text of a small regular file of ours; throws for anything else. */
function readOwn(file: string): string {
  const fd = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile() || stat.uid !== OWN_UID || stat.size > MOST_BYTES)
      throw new Error("not ours");
    return readFileSync(fd, "utf8");
  } finally {
    closeSync(fd);
  }
}

/**
 * Specs of this version in full, and a name that stays in its directory. An empty list is no word:
 * it would stand for the default unit, which nobody served.
 */
function isServed(value: unknown): value is Served {
  const served = value as Partial<Served> | null;
  if (typeof served !== "object" || served === null) return false;
  const { memoryPrefix, specs, serials } = served;
  if (typeof serials !== "object" || serials === null) return false;
  if (!Object.values(serials).every((serial) => typeof serial === "string")) return false;
  if (typeof memoryPrefix !== "string" || !/^[A-Za-z0-9_-]{1,200}$/.test(memoryPrefix))
    return false;
  if (!Array.isArray(specs) || specs.length === 0) return false;
  return specs.every((spec) => typeof spec === "string") && parseLunSpecs(specs).length > 0;
}
