// SPDX-License-Identifier: MIT
// The timeout that ages are held against: read from files laid out like sysfs.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ScsiTimeouts } from "../../src/session/scsi-timeout.js";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "tgtctl-timeout-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function disk(address: string, text: string): void {
  mkdirSync(join(root, address, "device"), { recursive: true });
  writeFileSync(join(root, address, "device/timeout"), text);
}

describe("the SCSI timeout", () => {
  it("is the shortest of our disks, read again after a while", () => {
    disk("3:0:0:0", "60\n");
    disk("3:0:0:1", "45\n");
    const timeouts = new ScsiTimeouts({ addresses: () => ["3:0:0:0", "3:0:0:1"], root });
    expect(timeouts.current(0)).toEqual({ ms: 45_000, known: true });
    disk("3:0:0:1", "3600\n");
    expect(timeouts.current(1000).ms).toBe(45_000);
    expect(timeouts.current(6000).ms).toBe(60_000);
  });

  it("is the usual one, and said to be, where no disk says", () => {
    disk("3:0:0:0", "no number");
    const usual = { ms: 30_000, known: false };
    const asked = (addresses: string[]) => new ScsiTimeouts({ addresses: () => addresses, root });
    expect(asked([]).current(0)).toEqual(usual);
    expect(asked(["9:9:9:9", "3:0:0:0"]).current(0)).toEqual(usual);
  });
});
