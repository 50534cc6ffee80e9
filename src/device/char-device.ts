// SPDX-License-Identifier: MIT
// /dev/tgt of a live kernel as a LiveDevice: open, map, poll, doorbell.
import { readFileSync } from "node:fs";
import type { Dialect } from "../abi/dialect.js";
import { dialectByName } from "../abi/dialects.js";
import { causeText, errnoName, TgtctlError } from "../errors.js";
import { readKernelTable } from "./kernel-table.js";
import type { Mapping, Native, WaiterMode } from "./native.js";
import { NativeWaiters } from "./native-waiters.js";
import { probeError, probePath } from "./probe.js";
import { ReadOnlyMemory } from "./read-only-memory.js";
import {
  type KernelCommand,
  type LiveDevice,
  RINGS_SIZE,
  TELEMETRY_OFFSET,
  type Waiter,
} from "./ring-device.js";
import { Telemetry } from "./telemetry.js";

const PAGE = 4096;

export class CharDevice implements LiveDevice {
  readonly source = "device" as const;
  readonly dialect: Dialect = dialectByName("seed-x86_64");
  readonly telemetry: Telemetry | null;
  readonly #native: Native;
  readonly #fd: number;
  readonly #rings: Mapping;
  readonly #window: Mapping | null;
  readonly #readOnly: ReadOnlyMemory;
  readonly #waiters: NativeWaiters;
  #open = true;

  /** Errors: everything `probeError` knows, `permission`, `busy`, `abiMismatch`, `io`. */
  constructor(
    native: Native,
    readonly name: string,
    readonly role: "owner" | "observer",
    force: boolean,
  ) {
    this.#native = native;
    this.#waiters = new NativeWaiters(native);
    this.#readOnly = new ReadOnlyMemory(native);
    const probe = probePath(name);
    if (probe.kind !== "ours" && !(probe.kind === "foreign" && force))
      throw probeError(name, probe);
    this.#fd = openNode(native, name, role);
    try {
      this.#rings = mapRings(native, name, this.#fd, role === "owner");
      this.#window = mapTelemetry(native, this.#fd);
      this.telemetry = this.#window ? new Telemetry(this.#window.buffer, 0) : null;
    } catch (error) {
      native.close(this.#fd);
      throw error;
    }
  }

  get rings(): ArrayBuffer {
    return this.#rings.buffer;
  }

  wait(wakeFd: number, timeoutMs: number, stamp: BigUint64Array | null): number {
    return this.#native.wait(this.#fd, wakeFd, timeoutMs, stamp);
  }

  waiter(mode: WaiterMode, wakeFd: number): Waiter {
    const number = this.#native.waiterCreate(
      mode,
      this.#fd,
      wakeFd,
      this.role === "owner" ? "rw" : "ro",
    );
    return this.#waiters.add(number);
  }

  kick(): void {
    this.#native.kick(this.#fd);
  }

  kickRacing(at: number, first: Uint8Array, second: Uint8Array): void {
    const target = new Uint8Array(this.rings, at, first.length);
    this.#native.kickRacing(this.#fd, target, first, second);
  }

  readOnlyAddress(): bigint {
    return this.#readOnly.address;
  }

  hold(on: boolean): void {
    this.#native.hold(this.#fd, on);
  }

  acknowledge(): void {
    this.#native.readMark(this.#fd);
  }

  commands(): KernelCommand[] | null {
    return readKernelTable();
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#waiters.close();
    this.#native.unmap(this.#rings);
    if (this.#window) this.#native.unmap(this.#window);
    this.#readOnly.close();
    this.#native.close(this.#fd);
  }
}

function openNode(native: Native, path: string, role: "owner" | "observer"): number {
  try {
    return native.open(path, role === "owner" ? "rw" : "ro");
  } catch (error) {
    const code = errnoName(error);
    if (code === "EBUSY") throw busyError(native, path, error);
    if (code === "EACCES" || code === "EPERM") {
      throw new TgtctlError(
        "permission",
        `${path}: ${causeText(error)}`,
        `run as root, or give yourself the node: chown $USER ${path}`,
        { cause: error },
      );
    }
    throw new TgtctlError(
      code === "ENXIO" || code === "ENODEV" || code === "ENOENT" ? "unavailable" : "io",
      `${path}: ${causeText(error)}`,
      "run tgtctl doctor",
      { cause: error },
    );
  }
}

/** Names the owner, which an observer may read from telemetry. */
export function busyError(native: Native, path: string, cause: unknown): TgtctlError {
  const owner = ownerText(native, path);
  return new TgtctlError(
    "busy",
    `${path}: owned by ${owner} (EBUSY)`,
    "look with tgtctl top --observe, or stop that process",
    { cause },
  );
}

function ownerText(native: Native, path: string): string {
  try {
    const observer = new CharDevice(native, path, "observer", false);
    const pid = observer.telemetry?.ownerPid ?? 0;
    observer.close();
    return pid === 0 ? "another process" : processText(pid);
  } catch {
    return "another process";
  }
}

/** `pid 4121 (tgtctl)` */
export function processText(pid: number): string {
  try {
    const name = readFileSync(`/proc/${pid}/comm`, "latin1")
      .replace(/[^\x20-\x7e]/g, "?")
      .replace(/\?$/, "");
    return `pid ${pid} (${name})`;
  } catch {
    return `pid ${pid}`;
  }
}

function mapRings(native: Native, path: string, fd: number, writable: boolean): Mapping {
  try {
    return native.map(fd, 0, RINGS_SIZE, writable);
  } catch (error) {
    throw new TgtctlError(
      "abiMismatch",
      `${path}: mapping the rings (${RINGS_SIZE} bytes): ${causeText(error)}`,
      "the driver's rings have another size or layout: this is not the interface tgtctl knows",
      { cause: error },
    );
  }
}

/** Null where the driver has no window: any driver of 2006 answers EINVAL. */
function mapTelemetry(native: Native, fd: number): Mapping | null {
  let first: Mapping;
  try {
    first = native.map(fd, TELEMETRY_OFFSET, PAGE, false);
  } catch {
    return null;
  }
  const total = Telemetry.totalSize(first.buffer);
  native.unmap(first);
  return native.map(fd, TELEMETRY_OFFSET, Math.max(PAGE, total), false);
}
