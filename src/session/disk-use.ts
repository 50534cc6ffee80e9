// SPDX-License-Identifier: MIT
// Who uses the disks that are served, read from sysfs and /proc: no disk is opened, that could wait for us.
import { readdirSync, readFileSync } from "node:fs";
import { oneLine } from "../one-line.js";
import { diskText } from "./disk-text.js";
import type { DiskNodes } from "./scan.js";

/** Where the files lie; tests have their own. */
export interface DiskUseFiles {
  /** Null: cannot be read. */
  readText(path: string): string | null;
  /** Names, none where there is no such folder. */
  list(path: string): readonly string[];
}

const systemFiles: DiskUseFiles = {
  readText: (path) => {
    try {
      return readFileSync(path, "utf8");
    } catch {
      return null;
    }
  },
  list: (path) => {
    try {
      return readdirSync(path);
    } catch {
      return [];
    }
  },
};

const BLOCK = "/sys/class/block";
/** Layers of device-mapper, RAID and partitions: deeper than anybody stacks them. */
const DEEPEST = 8;

/**
 * `/dev/sdb is mounted on /mnt`, `/dev/sdc is attached`: one text per disk, those in use first.
 * A program that merely has a disk open is not seen.
 */
export function diskUses(
  disks: readonly DiskNodes[],
  files: DiskUseFiles = systemFiles,
): readonly string[] {
  const mounts = mountPoints(files);
  const swaps = files.readText("/proc/swaps") ?? "";
  const used: string[] = [];
  const idle: string[] = [];
  for (const disk of disks) {
    const use = disk.block === null ? null : usedAs(nameOf(disk.block), mounts, swaps, files);
    if (use === null) idle.push(`${disk.block ?? diskText(disk)} is attached`);
    else used.push(`${disk.block} ${use}`);
  }
  return [...used, ...idle];
}

/** `is mounted on /mnt`; null: nobody is seen to use it. */
function usedAs(
  name: string,
  mounts: ReadonlyMap<string, string>,
  swaps: string,
  files: DiskUseFiles,
): string | null {
  const all = above(name, files, 0);
  for (const each of all) {
    const point = mounts.get(files.readText(`${BLOCK}/${each}/dev`)?.trim() ?? "");
    if (point !== undefined) return `is mounted on ${point}`;
  }
  const swap = all.find((each) =>
    swaps.split("\n").some((line) => line.startsWith(`/dev/${each} `)),
  );
  if (swap !== undefined) return "is swapped to";
  const holder = all.find((each) => files.list(`${BLOCK}/${each}/holders`).length > 0);
  if (holder === undefined) return null;
  return `is part of ${files.list(`${BLOCK}/${holder}/holders`).join(", ")}`;
}

/** The disk, its partitions, and what lies on each of them. */
function above(name: string, files: DiskUseFiles, depth: number): string[] {
  if (depth > DEEPEST) return [];
  const parts = files.list(`${BLOCK}/${name}`).filter((entry) => entry.startsWith(name));
  const holders = files.list(`${BLOCK}/${name}/holders`);
  return [name, ...[...parts, ...holders].flatMap((next) => above(next, files, depth + 1))];
}

/** By device number, `8:16` -> `/mnt`; of several the first. proc_pid_mountinfo(5). */
function mountPoints(files: DiskUseFiles): Map<string, string> {
  const points = new Map<string, string>();
  for (const line of (files.readText("/proc/self/mountinfo") ?? "").split("\n")) {
    const [, , device, , point] = line.split(" ");
    if (device === undefined || point === undefined || points.has(device)) continue;
    points.set(device, oneLine(unescaped(point)));
  }
  return points;
}

/** `\040` -> a space. */
function unescaped(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );
}

function nameOf(node: string): string {
  return node.slice("/dev/".length);
}
