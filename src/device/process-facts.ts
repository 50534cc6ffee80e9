// SPDX-License-Identifier: MIT
// Who a process is and how it is, and in what words it cannot be looked at.
import { readFileSync } from "node:fs";
import { causeText, errnoName, TgtctlError } from "../errors.js";

export interface ProcessFacts {
  readonly pid: number;
  /** Printable. */
  readonly name: string;
  readonly state: "running" | "stopped" | "ended";
  /** Ticks from boot to its start: tells it from a later process of the same number. */
  readonly started: string;
}

/** The process that `id`, a pid or the number of a thread, belongs to. Errors: as `readFacts`. */
export function processOf(id: number): number {
  const [, group] = /^Tgid:\t(\d+)$/m.exec(readOf(id, "status")) ?? [];
  return group === undefined ? id : Number(group);
}

/** Errors: `unavailable` where nobody has that pid. */
export function readFacts(pid: number): ProcessFacts {
  return parseStat(readOf(pid, "stat"), pid);
}

/** `text`: /proc/PID/stat. The name may hold blanks and brackets: what follows counts from the last. */
export function parseStat(text: string, pid: number): ProcessFacts {
  const end = text.lastIndexOf(")");
  const [letter = "", ...more] = text
    .slice(end + 2)
    .trim()
    .split(" ");
  const ended = letter === "" || "ZXx".includes(letter);
  return {
    pid,
    name: text.slice(text.indexOf("(") + 1, end).replace(/[^\x20-\x7e]/g, "?"),
    state: ended ? "ended" : "tT".includes(letter) ? "stopped" : "running",
    started: more[18] ?? "",
  };
}

function readOf(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "latin1");
  } catch (cause) {
    const remedy = "give the pid of a process that is there: ps -e";
    const message = `pid ${pid}: no such process (ESRCH)`;
    throw new TgtctlError("unavailable", message, remedy, { cause });
  }
}

/** `pid 4121 (tgtd)` */
export function whoText({ pid, name }: ProcessFacts): string {
  return `pid ${pid} (${name})`;
}

const AT_THE_DEVICE = "look at the device itself: tgtctl dump --device /dev/tgt";

/** It is a zombie, or gone: what was its memory is no more. */
export function endedError(facts: ProcessFacts, isZombie: boolean): TgtctlError {
  const how = isZombie ? "is a zombie: it has ended, and its memory is gone" : "has ended";
  return new TgtctlError("unavailable", `${whoText(facts)} ${how}`, AT_THE_DEVICE);
}

/** It is there and has no rings any more. */
export function unmappedError(facts: ProcessFacts): TgtctlError {
  const message = `${whoText(facts)} does not map the rings any more`;
  return new TgtctlError("unavailable", message, AT_THE_DEVICE);
}

/** A system error of looking into /proc/PID. */
export function lookError(facts: ProcessFacts, what: string, cause: unknown): TgtctlError {
  const code = errnoName(cause);
  const message = `${whoText(facts)}: ${what}: ${causeText(cause)}`;
  if (code === "EACCES" || code === "EPERM") {
    const remedy = "run as root; for a process of your own: sysctl kernel.yama.ptrace_scope=0";
    return new TgtctlError("permission", message, remedy, { cause });
  }
  return new TgtctlError("unavailable", message, AT_THE_DEVICE, { cause });
}
