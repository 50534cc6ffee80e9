// SPDX-License-Identifier: MIT
// VERIFY, WRITE AND VERIFY and PRE-FETCH: what is read, compared and synced, in which order.
import { describe, expect, it } from "vitest";
import { Bench, diskBench, emptyAnswer } from "../bench.js";
import { finish, underWay } from "../store-work.js";

const block = (byte: string): string => byte.repeat(512);
/** Valid, MISCOMPARE, an INFORMATION, 1D/00. */
const miscompare = (lba: number): string =>
  `CHECK f0000e${lba.toString(16).padStart(8, "0")}0a000000001d0000000000`;

/** As `finish`, all the bytes. */
function finishRaw(bench: Bench, at: number): string {
  bench.io.finishJob(0, at);
  return bench.responder.poll().map(({ answer }) => bench.text(answer))[0] ?? "";
}

describe("VERIFY", () => {
  it.each([
    ["(10)", "2f 00 00000008 00 0002 00", "check 4096+1024"],
    ["(12)", "af 10 00000008 00000002 00 00", "check 4096+1024"],
    ["(16)", "8f 00 0000000000000008 00000002 00 00", "check 4096+1024"],
    ["(10) BYTCHK 1", "2f 02 00000008 00 0002 00", "compare 4096+1024"],
    ["(12) BYTCHK 1", "af 02 00000008 00000002 00 00", "compare 4096+1024"],
    ["(16) BYTCHK 3", "8f 06 0000000000000008 00000100 00 00", "compare 4096+131072"],
  ])("%s", (_name, cdb, job) => {
    const bench = diskBench();
    expect(bench.sendWith(cdb, block("aa").repeat(2))).toBe("LATER");
    expect(underWay(bench)).toEqual([job]);
    expect(finish(bench)).toBe("GOOD");
  });

  it("compares all data, or one block with each", () => {
    for (const [bytchk, size] of [
      ["02", 1024],
      ["06", 512],
    ] as const) {
      const bench = diskBench();
      bench.sendWith(`2f ${bytchk} 00000008 00 0002 00`, block("aa") + block("bb"));
      expect(bench.io.jobs).toMatchObject([{ length: 1024n, sourceLength: size }]);
    }
  });

  it("says which block differs, and what cannot be read", () => {
    const bench = diskBench();
    bench.askWith("2f 02 00000008 00 0002 00", block("aa").repeat(2));
    expect(finishRaw(bench, 700)).toBe(miscompare(9));
    bench.askWith("2f 02 00000008 00 0002 00", block("aa").repeat(2));
    expect(finish(bench, 5)).toBe("3/11/00");
    bench.ask("2f 00 00000008 00 0002 00");
    expect(finish(bench, 6)).toBe("3/11/00");
  });

  it.each([
    ["no blocks", "2f 02 00000000 00 0000 00", "GOOD"],
    ["no blocks at the end", "2f 00 00000800 00 0000 00", "5/21/00"],
    ["beyond the end", "2f 00 000007ff 00 0002 00", "5/21/00"],
    ["BYTCHK 2", "2f 04 00000000 00 0001 00", "5/24/00 @1.2"],
    ["VRPROTECT", "8f 80 0000000000000000 00000001 00 00", "5/24/00 @1.7"],
    ["less data than blocks", "2f 02 00000000 00 0002 00", "5/24/00"],
    ["too much", "af 00 00000000 00008001 00 00", "5/24/00 @6"],
  ])("%s", (_name, cdb, expected) => {
    const bench = new Bench({ specs: [cdb.startsWith("af") ? "0=null:1T" : "0=ram:1M"] });
    expect(bench.sendWith(cdb, block("00"))).toBe(expected);
  });

  it("finds zeroes in null:, and nothing else", () => {
    const bench = new Bench({ specs: ["0=null:1M"] });
    expect(bench.send("2f 00 00000008 00 0002 00")).toBe("GOOD");
    const bytchk = "2f 02 00000008 00 0002 00";
    expect(bench.sendWith(bytchk, block("00").repeat(2))).toBe("GOOD");
    const differs = bench.askWith(bytchk, block("00") + block("01"));
    expect(bench.text(differs)).toBe(miscompare(9));
    expect(bench.sendWith("2f 06 00000008 00 0002 00", block("00"))).toBe("GOOD");
  });

  it("compares nothing without data-only", () => {
    const bench = diskBench({ dataOnlySupported: false });
    expect(bench.sense("2f 02 00000000 00 0001 00")).toBe("5/24/00 @1.1");
    expect(bench.sense("2f 10 00000000 00 0001 00")).toBe("5/24/00 @1.4");
    expect(bench.send("2f 00 00000000 00 0001 00")).toBe("LATER");
  });
});

