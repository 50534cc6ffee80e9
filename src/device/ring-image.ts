// SPDX-License-Identifier: MIT
// A file holding the 128 KiB of both rings, as a RingDevice: the evidence of a machine that is gone.
import { closeSync, openSync, readSync, type Stats, statSync } from "node:fs";
import type { Dialect } from "../abi/dialect.js";
import { causeText, errnoName, TgtctlError } from "../errors.js";
import { RINGS_SIZE, type RingDevice } from "./ring-device.js";

const TAKE_ONE = `a ring image is the ${RINGS_SIZE} bytes of the mapping, kuring first`;

/** A system error on `path` as the kind a script can tell apart. */
function openError(path: string, cause: unknown): TgtctlError {
  const code = errnoName(cause);
  const message = `${path}: ${causeText(cause)}`;
  if (code === "ENOENT" || code === "ENOTDIR" || code === "ENAMETOOLONG") {
    return new TgtctlError("inputMissing", message, "check the name of the image", { cause });
  }
  if (code === "EACCES" || code === "EPERM") {
    return new TgtctlError("permission", message, "make it readable, or run as its owner", {
      cause,
    });
  }
  return new TgtctlError("io", message, "check the file system it is on", { cause });
}

/** Refuses what is no regular file of the right size, before it is opened. */
function requireImage(path: string, stats: Stats): void {
  if (stats.isCharacterDevice()) {
    throw new TgtctlError(
      "usage",
      `${path}: a character device, not a ring image`,
      `for a live device use: tgtctl dump --device ${path}`,
    );
  }
  if (!stats.isFile()) {
    const what = stats.isDirectory()
      ? "a directory"
      : stats.isFIFO()
        ? "a pipe"
        : "no regular file";
    const remedy = `${TAKE_ONE}, in a regular file`;
    throw new TgtctlError("undecodable", `${path}: ${what}, not a ring image`, remedy);
  }
  if (stats.size !== RINGS_SIZE) {
    throw new TgtctlError(
      "undecodable",
      `${path}: ${stats.size} bytes, not ${RINGS_SIZE}`,
      TAKE_ONE,
    );
  }
}

function readImage(path: string): ArrayBuffer {
  const rings = new ArrayBuffer(RINGS_SIZE);
  const bytes = new Uint8Array(rings);
  let fd = -1;
  try {
    // Opening a foreign device may reset it and opening a pipe blocks: look before.
    requireImage(path, statSync(path));
    fd = openSync(path, "r");
    let have = 0;
    while (have < RINGS_SIZE) {
      const count = readSync(fd, bytes, have, RINGS_SIZE - have, null);
      if (count === 0) {
        const message = `${path}: ended after ${have} bytes while being read`;
        throw new TgtctlError("undecodable", message, TAKE_ONE);
      }
      have += count;
    }
  } catch (cause) {
    throw cause instanceof TgtctlError ? cause : openError(path, cause);
  } finally {
    if (fd >= 0) closeSync(fd);
  }
  return rings;
}

export class RingImage implements RingDevice {
  readonly source = "image" as const;
  readonly role = "offline" as const;
  readonly telemetry = null;
  readonly #rings: ArrayBuffer;

  /**
   * Reads the file at once; later changes to it are not seen. Errors: `inputMissing`,
   * `permission`, `undecodable` (size, kind of file), `usage` (a character device), `io`.
   */
  constructor(
    readonly name: string,
    readonly dialect: Dialect,
  ) {
    this.#rings = readImage(name);
  }

  get rings(): ArrayBuffer {
    return this.#rings;
  }

  close(): void {
    // Node 20 has no ArrayBuffer.transfer(); a transferring clone detaches as well.
    if (this.#rings.byteLength > 0) structuredClone(this.#rings, { transfer: [this.#rings] });
  }
}
