// SPDX-License-Identifier: MIT
// Who gets the event: an owner of ours, a simulator, the device itself for the moment, or, forced, the
// ring of an owner that is not ours.
import { readFileSync } from "node:fs";
import { CharDevice, processText } from "../../device/char-device.js";
import { parseDeviceSpec } from "../../device/device-spec.js";
import { native } from "../../device/native.js";
import { requireLiveDialect } from "../../device/open.js";
import { probeError, probePath } from "../../device/probe.js";
import { FEATURE_EXCLUSIVE, type Telemetry } from "../../device/telemetry.js";
import { TgtctlError } from "../../errors.js";
import type { ControlClient } from "../../session/control/client.js";
import { joinOwner } from "../../session/join.js";
import { loopHosts } from "../../session/scan.js";
import { ForcedEntry } from "./inject-forced.js";
import { MomentaryOwner } from "./inject-moment.js";
import { RemoteOwner } from "./inject-remote.js";
import type { Injectee } from "./injectee.js";
import { targetNodes } from "./target-probe.js";

export interface WayOptions {
  readonly device: string;
  readonly dialect: string;
  readonly force: boolean;
  /** Something has to have been aborted. */
  readonly losing: boolean;
}

/** Errors: those of opening the device; `busy` (75) for an owner that takes no orders (H08). */
export async function openInjectee(options: WayOptions): Promise<Injectee> {
  requireLiveDialect(options.dialect);
  const spec = parseDeviceSpec(options.device);
  if (spec.kind === "simulator" && spec.name !== null) return intoNamed(options.device);
  if (spec.kind === "simulator") {
    // loaded for it alone: an owner's whole session
    const { PrivateSimulator } = await import("./inject-sim.js");
    return PrivateSimulator.start(spec, options.losing);
  }
  const { path } = spec;
  const probe = probePath(path);
  if (probe.kind === "foreign" && options.force) throw blind(path);
  if (probe.kind !== "ours") throw probeError(path, probe);
  const observer = new CharDevice(native(), path, "observer", false);
  try {
    const { telemetry } = observer;
    const injectee = telemetry
      ? intoDevice(path, observer, telemetry, options.force)
      : intoDark(path, observer);
    return await injectee;
  } catch (error) {
    observer.close();
    throw error;
  }
}

/** A simulator that another process runs: its rings cannot be looked at from here, its engine can be asked. */
async function intoNamed(device: string): Promise<Injectee> {
  const client = await joinOwner(device);
  const { pid } = client.hello;
  return new RemoteOwner({ name: processText(pid), hostNo: 0, client, telemetry: null, nodes: [] });
}

/** The observer is closed with the injectee, or here. */
async function intoDevice(
  path: string,
  observer: CharDevice,
  telemetry: Telemetry,
  force: boolean,
): Promise<Injectee> {
  if (!telemetry.ownerPresent) {
    observer.close();
    return forTheMoment(path);
  }
  const client = await ownersSocket(path, telemetry.ownerPid);
  return client ? intoOwner(client, observer) : byForce(path, observer, telemetry, force);
}

/** Without telemetry: an owner of ours, or nobody; of whom else it is, only the kernel knows. */
async function intoDark(path: string, observer: CharDevice): Promise<Injectee> {
  const client = await ownersSocket(path, null);
  if (client) return intoOwner(client, observer);
  observer.close();
  if (!lettingOneIn()) throw blind(path);
  try {
    return forTheMoment(path);
  } catch (error) {
    if (error instanceof TgtctlError && error.kind === "busy") throw twoWriters(path, 0);
    throw error;
  }
}

function intoOwner(client: ControlClient, observer: CharDevice): Injectee {
  return new RemoteOwner({
    name: processText(client.hello.pid),
    hostNo: targetHost(),
    client: {
      call: (method, params, options) => client.call(method, params, options),
      close: () => {
        client.close();
        observer.close();
      },
    },
    telemetry: observer.telemetry,
    nodes: targetNodes(),
  });
}

function forTheMoment(path: string): Injectee {
  return new MomentaryOwner(new CharDevice(native(), path, "owner", false), targetHost());
}

function targetHost(): number {
  return loopHosts()[0] ?? 0;
}

/** The module's own word for it: a second owner gets EBUSY. */
function lettingOneIn(): boolean {
  try {
    return readFileSync("/sys/module/scsi_tgt/parameters/exclusive", "utf8").trim() === "Y";
  } catch {
    return false;
  }
}

/** Null: whoever owns it takes no orders. */
async function ownersSocket(path: string, pid: number | null): Promise<ControlClient | null> {
  try {
    const client = await joinOwner(path);
    if (pid === null || client.hello.pid === pid) return client;
    client.close(); // left by an owner that owns no more
    return null;
  } catch (error) {
    if (error instanceof TgtctlError && error.kind === "unavailable") return null;
    throw error;
  }
}

function byForce(
  path: string,
  observer: CharDevice,
  telemetry: Telemetry,
  force: boolean,
): Injectee {
  const pid = telemetry.ownerPid;
  if (!force) throw twoWriters(path, pid);
  if ((telemetry.features & FEATURE_EXCLUSIVE) !== 0) throw keptOut(path, pid);
  observer.close();
  const device = new CharDevice(native(), path, "owner", false);
  if (device.telemetry === null) throw blind(path);
  const owned = device as CharDevice & { readonly telemetry: Telemetry };
  return new ForcedEntry({
    name: processText(pid),
    pid,
    hostNo: targetHost(),
    device: owned,
    nodes: targetNodes(),
  });
}

function twoWriters(path: string, pid: number): TgtctlError {
  return new TgtctlError(
    "busy",
    `${path}: owned by ${pid > 0 ? processText(pid) : "a process"}, which takes no orders (EBUSY); a second writer would put its answers out of step (H08 two-writers)`,
    "--force stops it for a moment, on a scsi_tgt loaded with exclusive=0; or stop it and start tgtctl serve",
  );
}

function keptOut(path: string, pid: number): TgtctlError {
  return new TgtctlError(
    "busy",
    `${path}: owned by ${processText(pid)}, and this kernel lets nobody in beside it (H08 two-writers, exclusive=1)`,
    "load scsi_tgt with exclusive=0 for --force, or stop that process and start tgtctl serve",
  );
}

function blind(path: string): TgtctlError {
  return new TgtctlError(
    "unavailable",
    `${path}: without telemetry it cannot be known where in ukring the next event belongs`,
    "use the scsi_tgt.ko of this tgtctl, or try inject --sim",
  );
}
