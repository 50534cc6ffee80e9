// SPDX-License-Identifier: MIT
// READ and WRITE: where the bytes are, and what is refused.
import { describe, expect, it } from "vitest";
import { Bench, diskBench, place } from "../bench.js";
import { FakeIo } from "../fake-io.js";

describe("READ and WRITE", () => {
  it.each([
    ["READ(6)", "08 00 00 08 02 00", "rw=0 +4096/1024"],
    ["READ(6), 0 = 256 blocks", "08 00 00 00 00 00", "rw=0 +0/131072"],
    ["WRITE(6)", "0a 00 00 08 02 00", "rw=1 +4096/1024"],
    ["READ(10)", "28 00 00000008 00 0002 00", "rw=0 +4096/1024"],
    ["WRITE(10)", "2a 00 000007ff 00 0001 00", "rw=1 +1048064/512"],
    ["READ(12)", "a8 00 00000008 00000002 00 00", "rw=0 +4096/1024"],
    ["WRITE(12)", "aa 00 00000008 00000002 00 00", "rw=1 +4096/1024"],
    ["READ(16)", "88 00 0000000000000008 00000002 00 00", "rw=0 +4096/1024"],
    ["WRITE(16)", "8a 00 0000000000000000 00000800 00 00", "rw=1 +0/1048576"],
    ["READ(10) DPO", "28 10 00000008 00 0002 00", "rw=0 +4096/1024"],
    ["the last block of READ(6)", "08 00 07 ff 01 00", "rw=0 +1048064/512"],
    ["one too many", "28 00 000007ff 00 0002 00", "5/21/00"],
    ["beyond the end", "28 00 00000800 00 0000 00", "5/21/00"],
    ["far beyond", "88 00 ffffffffffffffff 00000001 00 00", "5/21/00"],
    ["far beyond, WRITE(16)", "8a 00 0020000000000000 ffffffff 00 00", "5/21/00"],
    ["RDPROTECT", "28 20 00000000 00 0001 00", "5/24/00 @1.5"],
    ["group number", "2a 00 00000000 01 0001 00", "5/24/00 @6.0"],
    ["NACA", "2a 00 00000000 00 0001 04", "5/24/00 @9.2"],
  ])("%s", (_name, cdb, expected) => {
    const bench = diskBench();
    expect(place(bench, bench.ask(cdb, { dataLen: 2 ** 21 }))).toBe(expected);
  });

  it("moves nothing for length 0, and what fits for a short transfer", () => {
    const bench = diskBench();
    expect(place(bench, bench.ask("28 00 00000000 00 0000 00"))).toBe("rw=0 +0/0");
    expect(place(bench, bench.ask("2a 00 00000000 00 0000 00"))).toBe("rw=1 +0/0");
    const short = { dataLen: 1000 };
    expect(place(bench, bench.ask("28 00 00000001 00 0008 00", short))).toBe("rw=0 +512/1000");
    expect(place(bench, bench.ask("2a 00 00000001 00 0008 00", { dataLen: 0 }))).toBe(
      "rw=1 +512/0",
    );
  });

  it("moves 16 MiB at most, as the kernel does", () => {
    const bench = new Bench({ specs: ["0=ram:64M"] });
    const options = { dataLen: 2 ** 25 };
    expect(bench.ask("28 00 00000000 00 8000 00", options)?.len).toBe(2 ** 24);
    expect(bench.sense("28 00 00000000 00 8001 00", options)).toBe("5/24/00 @7");
    expect(bench.sense("88 00 0000000000000000 00010000 00 00", options)).toBe("5/24/00 @10");
  });

  it("uses 4096-byte blocks where told", () => {
    const io = new FakeIo();
    io.make("/disk", 2 ** 20);
    const bench = new Bench({ io, specs: ["0=file:/disk,bs=4096"] });
    expect(place(bench, bench.ask("28 00 00000002 00 0003 00"))).toBe("rw=0 +8192/12288");
    expect(place(bench, bench.ask("28 00 00000100 00 0001 00"))).toBe("5/21/00");
  });

  it("refuses to write to what is read-only", () => {
    const bench = new Bench({ specs: ["0=null:1M,ro"] });
    expect(bench.sense("2a 00 00000000 00 0001 00")).toBe("7/27/01");
    expect(bench.sense("28 00 00000000 00 0001 00")).toMatch(/^GOOD/);
  });

  it("reads zeroes from null: and writes elsewhere", () => {
    const bench = new Bench({ specs: ["0=null:8T"] });
    const read = bench.ask("88 00 00000003ffffffff 00000001 00 00");
    const write = bench.ask("8a 00 00000003ffffffff 00000001 00 00");
    expect(bench.io.bytesAt(read?.uaddr ?? 0, 2 ** 24).every((byte) => byte === 0)).toBe(true);
    expect(bench.io.isMapped(write?.uaddr ?? 0, 2 ** 24)).toBe(true);
    expect(write?.uaddr).not.toBe(read?.uaddr);
  });

  it("counts", () => {
    const bench = diskBench();
    bench.ask("08 00 00 08 02 00");
    bench.responder.done(0, bench.cid);
    bench.ask("2a 00 00000000 00 0001 00");
    bench.responder.done(0, bench.cid);
    expect(bench.responder.counters).toMatchObject({
      ...{ commands: 2, reads: 1, readBytes: 1024, writes: 1, writtenBytes: 512 },
    });
    expect(bench.responder.inFlight).toBe(0);
  });
});
