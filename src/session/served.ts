// SPDX-License-Identifier: MIT
// Which logical units a new owner serves: what it was told, what its predecessor served, or the default.
import { busyError, CharDevice } from "../device/char-device.js";
import { native } from "../device/native.js";
import { FEATURE_EXCLUSIVE } from "../device/telemetry.js";
import { TgtctlError } from "../errors.js";
import { formatLunSpec, parseLunSpecs } from "../target/units/lun-spec.js";
import type { Serials, Served } from "./engine/engine-protocol.js";
import { deviceKey, readServed } from "./runtime-state.js";

export interface Choice {
  readonly served: Served;
  /** True if the units are the predecessor's and nobody named them. */
  readonly inherited: boolean;
}

/** For the simulator: nothing is inherited, and its memory has no name: nobody can take over. */
export function chooseForSimulator(luns: readonly string[]): Choice {
  return choice(luns, null, {});
}

/**
 * For a device. An owner never answers commands or disks it inherits with units it was not told of:
 * without `luns` it serves what the last owner left word of, and refuses where nobody did.
 *
 * Errors: `usage` for a bad spec, `busy` where it refuses, those of opening the device.
 */
export function chooseForDevice(path: string, luns: readonly string[], force: boolean): Choice {
  const prefix = memoryPrefix(path);
  const left = inheritance(path, force);
  if (left?.owner && left.exclusive) throw busyError(native(), path, undefined);
  const nobodyLooks = left === null || (left.outstanding === 0 && left.devices === 0);
  const served = nobodyLooks ? null : readServed(path);
  if (luns.length > 0) return choice(luns, prefix, served?.serials ?? {});
  if (nobodyLooks) return choice([], prefix, {});
  if (served !== null) return { served, inherited: true };
  throw new TgtctlError(
    "busy",
    `${path}: ${left.outstanding} unfinished commands and ${left.devices} disks of an owner that left no word of its LUNs`,
    "say with --lun what it served, or remove the disks first",
  );
}

function choice(luns: readonly string[], memoryPrefix: string | null, serials: Serials): Choice {
  const specs = parseLunSpecs(luns).map(formatLunSpec);
  return { served: { specs, memoryPrefix, serials }, inherited: false };
}

function memoryPrefix(path: string): string {
  const uid = process.getuid?.() ?? 0;
  return `tgtctl-${uid === 0 ? "" : `${uid}-`}${deviceKey(path)}`;
}

export interface Inheritance {
  readonly owner: boolean;
  /** The kernel lets nobody own it beside that one. */
  readonly exclusive: boolean;
  readonly outstanding: number;
  readonly devices: number;
}

/**
 * What the kernel still holds for the next owner; null where that cannot be seen. It is asked before
 * any store is touched: the stores of a living owner are not ours to open.
 */
export function inheritance(path: string, force: boolean): Inheritance | null {
  const device = new CharDevice(native(), path, "observer", force);
  try {
    const window = device.telemetry;
    if (window === null) return null;
    const { ownerPresent: owner, outstanding, devices } = window;
    const exclusive = (window.features & FEATURE_EXCLUSIVE) !== 0;
    return { owner, exclusive, outstanding, devices };
  } finally {
    device.close();
  }
}
