// SPDX-License-Identifier: MIT
import { describe, expect, it } from "vitest";
import { type DiskUseFiles, diskUses } from "../../src/session/disk-use.js";
import type { DiskNodes } from "../../src/session/scan.js";
import { deviceStake, simulatorStake } from "../../src/session/stake.js";

const disk = (lun: number, block: string | null): DiskNodes => {
  return { address: `3:0:0:${lun}`, host: 3, lun, block, generic: `/dev/sg${lun}` };
};

/** `texts` by path; a folder is there if it has entries. */
function files(texts: Record<string, string>, folders: Record<string, string[]>): DiskUseFiles {
  return { readText: (path) => texts[path] ?? null, list: (path) => folders[path] ?? [] };
}

const MOUNTINFO = [
  "22 1 8:1 / / rw shared:1 - ext4 /dev/sda1 rw",
  "90 22 8:17 / /mnt/my\\040disk\\134\\011 rw - ext4 /dev/sdb1 rw",
  "91 22 254:0 / /srv rw - xfs /dev/dm-0 rw",
].join("\n");

describe("diskUses", () => {
  const system = files(
    {
      "/proc/self/mountinfo": MOUNTINFO,
      "/proc/swaps": "Filename Type\n/dev/sdd2 partition 1 0 -2\n",
      "/sys/class/block/sdb/dev": "8:16\n",
      "/sys/class/block/sdb1/dev": "8:17\n",
      "/sys/class/block/dm-0/dev": "254:0\n",
    },
    {
      "/sys/class/block/sdb": ["dev", "sdb1", "size"],
      "/sys/class/block/sdc/holders": ["dm-0"],
      "/sys/class/block/sdd": ["sdd1", "sdd2"],
      "/sys/class/block/sde/holders": ["md0", "md1"],
    },
  );

  it.each([
    ["sdb", "/dev/sdb is mounted on /mnt/my disk\\?"],
    ["sdc", "/dev/sdc is mounted on /srv"],
    ["sdd", "/dev/sdd is swapped to"],
    ["sde", "/dev/sde is part of md0, md1"],
    ["sdf", "/dev/sdf is attached"],
  ])("of %s", (name, text) => {
    expect(diskUses([disk(0, `/dev/${name}`)], system)).toEqual([text]);
  });

  it("names those in use first, and disks without a node", () => {
    expect(diskUses([disk(0, null), disk(1, "/dev/sdc")], system)).toEqual([
      "/dev/sdc is mounted on /srv",
      "host3:0 -> /dev/sg0 is attached",
    ]);
  });

  it("comes to an end where holders go round", () => {
    const round = files({}, { "/sys/class/block/sdb/holders": ["sdb"] });
    expect(diskUses([disk(0, "/dev/sdb")], round)).toEqual(["/dev/sdb is part of sdb"]);
  });
});

describe("what is at stake", () => {
  const stake = (uses: string[], outstanding = 0, devices = uses.length, held = 0) =>
    deviceStake({ disks: [], telemetry: { outstanding, devices }, held }, uses);

  it("is nothing where nobody is there", () => {
    expect(stake([])).toBe(null);
    expect(deviceStake({ disks: [], telemetry: null, held: 0 }, [])).toBe(null);
    expect(simulatorStake(0, 0)).toBe(null);
  });

  it("is told in one line", () => {
    expect(stake(["a", "b", "c", "d"], 2, 4, 1)).toBe(
      "a; b; c; 1 more disk is attached; 2 commands are unfinished; 1 answer is held",
    );
    expect(stake([], 1, 2)).toBe("2 disks are attached; 1 command is unfinished");
    expect(simulatorStake(1, 3)).toBe("1 other has joined it; 3 answers are held");
  });
});
