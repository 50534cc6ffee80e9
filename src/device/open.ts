// SPDX-License-Identifier: MIT
// Opening whatever -D names to be looked at, without owning anything.

import { dialectByName } from "../abi/dialects.js";
import { TgtctlError } from "../errors.js";
import { CharDevice } from "./char-device.js";
import { parseDeviceSpec } from "./device-spec.js";
import { native } from "./native.js";
import { probePath } from "./probe.js";
import { ProcessDevice } from "./process-device.js";
import { parseProcessSpec } from "./process-spec.js";
import type { RingDevice } from "./ring-device.js";
import { RingImage } from "./ring-image.js";

export interface ReadOptions {
  readonly device: string;
  readonly dialect: string;
  readonly force: boolean;
}

/** What every live device here speaks. */
const LIVE_DIALECT = "seed-x86_64";

/** Errors: `usage` for a dialect that is unknown, or that a live device cannot be read in. */
export function requireLiveDialect(name: string): void {
  dialectByName(name);
  if (name === LIVE_DIALECT) return;
  throw new TgtctlError(
    "usage",
    `--dialect ${name}: a live device is read as ${LIVE_DIALECT}`,
    "leave it out: other dialects are for ring images",
  );
}

/** Errors: `usage` for a simulator (it lives only in its own process), those of the device or file. */
export function openForReading(options: ReadOptions): RingDevice {
  const process = parseProcessSpec(options.device);
  if (process) return new ProcessDevice(process, dialectByName(options.dialect));
  const spec = parseDeviceSpec(options.device);
  if (spec.kind === "simulator") {
    throw new TgtctlError(
      "usage",
      `${spec.text}: a simulator's rings are in the memory of the process that runs it`,
      spec.name === null
        ? "look at one with: tgtctl top --sim"
        : `look with: tgtctl top -D sim:name=${spec.name}, or give that process: --pid PID`,
    );
  }
  if (probePath(spec.path).kind === "file")
    return new RingImage(spec.path, dialectByName(options.dialect));
  requireLiveDialect(options.dialect);
  return new CharDevice(native(), spec.path, "observer", options.force);
}
