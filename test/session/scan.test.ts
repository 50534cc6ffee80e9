// SPDX-License-Identifier: MIT
// Waiting for disks, against a sysfs that is made up: one host whose disk never comes.
import { describe, expect, it, vi } from "vitest";

const scanned: string[] = [];
vi.mock("node:fs", () => ({
  readdirSync: (path: string) => (path === "/sys/class/scsi_host" ? ["host3", "host4"] : []),
  readFileSync: () => "tgt_loop\n",
}));
vi.mock("node:fs/promises", () => ({
  writeFile: async (path: string) => void scanned.push(path),
}));
const { scanHosts } = await import("../../src/session/scan.js");

describe("scanHosts", () => {
  it("scans each host and gives up after its time", async () => {
    scanned.length = 0;
    expect(await scanHosts([0], new AbortController().signal, 120)).toEqual([]);
    expect(scanned).toEqual(["/sys/class/scsi_host/host3/scan", "/sys/class/scsi_host/host4/scan"]);
  });

  it("waits for nothing once it is told to stop", async () => {
    scanned.length = 0;
    const stop = new AbortController();
    const began = performance.now();
    setTimeout(() => stop.abort(), 60);
    await scanHosts([0], stop.signal);
    expect(performance.now() - began).toBeLessThan(5000);
    await scanHosts([0], stop.signal);
    expect(scanned).toHaveLength(2);
  });
});
