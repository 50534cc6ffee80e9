// SPDX-License-Identifier: MIT
// What a unit says about provisioning: VPD B0h to B2h, READ CAPACITY(16), GET LBA STATUS.
import { describe, expect, it } from "vitest";
import { Bench, diskBench } from "../bench.js";
import { FakeIo } from "../fake-io.js";

const RC16 = "9e 10 0000000000000000 000000ff 00 00";
const page = (bench: Bench, code: string): string => bench.send(`12 01 ${code} 00 ff 00`);
const status = (bench: Bench, lba: string, allocation = "00000068"): string =>
  bench.send(`9e 12 00000000${lba} ${allocation} 00 00`);

describe("Block Limits", () => {
  it("says what one command may do, in blocks", () => {
    expect(page(diskBench(), "b0")).toBe(
      `GOOD 00b0003c${[
        ...["01", "80", "0008", "00008000", "00000000", "00000000"],
        ...["00100000", "00000100", "00000008", "80000000", "000000000000ffff"],
      ].join("")}${"00".repeat(20)}`,
    );
    const large = new Bench({ specs: ["0=null:8T,bs=4096"] });
    expect(page(large, "b0")).toBe(
      `GOOD 00b0003c${[
        ...["01", "10", "0001", "00001000", "00000000", "00000000"],
        ...["00020000", "00000100", "00000001", "80000000", "0000000000008000"],
      ].join("")}${"00".repeat(20)}`,
    );
  });

  it("claims nothing that needs data-only where that is not to be had", () => {
    const bench = diskBench({ dataOnlySupported: false });
    expect(page(bench, "b0")).toBe(`GOOD 00b0003c0000000800008000${"00".repeat(52)}`);
    expect(page(bench, "b2")).toBe("GOOD 00b2000400000000");
    expect(bench.send(RC16).slice(5)).toBe(`00000000000007ff00000200${"00".repeat(20)}`);
  });
});

it("Block Device Characteristics: nothing rotates", () => {
  expect(page(diskBench(), "b1")).toBe(`GOOD 00b1003c0001${"00".repeat(58)}`);
});

describe("Logical Block Provisioning", () => {
  it.each(["ram:1M", "null:1M", "file:/disk"])("%s is thin, and reads as zeroes", (spec) => {
    const io = new FakeIo();
    io.make("/disk", 2 ** 20);
    const bench = new Bench({ io, specs: [spec] });
    expect(page(bench, "b2")).toBe("GOOD 00b2000400e40200");
    expect(bench.send(RC16).slice(5)).toBe(`00000000000007ff000002000000c000${"00".repeat(16)}`);
  });

  it("is full where nothing can be discarded", () => {
    const bench = new Bench({ specs: ["ram:1M,ro"] });
    expect(page(bench, "b2")).toBe("GOOD 00b2000400000000");
    expect(page(bench, "b0")).toContain("0000000000000000000000000000000000");
    expect(bench.send(RC16)).toContain("0000020000000000");
  });
});

describe("GET LBA STATUS", () => {
  const sparse = (): Bench => {
    const bench = diskBench();
    const file = bench.io.files.get("/disk");
    if (file) {
      file.extents = [
        [0, 4096],
        [65536, 65536 + 5000],
      ];
    }
    return bench;
  };

  it("tells the extents, from the block that was asked for", () => {
    expect(status(sparse(), "00000001")).toBe(
      `GOOD ${[
        ...["00000044", "00000000"],
        ...["0000000000000001", "00000007", "00000000"],
        ...["0000000000000008", "00000078", "01000000"],
        ...["0000000000000080", "00000010", "00000000"],
        ...["0000000000000090", "00000770", "01000000"],
      ].join("")}`,
    );
  });

  it("tells as many as there is room for, at least one", () => {
    const two = "0000000000000000000000080000000000000000000000080000007801000000";
    expect(status(sparse(), "00000000", "00000028")).toBe(`GOOD 0000002400000000${two}`);
    expect(status(sparse(), "00000000", "00000008")).toBe("GOOD 0000001400000000");
    expect(status(sparse(), "00000000", "00000000")).toBe("GOOD");
  });

  it("finds all mapped where nothing can be unmapped, and nothing in null:", () => {
    const all = (blocks: string, how: string): string =>
      `GOOD 00000014000000000000000000000000${blocks}${how}000000`;
    expect(status(new Bench({ specs: ["ram:1M,ro"] }), "00000000")).toBe(all("00000800", "00"));
    expect(status(new Bench({ specs: ["null:1M"] }), "00000000")).toBe(all("00000800", "01"));
    const bench = new Bench({ specs: ["null:8T"] });
    expect(status(bench, "00000000", "00000018")).toBe(all("ffffffff", "01"));
  });

  it("has nothing to tell beyond the end", () => {
    expect(beyond("00000800")).toBe("5/21/00");
    expect(beyond("ffffffff")).toBe("5/21/00");
  });
});

function beyond(lba: string): string {
  return diskBench().sense(`9e 12 00000000${lba} 00000018 00 00`);
}
