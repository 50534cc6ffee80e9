// SPDX-License-Identifier: MIT
// The owner in the background that takes our place: started in a session of its own, heard until it is ready.
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, constants, mkdirSync, mkdtempSync, openSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { packageRoot } from "../device/package-root.js";
import { causeText, type ErrorKind, EXIT_CODES, TgtctlError } from "../errors.js";
import { oneLine } from "../one-line.js";
import type { HandedOver } from "./leaving.js";
import { deviceKey, isPrivate, runtimeDirectory } from "./runtime-state.js";

/** An emulated machine needs a while to start, and a scan has 15 s. */
const READY_MS = 120_000;
const LOOK_MS = 25;
const PROGRAM = "bin/tgtctl.js";
const REATTACH = "/sys/module/scsi_tgt/parameters/reattach_secs";

export interface SuccessorOptions {
  /** Default: tgtctl itself. */
  readonly program?: string;
  readonly readyMs?: number;
  readonly directory?: string | null;
}

/**
 * Runs tgtctl with `words` until it says that it is ready. Hanging up our terminal does not reach it.
 * Errors: what it failed of; `busy` if it says nothing.
 */
export async function startSuccessor(
  device: string,
  words: readonly string[],
  options: SuccessorOptions = {},
): Promise<HandedOver> {
  const { program = join(packageRoot(), PROGRAM), readyMs = READY_MS } = options;
  const log = openLog(device, options.directory);
  const child = start(program, words, log.fd);
  closeSync(log.fd);
  const ended = endOf(child);
  const deadline = Date.now() + readyMs;
  for (;;) {
    const said = readFileSync(log.path, "utf8");
    if (/^ready /m.test(said)) break;
    const end = await Promise.race([ended, sleep(LOOK_MS, null)]);
    if (end) throw failure(end, readFileSync(log.path, "utf8"), words);
    if (Date.now() > deadline) throw silent(child.pid, log.path);
  }
  child.unref();
  return { pid: child.pid ?? 0, device, log: log.path };
}

function start(program: string, words: readonly string[], log: number): ChildProcess {
  // a debugger's port is taken by us; whatever else node was told goes for it, too
  const own = process.execArgv.filter((word) => !word.startsWith("--inspect"));
  return spawn(process.execPath, [...own, program, ...words, "--background"], {
    // its own session, no terminal, and no directory that could not be unmounted then
    ...{ detached: true, cwd: "/" },
    stdio: ["ignore", log, log],
  });
}

interface End {
  readonly code: number | null;
  readonly cause: string;
}

function endOf(child: ChildProcess): Promise<End> {
  return new Promise((resolve) => {
    child.on("error", (error) => resolve({ code: null, cause: causeText(error) }));
    child.on("exit", (code, signal) =>
      resolve({ code, cause: signal ? `it was ended by ${signal}` : `it ended with ${code}` }),
    );
  });
}

/** `/run/tgtctl/tgt.log`; what an earlier one said goes. */
function openLog(device: string, directory = runtimeDirectory()): { path: string; fd: number } {
  const { O_WRONLY, O_CREAT, O_TRUNC, O_APPEND, O_NOFOLLOW } = constants;
  const flags = O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_NOFOLLOW;
  const open = (folder: string): { path: string; fd: number } => {
    const path = join(folder, `${deviceKey(device)}.log`);
    return { path, fd: openSync(path, flags, 0o600) };
  };
  try {
    if (directory === null) throw new Error("there is no runtime directory");
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    if (!isPrivate(directory)) throw new Error("not ours");
    return open(directory);
  } catch {
    return open(mkdtempSync(join(tmpdir(), "tgtctl-"))); // no log is no reason to leave a disk alone
  }
}

/** What it said last, and how to do by hand what it did not. */
function failure(end: End, said: string, words: readonly string[]): TgtctlError {
  const line = said.split("\n").findLast((text) => text.startsWith("tgtctl: "));
  const cause = line ? line.slice("tgtctl: ".length) : end.cause;
  const found = Object.entries(EXIT_CODES).find(([, code]) => code === end.code);
  const kind = (found?.[0] ?? "internal") as ErrorKind;
  return new TgtctlError(
    kind === "ok" || (kind as string) === "found" ? "internal" : kind,
    `nobody serves: the process in the background did not start: ${oneLine(cause)}`,
    `unfinished commands wait ${patience()}: tgtctl ${words.map(quoted).join(" ")}`,
  );
}

function silent(pid: number | undefined, log: string): TgtctlError {
  return new TgtctlError(
    "busy",
    `pid ${pid}, in the background, does not say that it serves`,
    `what it said is in ${log}; end it: kill ${pid}`,
  );
}

/** `60 s for the next owner` */
function patience(): string {
  try {
    return `${Number(readFileSync(REATTACH, "utf8"))} s for the next owner`;
  } catch {
    return "a while for the next owner";
  }
}

/** For a shell. */
function quoted(word: string): string {
  return /^[\w=:/.,%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
