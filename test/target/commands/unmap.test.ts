// SPDX-License-Identifier: MIT
// UNMAP: what its parameter list may say, and what is punched in which order.
import { describe, expect, it } from "vitest";
import { Bench, diskBench } from "../bench.js";
import { finish, underWay, withoutWriteCache, writeProtect } from "../store-work.js";

const hex = (value: number, bytes: number): string => value.toString(16).padStart(2 * bytes, "0");
const descriptor = (lba: number, blocks: number): string =>
  `${hex(lba, 8)}${hex(blocks, 4)}00000000`;

function list(...descriptors: readonly string[]): string {
  const size = descriptors.length * 16;
  return hex(size + 6, 2) + hex(size, 2) + hex(0, 4) + descriptors.join("");
}

function unmap(bench: Bench, data: string, length = data.length / 2): string {
  return bench.sendWith(`42 00 00000000 00 ${hex(length, 2)} 00`, data);
}

describe("UNMAP", () => {
  it("punches its descriptors one after the other, then says GOOD", () => {
    const bench = diskBench();
    const data = list(descriptor(8, 8), descriptor(0, 0), descriptor(0x7ff, 1));
    expect(unmap(bench, data)).toBe("LATER");
    expect(underWay(bench)).toEqual(["punch 4096+4096"]);
    expect(finish(bench)).toBe("");
    expect(underWay(bench)).toEqual(["punch 1048064+512"]);
    expect(finish(bench)).toBe("GOOD");
    expect(bench.responder.inFlight).toBe(0);
  });

  it("syncs without a write cache", () => {
    const bench = diskBench();
    withoutWriteCache(bench);
    unmap(bench, list(descriptor(0, 8)));
    expect(finish(bench)).toBe("");
    expect(underWay(bench)).toEqual(["sync 0+1048576"]);
    expect(finish(bench)).toBe("GOOD");
  });

  it("stops at the first that fails", () => {
    const bench = diskBench();
    for (const [errno, sense] of [
      [28, "7/27/07"],
      [122, "7/27/07"],
      [5, "3/0c/00"],
      [6, "3/0c/00"],
    ] as const) {
      unmap(bench, list(descriptor(0, 1), descriptor(1, 1)));
      expect(finish(bench, errno)).toBe(sense);
    }
    expect(underWay(bench)).toEqual([]);
  });

  it.each([
    ["no descriptors", list(), "GOOD"],
    ["no blocks", list(descriptor(5, 0)), "GOOD"],
    ["no blocks at the end", list(descriptor(0x800, 0)), "GOOD"],
    ["no blocks beyond it", list(descriptor(0x801, 0)), "5/21/00"],
    ["a block too many", list(descriptor(0, 1), descriptor(0x7ff, 2)), "5/21/00"],
    ["far beyond", `0016001000000000${"ff".repeat(12)}00000000`, "5/21/00"],
    ["an incomplete descriptor", `0016000f00000000${descriptor(9999, 1).slice(2)}`, "GOOD"],
    ["less than it says", `0026002000000000${descriptor(0, 1)}`, "5/1a/00"],
    ["half a header", "00160010", "5/1a/00 @7"],
    ["too many descriptors", list(...new Array<string>(257).fill(descriptor(0, 0))), "5/26/00 @2"],
  ])("%s", (_name, data, expected) => {
    const bench = diskBench();
    expect(unmap(bench, data)).toBe(expected);
    expect(underWay(bench)).toEqual([]);
  });

  it("takes 256 descriptors and 512 MiB, no more", () => {
    const bench = new Bench({ specs: ["0=null:8T"] });
    expect(unmap(bench, list(...new Array<string>(256).fill(descriptor(0, 1))))).toBe("GOOD");
    expect(unmap(bench, list(descriptor(0, 2 ** 20)))).toBe("GOOD");
    expect(unmap(bench, list(descriptor(0, 2 ** 20), descriptor(7, 1)))).toBe("5/26/00");
    const large = new Bench({ specs: ["0=null:8T,bs=4096"] });
    expect(unmap(large, list(descriptor(0, 2 ** 17)))).toBe("GOOD");
    expect(unmap(large, list(descriptor(0, 2 ** 17), descriptor(7, 1)))).toBe("5/26/00");
  });

  it("without a list does nothing; cut off by the initiator it is refused", () => {
    const bench = diskBench();
    expect(bench.sense("42 00 00000000 00 0000 00")).toBe("GOOD");
    expect(unmap(bench, list(descriptor(0, 1)).slice(0, 12), 24)).toBe("5/1a/00");
    expect(bench.sense("42 00 00000000 00 0018 00", { dataLen: 0 })).toBe("5/1a/00");
    expect(unmap(bench, list(descriptor(0, 1)).slice(0, 40), 24)).toBe("5/1a/00");
  });

  it("refuses ANCHOR, group numbers, and to write what is read-only", () => {
    const bench = diskBench();
    expect(bench.sense("42 01 00000000 00 0018 00")).toBe("5/24/00 @1.0");
    expect(bench.sense("42 00 00000000 01 0018 00")).toBe("5/24/00 @6.0");
    expect(new Bench({ specs: ["0=ram:1M,ro"] }).sense("42 00 00000000 00 0018 00")).toBe(
      "7/27/01",
    );
    writeProtect(bench);
    expect(unmap(bench, list(descriptor(0, 1)))).toBe("7/27/02");
  });

  it("is not there without data-only, or where nothing can be discarded", () => {
    const old = diskBench({ dataOnlySupported: false });
    expect(old.sense("42 00 00000000 00 0018 00")).toBe("5/20/00 @0");
    const bench = diskBench();
    const [unit] = bench.responder.units();
    if (unit) Object.assign(unit.store, { discards: false });
    expect(unmap(bench, list(descriptor(0, 1)))).toBe("5/20/00 @0");
  });
});
