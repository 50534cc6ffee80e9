// SPDX-License-Identifier: MIT
// Logical units change while they are served: the engine does its part, and the initiator is told.
import { writeFile } from "node:fs/promises";
import { native } from "../../device/native.js";
import { causeText, errnoName, TgtctlError } from "../../errors.js";
import { diskText } from "../disk-text.js";
import type { EngineCaller } from "../engine/engine-link.js";
import { Params } from "../engine/params.js";
import type { UnitChange, UnitListView, UnitView } from "../engine/verbs.js";
import { attachedDisks, type DiskNodes, diskAttribute, scanHosts } from "../scan.js";

const MOST_LUN = 0xffff_ffff;

/** `signal`: nobody waits for the answer any more. */
export type UnitMethod = (
  params: unknown,
  asked: { readonly signal: AbortSignal },
) => Promise<UnitChange>;

/** `lun.add`, `lun.remove` and `lun.resize`; `disks`: they are disks of this machine. */
export function unitMethods(
  engine: EngineCaller,
  disks: boolean,
): Readonly<Record<string, UnitMethod>> {
  const ask = async (name: string, params: unknown, signal: AbortSignal): Promise<UnitView> =>
    (await engine.call(name, params, signal)) as UnitView;
  const disksOf = (lun: number): DiskNodes[] =>
    disks ? attachedDisks().filter((disk) => disk.lun === lun) : [];
  return {
    "lun.add": async (params, { signal }) => {
      const unit = await ask("lun.add", params, signal);
      return change(unit, disks ? await scanHosts([unit.lun], signal) : []);
    },
    "lun.resize": async (params, { signal }) => {
      const unit = await ask("lun.resize", params, signal);
      for (const disk of disksOf(unit.lun)) await tell(disk, "rescan");
      return change(unit, disksOf(unit.lun));
    },
    "lun.remove": async (params, { signal }) => {
      const given = new Params("lun.remove", params, ["lun", "force"]);
      const lun = given.number("lun", 0, MOST_LUN);
      const force = given.flag("force");
      // looked at before a disk goes: what is not served here the engine refuses
      const { luns } = (await engine.call("lun.list", {}, signal)) as UnitListView;
      const going = luns.some((unit) => unit.lun === lun) ? disksOf(lun) : [];
      if (!force) for (const disk of going) requireUnused(disk);
      for (const disk of going) await tell(disk, "delete");
      return change(await ask("lun.remove", { lun }, signal), []);
    },
  };
}

function change(unit: UnitView, disks: readonly DiskNodes[]): UnitChange {
  return { ...unit, disks: disks.map(diskText) };
}

/** Errors: `busy` for a disk that is mounted, or claimed by somebody else. */
function requireUnused({ block }: DiskNodes): void {
  if (block === null) return;
  try {
    const shim = native();
    shim.close(shim.open(block, "ro", false, true));
  } catch (error) {
    if (errnoName(error) !== "EBUSY") return; // no medium, no node: nobody uses it
    throw new TgtctlError(
      "busy",
      `${block} is in use (EBUSY)`,
      "unmount it first, or add --force: its users get I/O errors",
    );
  }
}

async function tell(disk: DiskNodes, attribute: "rescan" | "delete"): Promise<void> {
  try {
    await writeFile(diskAttribute(disk, attribute), "1");
  } catch (error) {
    if (errnoName(error) === "ENOENT") return; // it is gone already
    throw new TgtctlError(
      errnoName(error) === "EACCES" ? "permission" : "io",
      `${diskText(disk)}: ${attribute}: ${causeText(error)}`,
      "the owner must be root to change disks",
    );
  }
}
