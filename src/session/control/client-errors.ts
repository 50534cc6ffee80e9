// SPDX-License-Identifier: MIT
// What can go wrong between a client and an owner, as a person is told it.
import { causeText, errnoName, TgtctlError } from "../../errors.js";
import { MOST_BYTES_IN, PROTOCOL } from "./protocol.js";

/** What is shown of a value that somebody else sent. */
const LONGEST_VALUE = 40;

export function notConnected(path: string, error: Error): TgtctlError {
  const name = errnoName(error) ?? "";
  const cause = { cause: error };
  if (["ENOENT", "ECONNREFUSED", "ENOTDIR"].includes(name)) {
    return new TgtctlError(
      "unavailable",
      `control socket ${path}: no tgtctl owns this device`,
      "start one with: tgtctl serve",
      cause,
    );
  }
  if (["EACCES", "EPERM"].includes(name)) {
    const remedy = "be the user who started the owner, or root";
    return new TgtctlError(
      "permission",
      `control socket ${path}: ${causeText(error)}`,
      remedy,
      cause,
    );
  }
  const kind = name === "EAGAIN" ? "busy" : "io";
  return new TgtctlError(kind, `control socket ${path}: ${causeText(error)}`, "try again", cause);
}

export function wentAway(path: string): TgtctlError {
  return new TgtctlError(
    "unavailable",
    `control socket ${path}: the owner went away`,
    "see what it said; what it was asked last may have been done or not",
  );
}

export function garbage(path: string): TgtctlError {
  return new TgtctlError(
    "undecodable",
    `control socket ${path}: what came is no answer of tgtctl`,
    "see who listens there: ss -xlp",
  );
}

export function otherVersion(path: string, hello: Record<string, unknown>): TgtctlError {
  const [protocol, version, pid] = [hello.protocol, hello.version, hello.pid].map((value) =>
    String(value).slice(0, LONGEST_VALUE),
  );
  return new TgtctlError(
    "abiMismatch",
    `control socket ${path}: the owner (tgtctl ${version}, pid ${pid}) speaks protocol ${protocol}, not ${PROTOCOL}`,
    "use the tgtctl that the owner was started from",
  );
}

export function tooLate(method: string, ms: number): TgtctlError {
  return new TgtctlError(
    "busy",
    `control socket: no answer to ${method} after ${ms} ms`,
    "the owner is busy or stopped; it may still do what it was asked",
  );
}

export function tooLong(method: string): TgtctlError {
  return new TgtctlError(
    "usage",
    `control socket: ${method} with more than ${MOST_BYTES_IN} bytes`,
    "ask for less at a time",
  );
}

export function closed(method: string): TgtctlError {
  return new TgtctlError(
    "interrupted",
    `control socket: closed while ${method} had no answer`,
    "ask again",
  );
}
