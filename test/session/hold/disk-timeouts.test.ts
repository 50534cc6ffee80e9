// SPDX-License-Identifier: MIT
// SCSI timeouts: raised, put back, also by the next owner, whatever becomes of the disks meanwhile.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DiskTimeouts } from "../../../src/session/hold/disk-timeouts.js";

let root = "";
let file = "";

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "tgtctl-timeouts-"));
  file = join(root, "noted.json");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const pathOf = (disk: string): string => join(root, disk, "device", "timeout");
const read = (disk: string): string => readFileSync(pathOf(disk), "utf8").trim();

function disk(name: string, seconds: string): string {
  mkdirSync(join(root, name, "device"), { recursive: true });
  writeFileSync(pathOf(name), `${seconds}\n`);
  return name;
}

const timeoutsOf = (...disks: string[]): DiskTimeouts =>
  new DiskTimeouts({ disks: () => disks, file, root });

/** A disk whose timeout cannot be written: its file is a folder to whoever tries. */
function stubborn(name: string): void {
  rmSync(pathOf(name));
  mkdirSync(pathOf(name));
}

describe("raise and restore", () => {
  it("raises to an hour and puts back what was there", () => {
    const timeouts = timeoutsOf(disk("3:0:0:0", "30"), disk("3:0:0:1", "90"));
    expect(timeouts.raise()).toBe(2);
    expect([read("3:0:0:0"), read("3:0:0:1")]).toEqual(["3600", "3600"]);
    timeouts.restore();
    expect([read("3:0:0:0"), read("3:0:0:1"), existsSync(file)]).toEqual(["30", "90", false]);
  });

  it.each(["0", "7200", "3600", "", "off"])("leaves a timeout of %j alone", (seconds) => {
    const timeouts = timeoutsOf(disk("3:0:0:0", seconds));
    expect(timeouts.raise()).toBe(0);
    timeouts.restore();
    expect(read("3:0:0:0")).toBe(seconds);
  });

  it("passes over a disk that has gone, before or meanwhile", () => {
    const timeouts = timeoutsOf("3:0:0:7", disk("3:0:0:0", "30"), disk("3:0:0:1", "30"));
    expect(timeouts.raise()).toBe(2);
    rmSync(join(root, "3:0:0:0"), { recursive: true });
    timeouts.restore();
    expect(read("3:0:0:1")).toBe("30");
  });

  it("tries every disk before it says what failed, and keeps what was for another try", () => {
    const timeouts = timeoutsOf(disk("3:0:0:0", "30"), disk("3:0:0:1", "40"));
    timeouts.raise();
    stubborn("3:0:0:0");
    expect(() => timeouts.restore()).toThrow(/EISDIR/);
    expect([read("3:0:0:1"), existsSync(file)]).toEqual(["40", true]);
    rmSync(pathOf("3:0:0:0"), { recursive: true });
    disk("3:0:0:0", "3600");
    timeouts.restore();
    expect([read("3:0:0:0"), existsSync(file)]).toEqual(["30", false]);
  });

  it("raises the others where one cannot be", () => {
    rmSync(pathOf(disk("3:0:0:0", "30")));
    symlinkSync("/proc/sys/kernel/cap_last_cap", pathOf("3:0:0:0")); // a number nobody can write
    const timeouts = timeoutsOf("3:0:0:0", disk("3:0:0:1", "40"));
    expect(() => timeouts.raise()).toThrow(/EACCES|EPERM|EROFS/);
    expect(read("3:0:0:1")).toBe("3600");
  });

  it("passes over a disk whose timeout cannot be read", () => {
    disk("3:0:0:0", "30");
    stubborn("3:0:0:0");
    expect(timeoutsOf("3:0:0:0", disk("3:0:0:1", "40")).raise()).toBe(1);
  });

  it("works without a place to note anything", () => {
    const disks = [disk("3:0:0:0", "30")];
    const timeouts = new DiskTimeouts({ disks: () => disks, file: null, root });
    expect([timeouts.raise(), read("3:0:0:0")]).toEqual([1, "3600"]);
    timeouts.restore();
    expect([read("3:0:0:0"), timeouts.restoreLeft()]).toEqual(["30", 0]);
  });
});

describe("what an owner that crashed left", () => {
  it("is put back by the next, once", () => {
    const name = disk("3:0:0:0", "30");
    timeoutsOf(name).raise();
    const next = timeoutsOf();
    expect([next.restoreLeft(), read(name)]).toEqual([1, "30"]);
    expect([next.restoreLeft(), existsSync(file)]).toEqual([0, false]);
  });

  it("is noted before anything is raised", () => {
    disk("3:0:0:0", "30");
    file = join(root, "nowhere", "noted.json");
    expect(() => timeoutsOf("3:0:0:0").raise()).toThrow(/ENOENT/);
    expect(read("3:0:0:0")).toBe("30");
  });

  it.each([
    "",
    "[",
    "{}",
    "null",
    '"3:0:0:0"',
    "[[]]",
    '[["3:0:0:0"]]',
    '[["3:0:0:0","30"]]',
    '[["3:0:0:0",-1]]',
    '[["3:0:0:0",0]]',
    '[["3:0:0:0",1e300]]',
    '[["../3:0:0:0",30]]',
    '[["3:0:0:0/../3:0:0:0",30]]',
    '[["3:0:0:0",30,1]]',
  ])("is not believed where it is %s", (text) => {
    disk("3:0:0:0", "3600");
    writeFileSync(file, text);
    expect([timeoutsOf().restoreLeft(), read("3:0:0:0")]).toEqual([0, "3600"]);
  });

  it("is noted in a file of our own, never through a link that lies there", () => {
    const elsewhere = join(root, "elsewhere");
    writeFileSync(elsewhere, "precious");
    symlinkSync(elsewhere, `${file}.new`);
    timeoutsOf(disk("3:0:0:0", "30")).raise();
    expect(readFileSync(elsewhere, "utf8")).toBe("precious");
    expect(JSON.parse(readFileSync(file, "utf8"))).toEqual([["3:0:0:0", 30]]);
  });
});
