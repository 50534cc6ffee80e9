// SPDX-License-Identifier: MIT
// The file of a control socket: made where nobody has one, ours alone to use, and removed by us only.
import { randomBytes } from "node:crypto";
import { chmodSync, linkSync, lstatSync, mkdirSync, rmSync, type Stats, unlinkSync } from "node:fs";
import { connect, type Server } from "node:net";
import { dirname } from "node:path";
import { causeText, errnoName, TgtctlError } from "../../errors.js";
import { isPrivate } from "../runtime-state.js";

/** sockaddr_un.sun_path without the NUL, and without what is added to the path at first. */
const LONGEST_PATH = 107 - ".000000".length;
const OWN_UID = process.getuid?.() ?? 0;
/** Somebody may take what was just found free. */
const TRIES = 3;

export interface SocketFile {
  /** If it is still the one that was made. */
  remove(): void;
}

/**
 * Has `server` listen at `path`, mode 0600; the socket takes connections from the moment it is there.
 * Errors: `usage` (path too long), `busy` (somebody serves it), `permission`, `cannotCreate`.
 */
export async function listenAt(server: Server, path: string): Promise<SocketFile> {
  if (Buffer.byteLength(path) > LONGEST_PATH) throw tooLong(path);
  // several may begin at once
  const bound = `${path}.${randomBytes(3).toString("hex")}`;
  try {
    makeDirectory(dirname(path));
    await listen(server, bound);
    await publish(bound, path);
    return ownFile(path, lstatSync(path));
  } catch (error) {
    server.close();
    throw error instanceof TgtctlError ? error : cannotCreate(path, error);
  }
}

/** A link, not a rename: that would replace what somebody else has put there meanwhile. */
async function publish(bound: string, path: string): Promise<void> {
  try {
    chmodSync(bound, 0o600);
    for (let i = 0; i < TRIES; i++) {
      await makeRoom(path);
      if (isLinked(bound, path)) return;
    }
    throw inUse(path);
  } finally {
    rmSync(bound, { force: true });
  }
}

function isLinked(bound: string, path: string): boolean {
  try {
    linkSync(bound, path);
    return true;
  } catch (error) {
    if (errnoName(error) === "EEXIST") return false;
    throw error;
  }
}

/** Removes what a killed owner left behind. */
async function makeRoom(path: string): Promise<void> {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (!found.isSocket() || found.uid !== OWN_UID) {
    throw new TgtctlError(
      "cannotCreate",
      `control socket ${path}: something else is there`,
      "it is no socket of this user: move it away",
    );
  }
  if (await isServed(path)) throw inUse(path);
  const now = lstatSync(path, { throwIfNoEntry: false });
  if (now && isSame(now, found)) unlinkSync(path);
}

function isServed(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(path);
    probe.on("connect", () => {
      probe.destroy();
      resolve(true);
    });
    // any other error than these is one of somebody who is there
    probe.on("error", (error) =>
      resolve(!["ECONNREFUSED", "ENOENT"].includes(errnoName(error) ?? "")),
    );
  });
}

function makeDirectory(directory: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  if (isPrivate(directory)) return;
  throw new TgtctlError(
    "permission",
    `${directory}: not ours alone, no control socket is put there`,
    "it must be a directory of this user that nobody else can write to",
  );
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

function isSame(a: Stats, b: Stats): boolean {
  return a.ino === b.ino && a.dev === b.dev;
}

/** While the server listens its inode's number is nobody else's. */
function ownFile(path: string, made: Stats): SocketFile {
  return {
    remove: () => {
      const now = lstatSync(path, { throwIfNoEntry: false });
      if (now && isSame(now, made)) unlinkSync(path);
    },
  };
}

function inUse(path: string): TgtctlError {
  return new TgtctlError(
    "busy",
    `control socket ${path}: another tgtctl serves it`,
    "use that one, or stop it first",
  );
}

function tooLong(path: string): TgtctlError {
  return new TgtctlError(
    "usage",
    `control socket ${path}: the path is longer than ${LONGEST_PATH} bytes`,
    "set XDG_RUNTIME_DIR to a shorter path, or shorten the simulator's name",
  );
}

function cannotCreate(path: string, cause: unknown): TgtctlError {
  const denied = ["EACCES", "EPERM"].includes(errnoName(cause) ?? "");
  return new TgtctlError(
    denied ? "permission" : "cannotCreate",
    `control socket ${path}: ${causeText(cause)}`,
    `look at ${dirname(path)}`,
    { cause },
  );
}
