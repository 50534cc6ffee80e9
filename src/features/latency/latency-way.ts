// SPDX-License-Identifier: MIT
// Who can measure on a device, from best to least: we own it, its owner is ours and is asked, or we only look.
import { CharDevice, processText } from "../../device/char-device.js";
import { type DeviceSpec, parseDeviceSpec } from "../../device/device-spec.js";
import { native } from "../../device/native.js";
import { requireLiveDialect } from "../../device/open.js";
import { probeError, probePath } from "../../device/probe.js";
import { TgtctlError } from "../../errors.js";
import { EngineSource } from "../../session/latency/engine-source.js";
import { LatencyObserver } from "../../session/latency/latency-observer.js";
import type { Scheduling } from "../../session/latency/report.js";
import type { LatencySource } from "../../session/latency/source.js";
import { startOwner } from "../../session/owner.js";
import { attachedDisks } from "../../session/scan.js";
import { inheritance } from "../../session/served.js";
import { joinIfOwned } from "../../session/viewer.js";

export interface WayOptions {
  readonly device: string;
  readonly dialect: string;
  readonly force: boolean;
  /** As owner. */
  readonly luns: readonly string[];
  readonly scan: boolean;
  /** Commands a second of the simulator's initiator; null: as its settings say. */
  readonly simRate: number | null;
  readonly scheduling: Scheduling | undefined;
  readonly stop: AbortSignal;
  readonly onRemark: (text: string) => void;
}

export interface LatencyWay {
  readonly source: LatencySource;
  /** `pid 4121 (tgtd)`, "" for ourselves and for nobody. */
  readonly owner: string;
  /** sg nodes of its disks. */
  readonly nodes: readonly string[];
  /** The pace of a simulator's initiator of ours; null: none, or none of ours. */
  readonly intervalNs: number | null;
  /** Rejects when the device, its owner or whoever measures has gone. */
  readonly failed: Promise<never>;
  close(): Promise<void>;
}

/** Errors: those of opening and owning a device; `usage` for a file, and for what its owner alone may be asked. */
export async function openWay(options: WayOptions): Promise<LatencyWay> {
  requireLiveDialect(options.dialect);
  const spec = parseDeviceSpec(options.device);
  if (spec.kind === "simulator") {
    const joined = spec.name === null ? null : await joinedWay(options);
    return joined ?? ownWay(paced(spec, options.simRate), options);
  }
  const probe = probePath(spec.path);
  if (probe.kind !== "ours" && probe.kind !== "foreign") throw probeError(spec.path, probe);
  const joined = await joinedWay(options);
  if (joined) return joined;
  const left = inheritance(spec.path, options.force);
  // without telemetry nobody says who owns it: the open itself does
  return left?.owner ? observerWay(spec.path, options.force) : ownWay(spec, options);
}

type Simulator = Extract<DeviceSpec, { kind: "simulator" }>;

/** Its initiator sends as fast as it can unless told otherwise: then nobody ever sleeps. */
function paced(spec: Simulator, rate: number | null): Simulator {
  return rate === null ? spec : { ...spec, options: { ...spec.options, rate } };
}

async function ownWay(spec: DeviceSpec, options: WayOptions): Promise<LatencyWay> {
  const { luns, scan, force, stop, onRemark } = options;
  const { session, disks } = await startOwner(spec, {
    ...{ luns, scan, force, stop, onRemark },
    ...{ faults: [], handlers: [], journal: false },
  });
  const rate = spec.kind === "simulator" ? spec.options.rate : 0;
  return {
    source: new EngineSource(session.engine),
    owner: "",
    nodes: nodesOf(disks.length > 0 || spec.kind === "simulator" ? disks : attachedDisks()),
    intervalNs: rate > 0 ? 1e9 / rate : null,
    failed: session.failed,
    close: async () => {
      const unfinished = await session.stop();
      if (unfinished > 0) onRemark(`${unfinished} commands are left to the next owner`);
    },
  };
}

/** An owner whose processors are all in use is the one to be measured: it has longer to say hello. */
const PATIENCE_MS = 15_000;

/** Null: its owner is none of ours, or nobody owns it. */
async function joinedWay(options: WayOptions): Promise<LatencyWay | null> {
  const joined = await joinIfOwned(options.device, PATIENCE_MS);
  if (!joined) return null;
  const { client } = joined;
  if (options.scheduling || options.luns.length > 0) {
    client.close();
    throw ownersOwn(options, processText(client.hello.pid));
  }
  const failed = client.ended.then((why) => {
    throw why ?? goneOwner(options.device);
  });
  failed.catch(() => {}); // whoever cares awaits it
  return {
    source: new EngineSource(client, "viewer"),
    owner: processText(client.hello.pid),
    nodes: nodesOf(attachedDisks()),
    intervalNs: null,
    failed,
    close: async () => client.close(),
  };
}

function goneOwner(device: string): TgtctlError {
  return new TgtctlError("unavailable", `${device}: its owner has gone`, "start it again");
}

function ownersOwn({ device, luns }: WayOptions, owner: string): TgtctlError {
  const what = luns.length > 0 ? "--lun" : "--cpu, --priority and --mlock";
  return new TgtctlError(
    "usage",
    `${device}: ${what} are the owner's, and that is ${owner}`,
    "leave them out, or start its owner with chrt, taskset",
  );
}

function nodesOf(disks: readonly { readonly generic: string | null }[]): string[] {
  return disks.flatMap(({ generic }) => (generic === null ? [] : [generic]));
}

/** What its owner does in its wake-ups is not seen from here: ours is measured. */
async function observerWay(path: string, force: boolean): Promise<LatencyWay> {
  const observer = await LatencyObserver.start({ device: { kind: "char", path, force } });
  return {
    source: observer.source,
    owner: ownerOf(path, force),
    nodes: nodesOf(attachedDisks()),
    intervalNs: null,
    failed: observer.failed,
    close: () => observer.close(),
  };
}

function ownerOf(path: string, force: boolean): string {
  const device = new CharDevice(native(), path, "observer", force);
  try {
    const pid = device.telemetry?.ownerPid ?? 0;
    return pid > 0 ? processText(pid) : "another owner";
  } finally {
    device.close();
  }
}
