// SPDX-License-Identifier: MIT
// MODE SENSE and READ CAPACITY: exact bytes.
import { describe, expect, it } from "vitest";
import { Bench } from "./bench.js";
import { FakeIo } from "./fake-io.js";

const CACHING = `081204${"00".repeat(17)}`;
const CONTROL = "0a0a02100040000000000000";
const MASKS = `0812${"00".repeat(18)}0a0a${"00".repeat(10)}`;
/** 1 MiB of 512-byte blocks. */
const DESCRIPTOR = "0000080000000200";

describe("MODE SENSE", () => {
  it("(6) gives header, block descriptor and pages", () => {
    const bench = new Bench();
    expect(bench.send("1a 00 08 00 ff 00")).toBe(`GOOD 1f001008${DESCRIPTOR}${CACHING}`);
    expect(bench.send("1a 08 08 00 ff 00")).toBe(`GOOD 17001000${CACHING}`);
    expect(bench.send("1a 08 0a 00 ff 00")).toBe(`GOOD 0f001000${CONTROL}`);
    expect(bench.send("1a 08 3f 00 ff 00")).toBe(`GOOD 23001000${CACHING}${CONTROL}`);
    expect(bench.send("1a 08 3f ff ff 00")).toBe(`GOOD 23001000${CACHING}${CONTROL}`);
    expect(bench.send("1a 00 3f 00 04 00")).toBe("GOOD 2b001008");
  });

  it("(10) gives the long header, and the long descriptor with LLBAA", () => {
    const bench = new Bench();
    const page = `${CACHING}`;
    expect(bench.send("5a 00 08 00 000000 00ff 00")).toBe(
      `GOOD 0022001000000008${DESCRIPTOR}${page}`,
    );
    expect(bench.send("5a 10 08 00 000000 00ff 00")).toBe(
      `GOOD 002a001001000010000000000000080000000000${"00000200"}${page}`,
    );
    expect(bench.send("5a 18 08 00 000000 00ff 00")).toBe(`GOOD 001a001000000000${page}`);
  });

  it("knows changeable, default and no saved values", () => {
    const bench = new Bench();
    expect(bench.send("1a 08 7f 00 ff 00")).toBe(`GOOD 23001000${MASKS}`);
    expect(bench.send("1a 08 bf 00 ff 00")).toBe(`GOOD 23001000${CACHING}${CONTROL}`);
    expect(bench.sense("1a 08 ff 00 ff 00")).toBe("5/39/00");
  });

  it("shows write protection, and DPOFUA only where FUA can be honoured", () => {
    const io = new FakeIo();
    io.make("/disk", 4096);
    const bench = new Bench({ io, specs: ["0=file:/disk,ro"], dataOnlySupported: false });
    expect(bench.send("1a 08 08 00 04 00")).toBe("GOOD 17008000");
    const plain = new Bench({ dataOnlySupported: false });
    expect(plain.send("1a 08 08 00 04 00")).toBe("GOOD 17000000");
  });

  it("refuses unknown pages and subpages", () => {
    const bench = new Bench();
    expect(bench.sense("1a 00 1c 00 ff 00")).toBe("5/24/00 @2.5");
    expect(bench.sense("1a 00 0a 05 ff 00")).toBe("5/24/00 @3");
    expect(bench.sense("1a 10 08 00 ff 00")).toBe("5/24/00 @1.4");
  });
});

describe("READ CAPACITY", () => {
  it("gives the last LBA and the block size", () => {
    const bench = new Bench({ specs: ["0=ram:1M", "1=ram:1M,bs=4096"] });
    expect(bench.send("25 00 00000000 0000 00 00")).toBe("GOOD 000007ff00000200");
    expect(bench.send("25 00 00000000 0000 00 00", { lun: 1 })).toBe("GOOD 000000ff00001000");
    const sixteen = `GOOD 00000000000007ff00000200${"00".repeat(20)}`;
    expect(bench.send("9e 10 0000000000000000 00000020 00 00")).toBe(sixteen);
    expect(bench.send("9e 10 0000000000000000 0000000c 00 00")).toBe(sixteen.slice(0, 29));
  });

  it("says ffffffff where 32 bits are not enough", () => {
    const bench = new Bench({ specs: ["0=null:4T"] });
    expect(bench.send("25 00 00000000 0000 00 00")).toBe("GOOD ffffffff00000200");
    expect(bench.send("9e 10 0000000000000000 0000000c 00 00")).toBe(
      "GOOD 00000001ffffffff00000200",
    );
    expect(bench.send("1a 00 08 00 0c 00")).toBe("GOOD 1f001008ffffffff00000200");
    const edge = new Bench({ specs: ["0=null:2T"] });
    expect(edge.send("25 00 00000000 0000 00 00")).toBe("GOOD ffffffff00000200");
    const below = new Bench({ specs: [`0=null:${2 ** 41 - 512}`] });
    expect(below.send("25 00 00000000 0000 00 00")).toBe("GOOD fffffffe00000200");
  });

  it("checks LBA and PMI", () => {
    const bench = new Bench();
    expect(bench.sense("25 00 00000001 0000 00 00")).toBe("5/24/00 @2");
    expect(bench.send("25 00 000007ff 0000 01 00")).toBe("GOOD 000007ff00000200");
    expect(bench.sense("25 00 00000800 0000 01 00")).toBe("5/21/00");
    expect(bench.sense("9e 10 0000000000000001 00000020 00 00")).toBe("5/24/00 @2");
    expect(bench.sense("9e 10 ffffffffffffffff 00000020 01 00")).toBe("5/21/00");
  });
});
