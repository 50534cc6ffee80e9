// SPDX-License-Identifier: MIT
// Disks in words.
import type { DiskNodes } from "./scan.js";

/** `host3:0 -> /dev/sdb, /dev/sg1` */
export function diskText(disk: DiskNodes): string {
  const nodes = [disk.block, disk.generic].filter((name) => name !== null).join(", ");
  return `host${disk.host}:${disk.lun} -> ${nodes || "no device node"}`;
}
