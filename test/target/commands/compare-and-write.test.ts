// SPDX-License-Identifier: MIT
// COMPARE AND WRITE: both halves or none, alone at its unit, and what goes wrong in between.
import { beforeEach, describe, expect, it } from "vitest";
import { Bench, diskBench } from "../bench.js";
import { finish, underWay, withoutWriteCache, writeProtect } from "../store-work.js";

const block = (byte: string): string => byte.repeat(512);
const AT_BLOCK_8 = "89 00 0000000000000008 000000 01 00 00";
const FUA_AT_BLOCK_8 = AT_BLOCK_8.replace("89 00", "89 08");

let bench: Bench;
beforeEach(() => {
  bench = diskBench();
});

function blockAt(lba: number): string {
  const { bytes = new Uint8Array() } = bench.io.files.get("/disk") ?? {};
  const found = Buffer.alloc(512);
  found.set(bytes.subarray(lba * 512, lba * 512 + 512));
  return found.toString("hex");
}

describe("COMPARE AND WRITE", () => {
  it("writes where the data are as expected", () => {
    expect(bench.sendWith(AT_BLOCK_8, block("00") + block("aa"))).toBe("GOOD");
    expect(blockAt(8)).toBe(block("aa"));
    expect(bench.sendWith(AT_BLOCK_8, block("aa") + block("bb"))).toBe("GOOD");
    expect(blockAt(8)).toBe(block("bb"));
    expect(blockAt(9)).toBe(block("00"));
  });

  it("says which byte differs, and writes nothing", () => {
    bench.sendWith(AT_BLOCK_8, block("00") + block("aa"));
    const two = "89 00 0000000000000007 000000 02 00 00";
    const wanted = `${block("00")}${"aa".repeat(100)}${"ab".repeat(412)}`;
    const answer = bench.askWith(two, wanted + block("bb").repeat(2));
    expect(bench.text(answer)).toBe("CHECK f0000e000002640a000000001d0000000000");
    expect([blockAt(7), blockAt(8)]).toEqual([block("00"), block("aa")]);
  });

  it("syncs with FUA, or without a write cache", () => {
    expect(bench.sendWith(FUA_AT_BLOCK_8, block("00") + block("aa"))).toBe("LATER");
    expect(underWay(bench)).toEqual(["sync 4096+512"]);
    expect(finish(bench)).toBe("GOOD");
    withoutWriteCache(bench);
    expect(bench.sendWith(AT_BLOCK_8, block("aa") + block("bb"))).toBe("LATER");
    expect(finish(bench, 5)).toBe("3/0c/00");
  });

  it("is not to be sent again when only the flush found no room", () => {
    bench.io.failing.set("background", "EAGAIN");
    expect(bench.sendWith(FUA_AT_BLOCK_8, block("00") + block("aa"))).toBe("3/0c/00");
    expect(blockAt(8)).toBe(block("aa"));
  });

  it("runs alone: it waits for others, and they for it", () => {
    bench.ask("35 00 00000000 00 0000 00");
    expect(bench.ask(AT_BLOCK_8, { dataLen: 1024 })).toBeNull();
    expect(bench.ask("28 00 00000000 00 0001 00")).toBeNull();
    bench.io.finishFlush();
    const answers = bench.responder.poll().map(({ answer }) => answer);
    expect(answers.map(({ dataOnly, len }) => [dataOnly, len])).toEqual([
      [false, 0],
      [true, 1024],
    ]);
  });

  it("reports what the store says", () => {
    const data = block("00") + block("aa");
    for (const [call, errno, sense] of [
      ["pread", "EIO", "3/11/00"],
      ["pwrite", "EIO", "3/0c/00"],
      ["pwrite", "ENOSPC", "7/27/07"],
    ] as const) {
      bench.io.failing.set(call, errno);
      expect(bench.sendWith(AT_BLOCK_8, data)).toBe(sense);
      bench.io.failing.clear();
    }
    Object.assign(bench.io.files.get("/disk") ?? {}, { size: 4096 });
    expect(bench.sendWith(AT_BLOCK_8, data)).toBe("3/11/00");
    expect(bench.errors).toEqual([]);
  });

  it.each([
    ["no blocks", "89 00 0000000000000000 000000 00 00 00", "GOOD"],
    ["no blocks at the end", "89 00 0000000000000800 000000 00 00 00", "5/21/00"],
    ["beyond the end", "89 00 00000000000007ff 000000 02 00 00", "5/21/00"],
    ["too many blocks", "89 00 0000000000000000 000000 81 00 00", "5/24/00 @13"],
    ["too little data", "89 00 0000000000000000 000000 02 00 00", "5/24/00 @13"],
    ["WRPROTECT", "89 20 0000000000000000 000000 01 00 00", "5/24/00 @1.5"],
    ["reserved bytes", "89 00 0000000000000000 000001 01 00 00", "5/24/00 @12.0"],
  ])("%s", (_name, cdb, expected) => {
    expect(bench.sendWith(cdb, block("00").repeat(2))).toBe(expected);
  });

  it("takes 64 KiB, and refuses more data than blocks", () => {
    expect(bench.sendWith("89 00 0000000000000000 000000 80 00 00", block("00").repeat(256))).toBe(
      "GOOD",
    );
    expect(bench.sendWith(AT_BLOCK_8, block("00").repeat(3))).toBe("5/24/00 @13");
  });

  it("finds zeroes in null:", () => {
    bench = new Bench({ specs: ["0=null:1M"] });
    for (let i = 0; i < 2; i++) {
      expect(bench.sendWith(AT_BLOCK_8, block("00") + block("aa"))).toBe("GOOD");
    }
    expect(bench.sendWith(AT_BLOCK_8, block("aa") + block("bb"))).toBe("e/1d/00");
  });

  it("is refused where it could not write or have its data", () => {
    const data = block("00") + block("aa");
    writeProtect(bench);
    expect(bench.sendWith(AT_BLOCK_8, data)).toBe("7/27/02");
    bench = new Bench({ specs: ["0=ram:1M,ro"] });
    expect(bench.sendWith(AT_BLOCK_8, data)).toBe("7/27/01");
    bench = diskBench({ dataOnlySupported: false });
    expect(bench.sense(AT_BLOCK_8)).toBe("5/20/00 @0");
  });
});
