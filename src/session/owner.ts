// SPDX-License-Identifier: MIT
// Becoming the owner, for serve and top alike: choose the units, start the session, have the hosts
// scanned once it can answer.
import type { DeviceSpec } from "../device/device-spec.js";
import { formatLunSpec, parseLunSpecs } from "../target/units/lun-spec.js";
import { offerControl } from "./control/offer.js";
import { diskText } from "./disk-text.js";
import type { Serials, Served } from "./engine/engine-protocol.js";
import type { HandlerHost } from "./handlers/handler-host.js";
import type { ServedLun } from "./observation.js";
import { writeServed } from "./runtime-state.js";
import { type DiskNodes, scanHosts } from "./scan.js";
import { type Choice, chooseForDevice, chooseForSimulator } from "./served.js";
import { Session } from "./session.js";
import { unitText } from "./unit-text.js";

export interface OwnerOptions {
  /** SPECs of --lun; none: what the last owner served, or one 64 MiB ram: unit. */
  readonly luns: readonly string[];
  /** RULEs of --fault. */
  readonly faults: readonly string[];
  /** FILEs of --handler; the first that wants a command answers it. */
  readonly handlers: readonly string[];
  readonly scan: boolean;
  readonly force: boolean;
  /** Aborted: come back without waiting for disks; the session is there and to be stopped. */
  readonly stop?: AbortSignal;
  /** Told from the first command on, also while disks are waited for. */
  readonly onRemark?: (text: string) => void;
}

export interface Owner {
  readonly session: Session;
  readonly luns: readonly ServedLun[];
  readonly disks: readonly DiskNodes[];
  /** True if the units were not named but taken over from the last owner. */
  readonly inherited: boolean;
}

/** Errors: of the rules, the specs, the stores, the device and the scan; nothing is left owned. */
export async function startOwner(
  spec: DeviceSpec,
  options: OwnerOptions & { readonly journal: boolean },
): Promise<Owner> {
  await checkFaults(options.faults);
  const choice =
    spec.kind === "simulator"
      ? chooseForSimulator(options.luns)
      : chooseForDevice(spec.path, options.luns, options.force);
  const handlers = await startHandlers(options);
  const session = await Session.start({
    spec,
    served: choice.served,
    faults: options.faults,
    handlers,
    force: options.force,
    journal: options.journal,
    ...(options.onRemark && { onRemark: options.onRemark }),
  }).catch(async (error) => {
    await handlers?.close();
    throw error;
  });
  try {
    await offerControl(spec, session, options.onRemark);
    const disks = await bringUp(spec, choice, session, options);
    return { session, luns: servedLuns(choice, disks), disks, inherited: choice.inherited };
  } catch (error) {
    await session.stop().catch(() => {}); // of two failures the first
    throw error;
  }
}

/** A wrong rule is refused before anything is owned. */
async function checkFaults(rules: readonly string[]): Promise<void> {
  if (rules.length === 0) return;
  // loaded with a rule only: the tables of names cost something
  const { parseFaultRules } = await import("./faults/fault-rule.js");
  parseFaultRules(rules, "--fault");
}

/** Loaded and checked before anything is owned. */
async function startHandlers({
  handlers: files,
  onRemark,
  stop,
}: OwnerOptions): Promise<HandlerHost | null> {
  if (files.length === 0) return null;
  const { HandlerHost } = await import("./handlers/handler-host.js");
  return HandlerHost.start({ files, onRemark, stop });
}

async function bringUp(
  spec: DeviceSpec,
  choice: Choice,
  session: Session,
  { scan, stop }: OwnerOptions,
): Promise<DiskNodes[]> {
  if (spec.kind === "simulator") {
    session.startWorkload();
    return [];
  }
  writeServed(spec.path, leftBehind(choice.served, session.serials));
  if (!scan) return [];
  const luns = parseLunSpecs(choice.served.specs).map((unit) => unit.lun);
  const ended = new AbortController();
  const signal = AbortSignal.any(stop ? [stop, ended.signal] : [ended.signal]);
  try {
    return await Promise.race([scanHosts(luns, signal), session.failed]);
  } finally {
    ended.abort();
  }
}

/** By now the files are there: the next owner takes them at the size that they have then. */
function leftBehind({ specs, memoryPrefix }: Served, serials: Serials): Served {
  const known = parseLunSpecs(specs).map((unit) =>
    formatLunSpec(unit.kind === "file" ? { ...unit, size: null } : unit),
  );
  return { specs: known, memoryPrefix, serials };
}

function servedLuns(choice: Choice, disks: readonly DiskNodes[]): ServedLun[] {
  return parseLunSpecs(choice.served.specs).map((unit) => ({
    lun: unit.lun,
    spec: unitText(unit),
    nodes: disks
      .filter((disk) => disk.lun === unit.lun)
      .map(diskText)
      .join(", "),
  }));
}
