// SPDX-License-Identifier: MIT
// Where the control socket of a device lies.
import { join } from "node:path";
import { TgtctlError } from "../../errors.js";
import { deviceKey, runtimeDirectory } from "../runtime-state.js";

/** `/run/tgtctl/tgt.sock` for `/dev/tgt`. Errors: `unavailable`, there is no runtime directory. */
export function socketPath(device: string, directory = runtimeDirectory()): string {
  return inDirectory(`${deviceKey(device)}.sock`, directory);
}

/** `/run/tgtctl/sim-X.sock` for a simulator named X. Errors: `unavailable`. */
export function simulatorSocketPath(name: string, directory = runtimeDirectory()): string {
  return inDirectory(`sim-${deviceKey(name)}.sock`, directory);
}

function inDirectory(name: string, directory: string | null): string {
  if (directory !== null) return join(directory, name);
  throw new TgtctlError(
    "unavailable",
    `control socket ${name}: there is no directory for it`,
    "set XDG_RUNTIME_DIR to a directory of yours that nobody else can write to",
  );
}
