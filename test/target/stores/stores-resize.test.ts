// SPDX-License-Identifier: MIT
// Stores whose size changes while they are served, and where they hold data.
import { describe, expect, it } from "vitest";
import type { Store } from "../../../src/target/stores/store.js";
import { parseLunSpecs } from "../../../src/target/units/lun-spec.js";
import { openUnits } from "../../../src/target/units/open-units.js";
import { FakeIo } from "../fake-io.js";

const M = 2 ** 20;

function open(io: FakeIo, spec: string): Store {
  const options = { sharedMemoryPrefix: "t", files: io.fileSystem };
  const [unit] = openUnits(io, parseLunSpecs([spec]), options);
  if (!unit) throw new Error("no unit");
  return unit.store;
}

function withFile(size: number): FakeIo {
  const io = new FakeIo();
  io.make("/disk", size);
  return io;
}

describe("resize", () => {
  it("takes what a file has grown to, and keeps the old addresses", () => {
    const io = withFile(M);
    const store = open(io, "file:/disk");
    const before = store.readAddress(0);
    Object.assign(io.files.get("/disk") ?? {}, { size: 4 * M });
    expect(store.available()).toBe(4 * M);
    store.resize(4 * M);
    expect(store.size).toBe(4 * M);
    expect(io.isMapped(store.writeAddress(0), 4 * M)).toBe(true);
    expect(io.isMapped(before, M)).toBe(true);
    store.resize(M);
    store.resize(2 * M);
    expect([store.size, io.regions.length]).toEqual([2 * M, 2]);
    store.close(false);
    expect(io.regions.length + io.openFds.size).toBe(0);
  });

  it("of a file that is smaller is refused and changes nothing", () => {
    const io = withFile(M);
    const store = open(io, "file:/disk");
    expect(() => store.resize(2 * M)).toThrow(
      expect.objectContaining({
        kind: "usage",
        message: "--lun file:/disk: /disk: is 1048576 bytes, not 2097152",
      }),
    );
    io.failing.set("mmap", "ENOMEM");
    expect(() => store.resize(4 * M)).toThrow(expect.objectContaining({ kind: "io" }));
    expect(store.size).toBe(M);
  });

  it("of memory gives it that size; no room is no other size", () => {
    const io = new FakeIo();
    const store = open(io, "ram:1M");
    store.resize(2 * M);
    expect([store.size, io.files.get("/dev/shm/t-lun0")?.size]).toEqual([2 * M, 2 * M]);
    store.resize(M);
    expect(io.files.get("/dev/shm/t-lun0")?.size).toBe(M);
    io.failing.set("ftruncate", "ENOSPC");
    expect(() => store.resize(2 * M)).toThrow(expect.objectContaining({ kind: "cannotCreate" }));
    expect(store.size).toBe(M);
  });

  it("of nothing is a number", () => {
    const io = new FakeIo();
    const store = open(io, "null:1M");
    const { instance } = store;
    store.resize(2 ** 52);
    expect(store).toMatchObject({ size: 2 ** 52, instance, fd: -1, discards: true });
  });
});

describe("isMapped", () => {
  it.each<[number, number, boolean, number]>([
    [0, 8192, false, 8192],
    [0, M, false, 65536],
    [65024, M, false, 512],
    [65536, 512, true, 512],
    [65536, M, true, 4096], // data up to 66048: the rest of the page counts as data
    [69632, M, false, M - 69632 - 8192], // data begins within the page
    [M - 8192, M, true, 8192],
    [M - 512, M, true, 512],
  ])("at %d for %d bytes: %s, %d", (offset, length, mapped, same) => {
    const io = withFile(M);
    const extents = [
      [65536, 66048],
      [M - 8192 + 512, M],
    ];
    Object.assign(io.files.get("/disk") ?? {}, { extents });
    const store = open(io, "file:/disk");
    expect(store.isMapped(offset, length)).toEqual({ mapped, length: same });
  });

  it("says that null: holds nothing", () => {
    const store = open(new FakeIo(), "null:1M");
    expect(store.isMapped(M - 1024, 4096)).toEqual({ mapped: false, length: 1024 });
  });
});
