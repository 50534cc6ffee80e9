// SPDX-License-Identifier: MIT
// FUA and SYNCHRONIZE CACHE: in which order things happen, and where a failure is reported.
import { describe, expect, it } from "vitest";
import { Bench, diskBench, emptyAnswer, place, senseOf } from "../bench.js";
import { systemError } from "../fake-io.js";

describe("FUA", () => {
  it("moves the data, syncs them, then ends the WRITE", () => {
    const bench = diskBench();
    const { responder, io } = bench;
    expect(place(bench, bench.ask("2a 08 00000008 00 0002 00"))).toBe("rw=1 +4096/1024 data only");
    const answer = emptyAnswer();
    expect(responder.dataMoved(0, bench.cid, answer)).toBe(false);
    expect(io.flushes).toMatchObject([{ offset: 4096n, length: 1024n }]);
    expect(responder.poll()).toEqual([]);
    io.finishFlush();
    const good = { ...emptyAnswer(), rw: 1 };
    expect(responder.poll()).toEqual([{ hostNo: 0, cid: bench.cid, answer: good }]);
    expect(responder.poll()).toEqual([]);
    responder.done(0, bench.cid);
    expect(responder.inFlight).toBe(0);
  });

  it("reports a failed sync", () => {
    const bench = diskBench();
    bench.ask("2a 08 00000008 00 0002 00");
    bench.responder.dataMoved(0, bench.cid, emptyAnswer());
    bench.io.finishFlush(5);
    const [late] = bench.responder.poll();
    expect(senseOf(bench.text(late?.answer ?? null))).toBe("3/0c/00");
  });

  it("reports a failure to every WRITE that was being synced: the kernel tells it one of them", () => {
    const bench = diskBench();
    const { responder, io } = bench;
    const texts = (): string[] =>
      responder.poll().map(({ cid, answer }) => `${cid} ${senseOf(bench.text(answer))}`);
    for (let lba = 0; lba < 3; lba++) {
      bench.ask(`2a 08 0000000${lba} 00 0001 00`);
      responder.dataMoved(0, bench.cid, emptyAnswer());
    }
    io.finishFlush();
    io.finishFlush(5);
    expect(texts()).toEqual(["1 3/0c/00", "2 3/0c/00"]);
    io.finishFlush();
    expect(texts()).toEqual(["3 3/0c/00"]);
    bench.ask("2a 08 00000000 00 0001 00");
    responder.dataMoved(0, bench.cid, emptyAnswer());
    io.finishFlush();
    expect(texts()).toEqual(["4 GOOD"]);
  });

  it("syncs before a READ", () => {
    const bench = diskBench();
    expect(bench.ask("28 08 00000008 00 0002 00")).toBeNull();
    bench.io.finishFlush();
    const [late] = bench.responder.poll();
    expect(place(bench, late?.answer ?? null)).toBe("rw=0 +4096/1024");
  });

  it("has nothing to sync in memory, and nothing to wait for without data", () => {
    const bench = new Bench();
    expect(bench.ask("2a 08 00000008 00 0002 00")).toMatchObject({ dataOnly: false, len: 1024 });
    expect(bench.ask("28 08 00000008 00 0002 00")).toMatchObject({ len: 1024 });
    const disk = diskBench();
    expect(disk.send("2a 08 00000000 00 0000 00")).toBe("GOOD");
    expect(disk.send("2a 08 00000000 00 0001 00", { dataLen: 0 })).toBe("GOOD");
  });

  it("is refused where the kernel cannot move data alone", () => {
    const bench = diskBench({ dataOnlySupported: false });
    expect(bench.sense("2a 08 00000008 00 0002 00")).toBe("5/24/00 @1.3");
    expect(bench.sense("28 10 00000008 00 0002 00")).toBe("5/24/00 @1.4");
  });

  it("says BUSY for data it never asked for", () => {
    const bench = diskBench();
    const answer = emptyAnswer();
    expect(bench.responder.dataMoved(0, 77, answer)).toBe(true);
    expect(bench.text(answer)).toBe("BUSY");
  });
});

describe("SYNCHRONIZE CACHE", () => {
  it.each([
    ["35 00 00000000 00 0000 00", 0n, 1048576n],
    ["35 00 00000008 00 0000 00", 4096n, 1044480n],
    ["35 00 00000008 00 0001 00", 4096n, 512n],
    ["91 00 0000000000000008 00000001 00 00", 4096n, 512n],
  ])("%s syncs the range and then says GOOD", (cdb, offset, length) => {
    const bench = diskBench();
    expect(bench.ask(cdb)).toBeNull();
    expect(bench.io.flushes).toMatchObject([{ offset, length }]);
    bench.io.finishFlush();
    expect(bench.responder.poll().map(({ answer }) => bench.text(answer))).toEqual(["GOOD"]);
  });

  it("reports errors: of the range, of the sync, of a full file system, of starting it", () => {
    const bench = diskBench();
    expect(bench.sense("35 00 00000800 00 0000 00")).toBe("5/21/00");
    expect(bench.sense("35 00 000007ff 00 0002 00")).toBe("5/21/00");
    bench.ask("35 00 00000000 00 0000 00");
    bench.ask("35 00 00000000 00 0000 00");
    bench.io.finishFlush(5);
    bench.io.finishFlush(28);
    const late = bench.responder.poll().map(({ answer }) => senseOf(bench.text(answer)));
    expect(late).toEqual(["3/0c/00", "7/27/07"]);
    bench.io.failing.set("background", "EAGAIN");
    expect(bench.sense("35 00 00000000 00 0000 00")).toBe("TASK SET FULL");
    bench.io.failing.set("background", "EMFILE");
    expect(bench.sense("35 00 00000000 00 0000 00")).toBe("4/44/00");
    expect(bench.errors).toEqual([systemError("background", "EMFILE")]);
  });

  it("with IMMED ends at once and reports a failure later, as a deferred error", () => {
    const bench = diskBench();
    expect(bench.send("35 02 00000000 00 0000 00")).toBe("GOOD");
    bench.io.finishFlush(5);
    expect(bench.responder.poll()).toEqual([]);
    expect(bench.send("00 00 00 00 00 00")).toBe("CHECK 710003000000000a000000000c0000000000");
    expect(bench.send("00 00 00 00 00 00")).toBe("GOOD");
  });

  it("has nothing to do for memory", () => {
    expect(new Bench().send("35 00 00000000 00 0000 00")).toBe("GOOD");
    expect(new Bench().send("35 02 00000000 00 0000 00")).toBe("GOOD");
  });
});
