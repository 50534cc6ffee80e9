// SPDX-License-Identifier: MIT
// Everything tgtctl needs, looked at one by one without changing anything: ok, warning or fail, each
// with its remedy.
import { accessSync, constants } from "node:fs";
import { CharDevice, processText } from "../device/char-device.js";
import { parseDeviceSpec } from "../device/device-spec.js";
import { COMMANDS_FILE, readKernelTable } from "../device/kernel-table.js";
import { type Native, native } from "../device/native.js";
import { moduleVersion, type Probe, probeError, probePath } from "../device/probe.js";
import { TgtctlError } from "../errors.js";
import { attachedDisks, loopHosts } from "../session/scan.js";

export type Verdict = "ok" | "warning" | "fail";

export interface Finding {
  readonly check: string;
  readonly verdict: Verdict;
  readonly text: string;
  /** Empty where nothing has to be done. */
  readonly remedy: string;
}

const ok = (check: string, text: string): Finding => ({ check, verdict: "ok", text, remedy: "" });
const bad = (check: string, verdict: Verdict, text: string, remedy: string): Finding => ({
  check,
  verdict,
  text,
  remedy,
});

/** Looks at everything for the device `path`. Never throws for what it finds. */
export function examine(path: string, terminal: TerminalFacts): Finding[] {
  return [
    checkNode(),
    checkAddon(),
    checkModule(),
    ...checkDevice(path),
    checkHosts(),
    checkKernelTable(),
    checkTerminal(terminal),
  ];
}

function checkNode(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  return major > 20 || (major === 20 && minor >= 19)
    ? ok("node", `Node.js ${process.versions.node}`)
    : bad("node", "fail", `Node.js ${process.versions.node}`, "install Node.js 20.19 or newer");
}

function checkAddon(): Finding {
  try {
    native();
    return ok("addon", "native addon loaded");
  } catch (error) {
    return failure("addon", error);
  }
}

function checkModule(): Finding {
  const version = moduleVersion();
  return version === null
    ? bad("module", "warning", "scsi_tgt is not loaded", "insmod kernel/scsi_tgt.ko, or use --sim")
    : ok("module", `scsi_tgt version ${version}`);
}

function checkDevice(path: string): Finding[] {
  try {
    const spec = parseDeviceSpec(path);
    if (spec.kind === "simulator")
      return [ok("device", `${spec.text}: needs neither module nor node`)];
  } catch (error) {
    return [failure("device", error)];
  }
  let probe: Probe;
  try {
    probe = probePath(path);
  } catch (error) {
    return [failure("device", error)];
  }
  if (probe.kind === "foreign") {
    return [{ ...failure("device", probeError(path, probe)), verdict: "warning" }];
  }
  if (probe.kind !== "ours") return [failure("device", probeError(path, probe))];
  return [ok("device", `${path}: major ${probe.major}`), ...checkLive(path)];
}

function checkLive(path: string): Finding[] {
  let shim: Native;
  try {
    shim = native();
  } catch {
    return []; // said already
  }
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
  } catch {
    return [
      bad(
        "permission",
        "fail",
        `${path}: not readable and writable for you`,
        "run as root, or chown the node",
      ),
    ];
  }
  try {
    return readLive(new CharDevice(shim, path, "observer", false));
  } catch (error) {
    return [failure("rings", error)];
  }
}

function readLive(device: CharDevice): Finding[] {
  const window = device.telemetry;
  const findings = [ok("permission", `${device.name}: readable and writable`)];
  if (window === null) {
    findings.push(
      bad(
        "telemetry",
        "warning",
        "no telemetry window",
        "indices, verdicts and latency cannot be known; load our scsi_tgt.ko",
      ),
    );
  } else {
    const matches =
      window.nrEntry === device.dialect.nrEntry && window.entrySize === device.dialect.entrySize;
    findings.push(
      matches
        ? ok(
            "dialect",
            `${device.dialect.name}: ${window.nrEntry} slots of ${window.entrySize} bytes`,
          )
        : bad(
            "dialect",
            "fail",
            `the kernel's slots are ${window.nrEntry} x ${window.entrySize} bytes`,
            "use the tgtctl and the scsi_tgt.ko of one release",
          ),
      ok("telemetry", `epoch ${window.epoch}, ${window.outstanding} commands outstanding`),
      ok("owner", window.ownerPresent ? processText(window.ownerPid) : "nobody"),
    );
  }
  device.close();
  return findings;
}

function checkHosts(): Finding {
  const hosts = loopHosts();
  if (hosts.length === 0) {
    return bad(
      "hosts",
      "warning",
      "no virtual SCSI host",
      "insmod kernel/tgt_loop.ko hosts=1 to see disks here",
    );
  }
  const disks = attachedDisks(hosts).length;
  return ok("hosts", `${hosts.map((host) => `host${host}`).join(" ")}, ${disks} disks attached`);
}

function checkKernelTable(): Finding {
  if (moduleVersion() === null) return ok("debugfs", "not needed without the module");
  return readKernelTable() === null
    ? bad(
        "debugfs",
        "warning",
        `${COMMANDS_FILE}: not readable`,
        "mount -t debugfs debugfs /sys/kernel/debug, and be root",
      )
    : ok("debugfs", "the kernel's command table is readable");
}

export interface TerminalFacts {
  readonly isTty: boolean;
  readonly columns: number;
  readonly rows: number;
  readonly term: string;
}

function checkTerminal(t: TerminalFacts): Finding {
  if (!t.isTty) return ok("terminal", "none: top prints plain frames");
  const size = `${t.term}, ${t.columns}x${t.rows}`;
  if (t.term === "dumb" || t.term === "") {
    return bad("terminal", "warning", size, "set TERM to what the terminal is, e.g. TERM=vt220");
  }
  if (t.columns < 40 || t.rows < 10) {
    return bad("terminal", "warning", size, "stty cols 80 rows 24, or tgtctl top --size 80x24");
  }
  return ok("terminal", size);
}

function failure(check: string, error: unknown): Finding {
  return error instanceof TgtctlError
    ? bad(check, "fail", error.message, error.remedy)
    : bad(check, "fail", String(error), "run again with --debug and report it");
}
