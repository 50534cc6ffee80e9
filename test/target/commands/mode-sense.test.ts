// SPDX-License-Identifier: MIT
// MODE SENSE: exact bytes.
import { describe, expect, it } from "vitest";
import { Bench } from "../bench.js";
import { FakeIo } from "../fake-io.js";

const CACHING = `081204${"00".repeat(17)}`;
const CONTROL = "0a0a02100040000000000000";
const RECOVERY = `010a${"00".repeat(10)}`;
const EXCEPTIONS = `1c0a0006${"00".repeat(8)}`;
const ALL = `${RECOVERY}${CACHING}${CONTROL}${EXCEPTIONS}`;
const NO_MASKS = [
  RECOVERY,
  `0812${"00".repeat(18)}`,
  `0a0a${"00".repeat(10)}`,
  `1c0a${"00".repeat(10)}`,
];
const MASKS = [
  RECOVERY,
  `081204${"00".repeat(17)}`,
  `0a0a04000800${"00".repeat(6)}`,
  `1c0a0c${"00".repeat(9)}`,
];
/** 1 MiB of 512-byte blocks. */
const DESCRIPTOR = "0000080000000200";

describe("MODE SENSE", () => {
  it("(6) gives header, block descriptor and pages", () => {
    const bench = new Bench();
    expect(bench.send("1a 00 08 00 ff 00")).toBe(`GOOD 1f001008${DESCRIPTOR}${CACHING}`);
    expect(bench.send("1a 08 08 00 ff 00")).toBe(`GOOD 17001000${CACHING}`);
    expect(bench.send("1a 08 0a 00 ff 00")).toBe(`GOOD 0f001000${CONTROL}`);
    expect(bench.send("1a 08 3f 00 ff 00")).toBe(`GOOD 3b001000${ALL}`);
    expect(bench.send("1a 08 3f ff ff 00")).toBe(`GOOD 3b001000${ALL}`);
    expect(bench.send("1a 00 3f 00 04 00")).toBe("GOOD 43001008");
  });

  it("(10) gives the long header, and the long descriptor with LLBAA", () => {
    const bench = new Bench();
    const page = CACHING;
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
    expect(bench.send("1a 08 7f 00 ff 00")).toBe(`GOOD 3b001000${MASKS.join("")}`);
    expect(bench.send("1a 08 bf 00 ff 00")).toBe(`GOOD 3b001000${ALL}`);
    expect(bench.sense("1a 08 ff 00 ff 00")).toBe("5/39/00");
    const plain = new Bench({ dataOnlySupported: false });
    expect(plain.send("1a 08 7f 00 ff 00")).toBe(`GOOD 3b000000${NO_MASKS.join("")}`);
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
    expect(bench.sense("1a 00 02 00 ff 00")).toBe("5/24/00 @2.5");
    expect(bench.sense("1a 00 0a 05 ff 00")).toBe("5/24/00 @3");
    expect(bench.sense("1a 10 08 00 ff 00")).toBe("5/24/00 @1.4");
  });
});
