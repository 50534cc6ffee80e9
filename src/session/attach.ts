// SPDX-License-Identifier: MIT
// From what the user named to something that can be watched: becomes owner only if asked to or if
// nobody else is, observes otherwise.
import { dialectByName } from "../abi/dialects.js";
import { CharDevice } from "../device/char-device.js";
import { type DeviceSpec, parseDeviceSpec } from "../device/device-spec.js";
import { native } from "../device/native.js";
import { openForReading, requireLiveDialect } from "../device/open.js";
import { probeError, probePath } from "../device/probe.js";
import { ProcessDevice } from "../device/process-device.js";
import { type ProcessSpec, parseProcessSpec } from "../device/process-spec.js";
import { TgtctlError } from "../errors.js";
import type { ControlClient } from "./control/client.js";
import { diskText } from "./disk-text.js";
import { RingFollower } from "./follow/follower.js";
import type { Observation } from "./observation.js";
import { observeOwner } from "./observe-owner.js";
import type { OwnerOptions } from "./owner.js";
import { attachedDisks } from "./scan.js";
import { inheritance } from "./served.js";
import { type Joined, join, joinIfOwned, viewDevice, viewSimulator } from "./viewer.js";

export interface AttachOptions extends OwnerOptions {
  readonly device: string;
  readonly dialect: string;
  /** Own it even if commands or disks of another owner wait there. */
  readonly own: boolean;
  readonly observe: boolean;
  /** As `observe`, but an owner of ours is joined, and nothing is asked of it that changes something. */
  readonly readOnly?: boolean;
}

/** Errors: all those of opening a device, of LUN specs and stores, and `usage` for a bad mix. */
export async function attach(options: AttachOptions): Promise<Observation> {
  const { own, luns, faults, handlers } = options;
  const wantsToOwn = own || luns.length > 0 || faults.length > 0 || handlers.length > 0;
  const looking = options.readOnly ? "--read-only" : options.observe ? "--observe" : null;
  if (looking && wantsToOwn) {
    throw new TgtctlError(
      "usage",
      `${looking} goes with none of --own, --lun, --fault and --handler`,
      "an observer answers nothing: leave one out",
    );
  }
  const observation = await open(options, wantsToOwn);
  return options.readOnly ? readOnly(observation) : observation;
}

/** Without the verbs: whatever is shown of it, nothing can be done to it. */
function readOnly({ verbs, ...observation }: Observation): Observation {
  return { ...observation, readOnly: true };
}

async function open(options: AttachOptions, wantsToOwn: boolean): Promise<Observation> {
  const process = parseProcessSpec(options.device);
  if (process) {
    if (!wantsToOwn) return observeProcess(process, options.dialect);
    const message = "--pid goes with none of --own, --lun, --fault and --handler";
    throw new TgtctlError("usage", message, "rings in a process are only looked at: leave one out");
  }
  const spec = parseDeviceSpec(options.device);
  if (spec.kind === "simulator") return attachSimulator(spec, options, wantsToOwn);
  const probe = probePath(spec.path);
  if (probe.kind === "file") {
    if (wantsToOwn) throw probeError(spec.path, probe);
    return observeFile(options);
  }
  requireLiveDialect(options.dialect);
  if (wantsToOwn) return observeOwner(spec, options);
  if (options.observe) return observeLive(spec.path, options.force);
  const joined = await joinIfOwned(options.device);
  if (joined) return viewDevice(spec.path, options.force, joined);
  return !options.readOnly && nobodyIs(spec.path, options.force)
    ? observeOwner(spec, options)
    : observeLive(spec.path, options.force);
}

/** What there is to look at, and the owner that can be asked; null: none of ours, or not by this user. */
export interface Looked {
  readonly observation: Observation;
  readonly owner: ControlClient | null;
}

/** Joins an owner of ours or observes; never owns. Errors: as `attach`. */
export async function attachToLook(
  options: Pick<AttachOptions, "device" | "dialect" | "force">,
): Promise<Looked> {
  const spec = parseDeviceSpec(options.device);
  requireLiveDialect(options.dialect);
  if (spec.kind === "simulator") {
    const joined: Joined = await join(options.device);
    return { observation: await viewSimulator(joined), owner: joined.client };
  }
  const joined = await joinIfOwned(options.device);
  if (!joined) return { observation: observeLive(spec.path, options.force), owner: null };
  const observation = viewDevice(spec.path, options.force, joined);
  return { observation, owner: joined.client };
}

/** A named one that somebody runs is joined, any other begins here. */
async function attachSimulator(
  spec: Extract<DeviceSpec, { kind: "simulator" }>,
  options: AttachOptions,
  wantsToOwn: boolean,
): Promise<Observation> {
  requireLiveDialect(options.dialect);
  const joined = spec.name === null || wantsToOwn ? null : await joinIfOwned(options.device);
  if (joined) return viewSimulator(joined);
  if (!options.observe && !options.readOnly) return observeOwner(spec, options);
  const option = options.readOnly ? "--read-only" : "--observe";
  throw new TgtctlError(
    "usage",
    `${option}: ${spec.name === null ? "this simulator is private to its process" : "nobody runs it"}`,
    `leave ${option} out: tgtctl top --device ${spec.text}`,
  );
}

/** No owner, no unfinished commands, no disks: taking it disturbs nobody. */
function nobodyIs(path: string, force: boolean): boolean {
  const left = inheritance(path, force);
  return left !== null && !left.owner && left.outstanding === 0 && left.devices === 0;
}

function observeLive(path: string, force: boolean): Observation {
  const device = new CharDevice(native(), path, "observer", force);
  return {
    device,
    role: "observer",
    events: new RingFollower(device),
    luns: attachedDisks().map((disk) => ({ lun: disk.lun, spec: "", nodes: diskText(disk) })),
    failed: new Promise<never>(() => {}),
    close: async () => device.close(),
  };
}

/** Opens nothing; fails when the process ends. */
function observeProcess(spec: ProcessSpec, dialect: string): Observation {
  let fail: (error: unknown) => void = () => undefined;
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  failed.catch(() => undefined); // where nobody waits for it, nobody is told
  const device = new ProcessDevice(spec, dialectByName(dialect), (error) => fail(error));
  return {
    device,
    role: "observer",
    events: new RingFollower(device.followed),
    luns: [],
    failed,
    close: async () => device.close(),
  };
}

function observeFile(options: AttachOptions): Observation {
  const device = openForReading(options);
  return {
    device,
    role: "offline",
    events: null,
    luns: [],
    failed: new Promise<never>(() => {}),
    close: async () => device.close(),
  };
}
