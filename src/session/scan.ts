// SPDX-License-Identifier: MIT
// Making the disks appear: the virtual hosts are scanned once the responder can answer, and what
// came of it is read back from sysfs.
import { readdirSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { causeText, TgtctlError } from "../errors.js";
import { linuxLunToNumber } from "../scsi/lun.js";

const HOSTS = "/sys/class/scsi_host";
const DEVICES = "/sys/class/scsi_device";
/** proc_name of the module that makes hosts of a target. */
const LOOP_DRIVER = "tgt_loop";

export interface DiskNodes {
  /** SCSI address, as sysfs writes it: `3:0:0:0`. */
  readonly address: string;
  readonly host: number;
  readonly lun: number;
  /** `/dev/sdb`, or null where no disk driver took it. */
  readonly block: string | null;
  /** `/dev/sg1`, or null where sg is not loaded. */
  readonly generic: string | null;
}

/** Numbers of the hosts whose disks we serve. */
export function loopHosts(): number[] {
  return list(HOSTS)
    .filter((host) => readText(`${HOSTS}/${host}/proc_name`) === LOOP_DRIVER)
    .map((host) => Number(host.slice("host".length)))
    .sort((a, b) => a - b);
}

/** SCSI addresses of everything attached to them now, as sysfs writes them: `3:0:0:0`. */
export function loopAddresses(hosts = loopHosts()): string[] {
  return list(DEVICES).filter((name) => hosts.includes(Number(name.split(":")[0])));
}

/** Everything attached to the loop hosts now. */
export function attachedDisks(hosts = loopHosts()): DiskNodes[] {
  return list(DEVICES)
    .map((name) => ({ name, parts: name.split(":").map(Number) }))
    .filter(({ parts }) => hosts.includes(parts[0] ?? -1))
    .map(({ name, parts }) => ({
      address: name,
      host: parts[0] ?? 0,
      lun: linuxLunToNumber(parts[3] ?? 0) ?? -1,
      block: node(`${DEVICES}/${name}/device/block`),
      generic: node(`${DEVICES}/${name}/device/scsi_generic`),
    }))
    .sort((a, b) => a.host - b.host || a.lun - b.lun);
}

/** Path of a file that tells the initiator something about a disk. */
export function diskAttribute({ address }: DiskNodes, attribute: "rescan" | "delete"): string {
  return `${DEVICES}/${address}/device/${attribute}`;
}

/**
 * Scans every loop host and waits until each of `luns` has its disk, at most `timeoutMs`. After
 * `stop` it waits for nothing but the scan that is under way, which needs our answers to end.
 * Errors: `permission` or `io` if a host cannot be scanned.
 */
export async function scanHosts(
  luns: readonly number[],
  stop: AbortSignal,
  timeoutMs = 15_000,
): Promise<DiskNodes[]> {
  const hosts = loopHosts();
  for (const host of hosts) if (!stop.aborted) await scanHost(host);
  const deadline = Date.now() + timeoutMs;
  let disks = attachedDisks(hosts);
  while (!complete(hosts, luns, disks) && Date.now() < deadline && !stop.aborted) {
    await sleep(50);
    disks = attachedDisks(hosts);
  }
  return disks.filter((disk) => luns.includes(disk.lun));
}

async function scanHost(host: number): Promise<void> {
  try {
    await writeFile(`${HOSTS}/host${host}/scan`, "- - -");
  } catch (error) {
    throw new TgtctlError(
      (error as NodeJS.ErrnoException).code === "EACCES" ? "permission" : "io",
      `scan of host${host}: ${causeText(error)}`,
      "run as root, or add --no-scan and scan by hand",
      { cause: error },
    );
  }
}

/** Without sd_mod no block device will ever come; then the SCSI device itself is enough. */
function complete(hosts: number[], luns: readonly number[], disks: DiskNodes[]): boolean {
  const blockDriver = list("/sys/bus/scsi/drivers").includes("sd");
  return hosts.every((host) =>
    luns.every((lun) =>
      disks.some((d) => d.host === host && d.lun === lun && (d.block !== null || !blockDriver)),
    ),
  );
}

function node(directory: string): string | null {
  const name = list(directory)[0];
  return name === undefined ? null : `/dev/${name}`;
}

function list(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return "";
  }
}
