// SPDX-License-Identifier: MIT
// What a path is told to be, without a kernel module: a tree of /proc and /sys made by the test.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ProbeRoots, probeError, probePath } from "../../src/device/probe.js";

let dir = "";
const roots = (devices: string, version: string | null): ProbeRoots => {
  const root = mkdtempSync(join(dir, "roots-"));
  writeFileSync(join(root, "devices"), `Character devices:\n${devices}\nBlock devices:\n254 tgt\n`);
  mkdirSync(join(root, "module"));
  if (version !== null) writeFileSync(join(root, "module/version"), `${version}\n`);
  return { procDevices: join(root, "devices"), sysModule: join(root, "module") };
};

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "tgtctl-probe-"));
});

afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe("probe", () => {
  // /dev/null is character device 1:3 everywhere
  it.each([
    ["ours", "  1 tgt", "1", { kind: "ours", major: 1, version: "1" }],
    ["another kernel's", "  1 tgt", null, { kind: "foreign", major: 1 }],
    ["another driver's", "  1 mem", "1", { kind: "other-driver", major: 1, driver: "mem" }],
    ["stale, tgt elsewhere", "240 tgt", "1", { kind: "stale", major: 1, current: 240 }],
    ["stale, no tgt at all", "  5 tty", null, { kind: "stale", major: 1, current: null }],
  ])("knows a node that is %s", (_name, devices, version, expected) => {
    expect(probePath("/dev/null", roots(devices, version))).toEqual(expected);
  });

  it("knows files, folders, pipes and nothing", () => {
    const tree = roots("  1 mem", null);
    writeFileSync(join(dir, "image"), new Uint8Array(100));
    execFileSync("mkfifo", [join(dir, "pipe")]);
    expect(probePath(join(dir, "image"), tree)).toEqual({ kind: "file", size: 100 });
    expect(probePath(dir, tree)).toEqual({ kind: "not-usable", what: "a directory" });
    expect(probePath(join(dir, "pipe"), tree)).toEqual({ kind: "not-usable", what: "a fifo" });
    expect(probePath(join(dir, "absent"), tree)).toEqual({ kind: "missing", moduleLoaded: false });
  });

  it.each([
    [{ kind: "missing", moduleLoaded: false }, 69],
    [{ kind: "missing", moduleLoaded: true }, 69],
    [{ kind: "stale", major: 250, current: null }, 69],
    [{ kind: "stale", major: 250, current: 251 }, 69],
    [{ kind: "other-driver", major: 1, driver: "mem" }, 64],
    [{ kind: "foreign", major: 250 }, 76],
    [{ kind: "not-usable", what: "a directory" }, 64],
  ] as const)("%o has its exit code", (probe, code) => {
    const error = probeError("/dev/tgt", probe);
    expect(error.exitCode).toBe(code);
    expect(error.message).toMatch(/^\/dev\/tgt: /);
    expect(error.remedy).not.toBe("");
  });

  it("a missing file is missing input, a missing device an unavailable device", () => {
    const probe = { kind: "missing", moduleLoaded: false } as const;
    expect(probeError("ring.bin", probe).exitCode).toBe(66);
    expect(probeError("/dev/tgt", probe).exitCode).toBe(69);
  });
});
