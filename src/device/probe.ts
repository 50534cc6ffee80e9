// SPDX-License-Identifier: MIT
// What a path is, found out before anything is opened: opening another kernel's /dev/tgt may reset it.
import { readFileSync, statSync } from "node:fs";
import { causeText, errnoName, TgtctlError } from "../errors.js";

/** The files the probe reads; a test gives its own tree. */
export interface ProbeRoots {
  readonly procDevices: string;
  readonly sysModule: string;
}

export const SYSTEM_ROOTS: ProbeRoots = {
  procDevices: "/proc/devices",
  sysModule: "/sys/module/scsi_tgt",
};

export type Probe =
  /** Our module answers behind this node. */
  | { readonly kind: "ours"; readonly major: number; readonly version: string }
  /** A tgt driver that is not ours: its open() may disturb a running daemon. */
  | { readonly kind: "foreign"; readonly major: number }
  /** A node whose driver has gone, or never was. */
  | { readonly kind: "stale"; readonly major: number; readonly current: number | null }
  /** A character device of another driver. */
  | { readonly kind: "other-driver"; readonly major: number; readonly driver: string }
  | { readonly kind: "missing"; readonly moduleLoaded: boolean }
  | { readonly kind: "file"; readonly size: number }
  | { readonly kind: "not-usable"; readonly what: string };

/** The character drivers of this kernel: major -> name. */
export function characterDrivers(roots: ProbeRoots = SYSTEM_ROOTS): Map<number, string> {
  const drivers = new Map<number, string>();
  const text = readFileSync(roots.procDevices, "utf8").split("Block devices:")[0] ?? "";
  for (const line of text.split("\n")) {
    const match = /^\s*(\d+)\s+(\S+)$/.exec(line);
    if (match) drivers.set(Number(match[1]), match[2] ?? "");
  }
  return drivers;
}

/** Version of our module, null if none is loaded (or it is not ours). */
export function moduleVersion(roots: ProbeRoots = SYSTEM_ROOTS): string | null {
  try {
    return readFileSync(`${roots.sysModule}/version`, "utf8").trim();
  } catch {
    return null;
  }
}

/** Never opens `path`. Errors: `permission` or `io` if it cannot even be looked at. */
export function probePath(path: string, roots: ProbeRoots = SYSTEM_ROOTS): Probe {
  let stat: ReturnType<typeof statSync>;
  try {
    stat = statSync(path);
  } catch (error) {
    const code = errnoName(error);
    if (code === "ENOENT" || code === "ENOTDIR") {
      return { kind: "missing", moduleLoaded: moduleVersion(roots) !== null };
    }
    throw new TgtctlError(
      code === "EACCES" ? "permission" : "io",
      `${path}: ${causeText(error)}`,
      "check the path and the rights of its directories",
      { cause: error },
    );
  }
  if (stat.isFile()) return { kind: "file", size: stat.size };
  if (!stat.isCharacterDevice()) return { kind: "not-usable", what: fileKind(stat) };
  return probeDriver(stat.rdev, roots);
}

/** The same for a character device whose number (st_rdev) is known. */
export function probeDriver(rdev: number, roots: ProbeRoots = SYSTEM_ROOTS): Probe {
  // Linux dev_t as stat(2) gives it: 12 bits of major at 8, the rest of the minor at 20
  const major = (rdev >>> 8) & 0xfff;
  const drivers = characterDrivers(roots);
  const driver = drivers.get(major);
  if (driver === "tgt") {
    const version = moduleVersion(roots);
    return version === null ? { kind: "foreign", major } : { kind: "ours", major, version };
  }
  if (driver !== undefined) return { kind: "other-driver", major, driver };
  const current = [...drivers].find(([, name]) => name === "tgt")?.[0] ?? null;
  return { kind: "stale", major, current };
}

function fileKind(stat: NonNullable<ReturnType<typeof statSync>>): string {
  if (stat.isDirectory()) return "a directory";
  if (stat.isFIFO()) return "a fifo";
  if (stat.isSocket()) return "a socket";
  if (stat.isBlockDevice()) return "a block device";
  return "no file of a known kind";
}

/** The error a user gets for a path that is neither our device nor (where allowed) a file. */
export function probeError(path: string, probe: Probe): TgtctlError {
  const make = (
    kind: "unavailable" | "abiMismatch" | "inputMissing" | "usage",
    m: string,
    r: string,
  ) => new TgtctlError(kind, `${path}: ${m}`, r);
  switch (probe.kind) {
    case "missing":
      if (!path.startsWith("/dev/")) {
        return make(
          "inputMissing",
          "no such file (ENOENT)",
          "name a ring image, a device, or --sim",
        );
      }
      return probe.moduleLoaded
        ? make(
            "unavailable",
            "no such device node (ENOENT), though scsi_tgt is loaded",
            `make it: mknod ${path} c $(awk '$2=="tgt"{print $1}' /proc/devices) 0`,
          )
        : make(
            "unavailable",
            "no such device (ENOENT): scsi_tgt is not loaded",
            "load it: insmod kernel/scsi_tgt.ko (and tgt_loop.ko for disks), or try --sim",
          );
    case "stale":
      return make(
        "unavailable",
        probe.current === null
          ? `a stale node: no driver has major ${probe.major} (ENXIO)`
          : `a stale node: it names major ${probe.major}, tgt has major ${probe.current}`,
        probe.current === null
          ? `load scsi_tgt, then: rm ${path} and let the module make it anew`
          : `rm ${path} && mknod ${path} c ${probe.current} 0`,
      );
    case "other-driver":
      return make(
        "usage",
        `not a tgt device: it belongs to the driver '${probe.driver}'`,
        "name the tgt node with --device (default /dev/tgt)",
      );
    case "foreign":
      return make(
        "abiMismatch",
        "a tgt device of another kernel module, not ours",
        "its open() may reset a running daemon's rings: stop the daemon first, then add --force",
      );
    case "file":
      return make(
        "usage",
        "a regular file, not a device",
        "only dump and top --observe read ring images",
      );
    case "not-usable":
      return make(
        "usage",
        `${probe.what}, not a tgt device`,
        "name a device, a ring image or --sim",
      );
    case "ours":
      return make("unavailable", "cannot be used", "run tgtctl doctor");
  }
}
