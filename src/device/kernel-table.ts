// SPDX-License-Identifier: MIT
// The kernel's own command table, as text from debugfs: what it holds whatever the rings show.
import { readFileSync } from "node:fs";
import type { KernelCommand } from "./ring-device.js";

export const COMMANDS_FILE = "/sys/kernel/debug/scsi_tgt/commands";

/** Rows of `text`; columns are found by the header line's names, so that more may be added. */
export function parseKernelTable(text: string): KernelCommand[] {
  const [header = "", ...lines] = text.split("\n");
  const names = header.trim().split(/\s+/);
  const column = (name: string): number => names.indexOf(name);
  const at = {
    host: column("host"),
    cid: column("cid"),
    tag: column("tag"),
    lun: column("lun"),
    cdb: column("cdb"),
    state: column("state"),
    age: column("age_ms"),
  };
  if (Object.values(at).some((i) => i < 0)) return [];
  return lines
    .map((line) => line.trim().split(/\s+/))
    .filter((cells) => cells.length >= names.length)
    .map((cells) => ({
      host_no: Number(cells[at.host]),
      cid: Number(cells[at.cid]),
      tag: BigInt(cells[at.tag] ?? "0"),
      lun: Uint8Array.from(Buffer.from(cells[at.lun] ?? "", "hex")),
      scb: Uint8Array.from(Buffer.from(cells[at.cdb] ?? "", "hex")),
      state: cells[at.state] ?? "",
      age_ms: Number(cells[at.age]),
    }));
}

/** Null where debugfs is not mounted, not readable or not ours. */
export function readKernelTable(path = COMMANDS_FILE): KernelCommand[] | null {
  try {
    return parseKernelTable(readFileSync(path, "utf8"));
  } catch {
    return null;
  }
}
