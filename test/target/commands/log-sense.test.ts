// SPDX-License-Identifier: MIT
// LOG SENSE and the diagnostic commands: exact bytes.
import { beforeEach, describe, expect, it } from "vitest";
import { Bench } from "../bench.js";

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});

describe("LOG SENSE", () => {
  it("lists pages and subpages", () => {
    expect(bench.send("4d 00 40 00 00 0000 00ff 00")).toBe("GOOD 00000003000d2f");
    expect(bench.send("4d 00 40 ff 00 0000 00ff 00")).toBe("GOOD 40ff000c000000ff0d000dff2f002fff");
    expect(bench.send("4d 00 4d ff 00 0000 00ff 00")).toBe("GOOD 4dff00040d000dff");
  });

  it("knows no temperature and no exception", () => {
    expect(bench.send("4d 00 4d 00 00 0000 00ff 00")).toBe("GOOD 8d0000060000030200ff");
    expect(bench.send("4d 00 6f 00 00 0000 00ff 00")).toBe("GOOD af000008000003040000ffff");
    expect(bench.send("4d 00 6f 00 00 0000 0004 00")).toBe("GOOD af000008");
  });

  it("refuses other values, pages, subpages and parameters", () => {
    expect(bench.sense("4d 00 0d 00 00 0000 00ff 00")).toBe("5/24/00 @2.7");
    expect(bench.sense("4d 00 cd 00 00 0000 00ff 00")).toBe("5/24/00 @2.7");
    expect(bench.sense("4d 00 42 00 00 0000 00ff 00")).toBe("5/24/00 @2.5");
    expect(bench.sense("4d 00 4d 01 00 0000 00ff 00")).toBe("5/24/00 @3");
    expect(bench.sense("4d 00 4d 00 00 0001 00ff 00")).toBe("5/24/00 @5");
    expect(bench.sense("4d 00 40 00 00 0001 00ff 00")).toBe("5/24/00 @5");
    expect(bench.sense("4d 01 4d 00 00 0000 00ff 00")).toBe("5/24/00 @1.0");
  });
});

describe("SEND DIAGNOSTIC and RECEIVE DIAGNOSTIC RESULTS", () => {
  it("passes the default self-test, on-line or off-line, and takes an empty list", () => {
    for (const flags of ["04", "06", "05", "07", "10", "00"]) {
      expect(bench.sense(`1d ${flags} 00 0000 00`)).toBe("GOOD");
    }
  });

  it("refuses other self-tests and parameter lists", () => {
    expect(bench.sense("1d 20 00 0000 00")).toBe("5/24/00 @1.5");
    expect(bench.sense("1d 10 00 0004 00")).toBe("5/24/00 @4.2");
  });

  it("lists the only diagnostic page", () => {
    expect(bench.send("1c 01 00 00ff 00")).toBe("GOOD 0000000100");
    expect(bench.send("1c 00 00 0004 00")).toBe("GOOD 00000001");
    expect(bench.sense("1c 01 01 00ff 00")).toBe("5/24/00 @2");
  });
});
