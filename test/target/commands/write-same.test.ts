// SPDX-License-Identifier: MIT
// WRITE SAME (10) and (16): which store work a block of data, UNMAP and NDOB come to.
import { describe, expect, it } from "vitest";
import { Bench, diskBench } from "../bench.js";
import { finish, underWay, withoutWriteCache } from "../store-work.js";

const ZEROES = "00".repeat(512);
const DATA = `${"00".repeat(511)}01`;

describe("WRITE SAME", () => {
  it.each([
    ["(10), data", "41 00 00000008 00 0010 00", DATA, "fill 4096+8192"],
    ["(10), zeroes", "41 00 00000008 00 0010 00", ZEROES, "zero 4096+8192"],
    ["(10), zeroes, UNMAP", "41 08 00000008 00 0010 00", ZEROES, "punch 4096+8192"],
    ["(10), data, UNMAP", "41 08 00000008 00 0010 00", DATA, "fill 4096+8192"],
    ["(16), data", "93 00 0000000000000008 00000010 00 00", DATA, "fill 4096+8192"],
    ["(16), zeroes, UNMAP", "93 08 0000000000000008 00000010 00 00", ZEROES, "punch 4096+8192"],
    ["(16), NDOB", "93 01 0000000000000008 00000010 00 00", "", "zero 4096+8192"],
    ["(16), NDOB, UNMAP", "93 09 0000000000000000 00000800 00 00", "", "punch 0+1048576"],
  ])("%s", (_name, cdb, data, job) => {
    const bench = diskBench();
    expect(bench.sendWith(cdb, data)).toBe("LATER");
    expect(underWay(bench)).toEqual([job]);
    expect(finish(bench)).toBe("GOOD");
    expect(bench.responder.inFlight).toBe(0);
  });

  it("fills with the block that came", () => {
    const bench = diskBench();
    bench.sendWith("41 00 00000008 00 0010 00", DATA);
    const [{ source, sourceLength } = { source: 0n, sourceLength: 0 }] = bench.io.jobs;
    const block = bench.io.bytesAt(Number(source), sourceLength);
    expect(Buffer.from(block).toString("hex")).toBe(DATA);
  });

  it("syncs without a write cache, and reports what fails", () => {
    const bench = diskBench();
    withoutWriteCache(bench);
    bench.sendWith("41 00 00000008 00 0010 00", DATA);
    expect(finish(bench)).toBe("");
    expect(underWay(bench)).toEqual(["sync 4096+8192"]);
    expect(finish(bench, 5)).toBe("3/0c/00");
    bench.sendWith("41 00 00000008 00 0010 00", DATA);
    expect(finish(bench, 28)).toBe("7/27/07");
  });

  it.each([
    ["no blocks (WSNZ)", "41 00 00000000 00 0000 00", "5/24/00 @7"],
    ["no blocks, (16)", "93 00 0000000000000000 00000000 00 00", "5/24/00 @10"],
    ["no blocks, beyond the end", "41 00 00000800 00 0000 00", "5/21/00"],
    ["beyond the end", "41 00 000007ff 00 0002 00", "5/21/00"],
    ["far beyond", "93 00 ffffffffffffffff 00000001 00 00", "5/21/00"],
    ["ANCHOR", "41 18 00000000 00 0001 00", "5/24/00 @1.4"],
    ["ANCHOR, (16)", "93 18 0000000000000000 00000001 00 00", "5/24/00 @1.4"],
    ["WRPROTECT", "93 20 0000000000000000 00000001 00 00", "5/24/00 @1.5"],
    ["NDOB in (10)", "41 01 00000000 00 0001 00", "5/24/00 @1.0"],
  ])("%s", (_name, cdb, expected) => {
    expect(diskBench().sendWith(cdb, ZEROES)).toBe(expected);
  });

  it("writes 65,535 blocks at most, and 128 MiB", () => {
    const bench = new Bench({ specs: ["0=null:8T"] });
    expect(bench.sendWith("93 00 0000000000000000 0000ffff 00 00", ZEROES)).toBe("GOOD");
    expect(bench.sendWith("93 00 0000000000000000 00010000 00 00", ZEROES)).toBe("5/24/00 @10");
    const large = new Bench({ specs: ["0=null:8T,bs=4096"] });
    const zeroes = "00".repeat(4096);
    expect(large.sendWith("93 00 0000000000000000 00008000 00 00", zeroes)).toBe("GOOD");
    expect(large.sendWith("93 00 0000000000000000 00008001 00 00", zeroes)).toBe("5/24/00 @10");
  });

  it("wants a whole block", () => {
    expect(diskBench().sendWith("41 00 00000000 00 0001 00", "00".repeat(511))).toBe("5/24/00");
    expect(diskBench().sendWith("41 00 00000000 00 0001 00", "")).toBe("5/24/00");
  });

  it("refuses what cannot be written, and UNMAP where nothing can be unmapped", () => {
    const bench = new Bench({ specs: ["0=ram:1M,ro"] });
    expect(bench.sendWith("41 00 00000000 00 0001 00", ZEROES)).toBe("7/27/01");
    const full = diskBench();
    const [unit] = full.responder.units();
    if (unit) Object.assign(unit.store, { discards: false });
    expect(full.sendWith("41 08 00000000 00 0001 00", ZEROES)).toBe("5/24/00 @1.3");
    expect(full.sendWith("41 00 00000000 00 0001 00", ZEROES)).toBe("LATER");
    const old = diskBench({ dataOnlySupported: false });
    expect(old.sense("41 00 00000000 00 0001 00")).toBe("5/20/00 @0");
  });
});
