// SPDX-License-Identifier: MIT
// Reaching the owner of a device, from another process, through its control socket.
import { parseDeviceSpec } from "../device/device-spec.js";
import { TgtctlError } from "../errors.js";
import { ControlClient, type ControlClientOptions } from "./control/client.js";
import { simulatorSocketPath, socketPath } from "./control/socket-path.js";

/** Errors: `usage` for a device that nobody else can reach, `unavailable` without a directory for it. */
export function controlPath(device: string): string {
  const spec = parseDeviceSpec(device);
  if (spec.kind === "path") return socketPath(spec.path);
  if (spec.name !== null) return simulatorSocketPath(spec.name);
  throw new TgtctlError(
    "usage",
    `${spec.text}: this simulator is private to its process`,
    "give it a name: tgtctl serve -D sim:name=X, then tgtctl COMMAND -D sim:name=X",
  );
}

/** Errors: those of `controlPath` and of ControlClient.connect. */
export function joinOwner(
  device: string,
  options: ControlClientOptions = {},
): Promise<ControlClient> {
  return ControlClient.connect(controlPath(device), options);
}
