// SPDX-License-Identifier: MIT
// Block devices behind `file:`, and the disks that must not be behind a store: those of this target.
import { describe, expect, it } from "vitest";
import { TgtctlError } from "../../../src/errors.js";
import type { Store } from "../../../src/target/stores/store.js";
import { parseLunSpecs } from "../../../src/target/units/lun-spec.js";
import { openUnits } from "../../../src/target/units/open-units.js";
import { FakeIo } from "../fake-io.js";

const HOST = "/sys/devices/tgt_loop/host3";
const DISK = `${HOST}/target3:0:0/3:0:0:0/block/sdb`;

function open(io: FakeIo, spec: string): Store {
  const options = { sharedMemoryPrefix: "t", files: io.fileSystem };
  const [unit] = openUnits(io, parseLunSpecs([spec]), options);
  if (!unit) throw new Error("no unit");
  return unit.store;
}

function failure(io: FakeIo, spec: string): string {
  try {
    open(io, spec);
  } catch (error) {
    if (!(error instanceof TgtctlError)) throw error;
    expect(io.openFds.size).toBe(0);
    return `${error.kind}: ${error.message}. ${error.remedy}`;
  }
  return "opened";
}

/** `device` is in sysfs at `folder`. */
function withDevice(device = "8:16", folder = "/sys/devices/pci0/block/sda"): FakeIo {
  const io = new FakeIo();
  Object.assign(io.make("/dev/sda", 2 ** 20, "block device"), { device });
  io.links.set("/dev/sda", "/dev/sda");
  io.links.set(`/sys/dev/block/${device}`, folder);
  io.texts.set(`${HOST}/scsi_host/host3/proc_name`, "tgt_loop");
  return io;
}

describe("a block device", () => {
  it("is served as large as it is, under a name of its own", () => {
    const io = withDevice();
    const store = open(io, "file:/dev/sda");
    expect(store).toMatchObject({ kind: "block", size: 2 ** 20, fresh: false, discards: false });
    expect(store.instance).toBe("block /dev/sda 8:16");
    expect(store.syncFd).toBe(store.fd);
    expect(store.faultCause(0, 4096, true)).toBe("device");
    io.files.set("/dev/sda", { ...io.make("/x", 4096), type: "block device" });
    expect(store.faultCause(4096, 512, false)).toBe("shrunk");
    store.close(false);
    expect(io.openFds.size + io.regions.length).toBe(0);
  });

  it.each([
    ["a disk", "queue"],
    ["a partition", "../queue"],
  ])("gives room back where it can: %s", (_name, queue) => {
    const io = withDevice();
    io.texts.set(`/sys/devices/pci0/block/sda/${queue}/discard_max_bytes`, "2147450880");
    expect(open(io, "file:/dev/sda").discards).toBe(true);
    expect(open(io, "file:/dev/sda,ro").discards).toBe(false);
    io.texts.set(`/sys/devices/pci0/block/sda/${queue}/discard_max_bytes`, "0");
    expect(open(io, "file:/dev/sda").discards).toBe(false);
  });

  it("that is mounted is refused, but can be read", () => {
    const io = withDevice();
    io.failing.set("claim", "EBUSY");
    expect(failure(io, "file:/dev/sda")).toMatch(/^busy: .*\(EBUSY\)\. unmount it .*,ro$/);
    expect(open(io, "file:/dev/sda,ro").readOnly).toBe(true);
  });

  it("has no size to choose", () => {
    const io = withDevice();
    expect(failure(io, "file:/dev/sda,size=2M")).toBe(
      "usage: --lun file:/dev/sda,size=2M: /dev/sda: is 1048576 bytes, size= says 2097152. leave out size=",
    );
    io.make("/dev/sda", 512 * 9, "block device");
    expect(failure(io, "file:/dev/sda,bs=4096")).toMatch(/^usage: .*choose another device or bs=$/);
    io.make("/dev/sda", 0, "block device");
    expect(failure(io, "file:/dev/sda")).toMatch(/^usage: .*is empty/);
  });
});

describe("a disk of this target", () => {
  const refused = /^usage: .* on sdb, a disk that this target serves itself \(EDEADLK\)/;

  it.each(["file:/dev/sda", "file:/dev/sda,ro"])("is refused: %s", (spec) => {
    expect(failure(withDevice("8:16", DISK), spec)).toMatch(refused);
    expect(failure(withDevice("8:17", `${DISK}/sdb1`), spec)).toMatch(refused);
  });

  it("is refused under a file, there already or to be made", () => {
    const io = withDevice("8:16", DISK);
    Object.assign(io.make("/mnt", 0, "directory"), { device: "8:16" });
    Object.assign(io.make("/mnt/disk", 4096), { device: "8:16" });
    expect(failure(io, "file:/mnt/disk")).toMatch(refused);
    expect(failure(io, "file:/mnt/new,size=1M")).toMatch(refused);
    expect(io.files.has("/mnt/new")).toBe(false);
  });

  it("is refused under device-mapper, a partition of it, and a loop device", () => {
    const mapper = "/sys/devices/virtual/block/dm-0";
    const io = withDevice("252:0", mapper);
    io.folders.set(`${mapper}/slaves`, ["sda1", "sdb1"]);
    io.links.set(`${mapper}/slaves/sda1`, "/sys/devices/pci0/block/sda/sda1");
    io.links.set(`${mapper}/slaves/sdb1`, `${DISK}/sdb1`);
    expect(failure(io, "file:/dev/sda")).toMatch(refused);

    const part = withDevice("259:0", `${mapper}/dm-0p1`);
    part.texts.set(`${mapper}/dm-0p1/partition`, "1");
    part.folders.set(`${mapper}/dm-0p1/../slaves`, ["sdb"]);
    part.links.set(`${mapper}/dm-0p1/../slaves/sdb`, DISK);
    expect(failure(part, "file:/dev/sda")).toMatch(refused);

    const loop = withDevice("7:0", "/sys/devices/virtual/block/loop0");
    loop.texts.set("/sys/devices/virtual/block/loop0/loop/backing_file", "/mnt/disk");
    Object.assign(loop.make("/mnt/disk", 4096), { device: "8:16" });
    loop.links.set("/sys/dev/block/8:16", DISK);
    expect(failure(loop, "file:/dev/sda")).toMatch(refused);
  });

  it("is told from other SCSI disks by its host", () => {
    const io = withDevice("8:16", DISK);
    io.texts.set(`${HOST}/scsi_host/host3/proc_name`, "ahci");
    expect(failure(io, "file:/dev/sda")).toBe("opened");
  });
});