describe("WRITE AND VERIFY", () => {
  it.each([
    ["(10)", "2e 00 00000008 00 0002 00", "check 4096+1024"],
    ["(12)", "ae 00 00000008 00000002 00 00", "check 4096+1024"],
    ["(16) BYTCHK", "8e 02 0000000000000008 00000002 00 00", "compare 4096+1024"],
  ])("%s writes, syncs and reads again", (_name, cdb, last) => {
    const bench = diskBench();
    expect(bench.sendWith(cdb, block("aa").repeat(2))).toBe("LATER");
    for (const job of ["write 4096+1024", "sync 4096+1024"]) {
      expect(underWay(bench)).toEqual([job]);
      expect(finish(bench)).toBe("");
    }
    expect(underWay(bench)).toEqual([last]);
    expect(finish(bench)).toBe("GOOD");
  });

  it("stops at the step that fails", () => {
    const cdb = "2e 02 00000008 00 0001 00";
    const steps = [
      [28, "7/27/07"],
      [5, "3/0c/00"],
      [5, "3/11/00"],
    ] as const;
    steps.forEach(([errno, sense], step) => {
      const bench = diskBench();
      bench.sendWith(cdb, block("aa"));
      for (let i = 0; i < step; i++) expect(finish(bench)).toBe("");
      expect(finish(bench, errno)).toBe(sense);
    });
    const bench = diskBench();
    bench.askWith(cdb, block("aa"));
    expect([finish(bench), finish(bench)]).toEqual(["", ""]);
    expect(finishRaw(bench, 0)).toBe(miscompare(8));
  });

  it("writes what comes, as WRITE does", () => {
    const bench = diskBench();
    bench.sendWith("2e 00 00000008 00 0002 00", block("aa"));
    expect(underWay(bench)).toEqual(["write 4096+512"]);
    expect(diskBench().sendWith("2e 00 00000008 00 0002 00", "")).toBe("GOOD");
    expect(diskBench().sendWith("2e 00 00000008 00 0000 00", block("aa"))).toBe("GOOD");
  });

  it("cannot be fooled by null:", () => {
    const bench = new Bench({ specs: ["0=null:1M"] });
    expect(bench.sendWith("2e 00 00000000 00 0001 00", block("aa"))).toBe("GOOD");
    expect(bench.sendWith("2e 02 00000000 00 0001 00", block("aa"))).toBe("e/1d/00");
  });

  it("refuses what WRITE refuses", () => {
    const bench = new Bench({ specs: ["0=ram:1M,ro", "1=null:1T"] });
    expect(bench.sendWith("2e 00 00000000 00 0001 00", block("aa"))).toBe("7/27/01");
    const big = { lun: 1, dataLen: 2 ** 25 };
    expect(bench.sense("2e 00 00000000 00 8001 00", big)).toBe("5/24/00 @7");
    expect(bench.sense("2e 04 00000000 00 0001 00", big)).toBe("5/24/00 @1.2");
    expect(bench.sense("2e 20 00000000 00 0001 00", big)).toBe("5/24/00 @1.5");
    expect(bench.sense("8e 00 0000000080000000 00000001 00 00", big)).toBe("5/21/00");
  });

  it("aborted while it writes, keeps others from the unit until the write has ended", () => {
    const bench = diskBench();
    const answer = emptyAnswer();
    bench.ask("2e 00 00000008 00 0001 00", { tag: 7, dataLen: 512 });
    bench.responder.dataMoved(0, bench.cid, answer);
    expect(bench.responder.taskManagement(0, 0x0d, 7, 0, 0)).toBe(0);
    expect(bench.ask("28 00 00000008 00 0001 00")).toBeNull();
    bench.io.finishJob();
    expect(bench.responder.poll().map((late) => late.answer.status)).toEqual([0]);
  });
});

describe("PRE-FETCH", () => {
  it.each([
    ["34 00 00000008 00 0002 00", "prefetch 4096+1024"],
    ["34 00 00000008 00 0000 00", "prefetch 4096+1044480"],
    ["90 00 0000000000000008 00000002 00 00", "prefetch 4096+1024"],
  ])("%s", (cdb, job) => {
    const bench = diskBench();
    expect(bench.send(cdb)).toBe("LATER");
    expect(underWay(bench)).toEqual([job]);
    expect(finish(bench)).toBe("GOOD");
  });

  it("with IMMED does not wait; beyond the end there is nothing", () => {
    const bench = diskBench();
    expect(bench.send("34 02 00000008 00 0002 00")).toBe("GOOD");
    expect(underWay(bench)).toEqual(["prefetch 4096+1024"]);
    expect(bench.sense("34 00 000007ff 00 0002 00")).toBe("5/21/00");
    expect(bench.sense("90 00 0000000000000800 00000000 00 00")).toBe("5/21/00");
    expect(new Bench({ specs: ["0=null:1M"] }).send("34 02 00000008 00 0002 00")).toBe("GOOD");
  });
});
