// SPDX-License-Identifier: MIT
// READ, WRITE and SYNCHRONIZE CACHE: where the bytes are, in which order things happen, what goes wrong.
import { describe, expect, it } from "vitest";
import type { Answer } from "../../src/target/responder.js";
import { Bench, emptyAnswer, senseOf } from "./bench.js";
import { FakeIo, systemError } from "./fake-io.js";

const EFAULT = -14;

function diskBench(options: { size?: number; dataOnlySupported?: boolean } = {}): Bench {
  const io = new FakeIo();
  io.make("/disk", options.size ?? 2 ** 20);
  const { dataOnlySupported = true } = options;
  return new Bench({ io, specs: ["0=file:/disk"], dataOnlySupported });
}

/** `rw=0 +offset/len` relative to the only mapped store. */
function place(bench: Bench, answer: Answer | null): string {
  if (!answer) return "LATER";
  if (answer.status !== 0) return senseOf(bench.text(answer));
  const offset = answer.uaddr - Number(bench.io.regions[0]?.address);
  return `rw=${answer.rw} +${offset}/${answer.len}${answer.dataOnly ? " data only" : ""}`;
}

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
    expect(bench.sense("2a 00 00000000 00 0001 00")).toBe("7/27/00");
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
    const good = { status: 0, len: 0, uaddr: 0, rw: 1, dataOnly: false };
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

describe("a refused answer", () => {
  function refuse(bench: Bench, cdb: string, why: number): string {
    bench.ask(cdb);
    const answer = emptyAnswer();
    const more = bench.responder.rejected(0, bench.cid, why, answer);
    return more ? senseOf(bench.text(answer)) : "nothing";
  }
  const READ = "28 00 00000000 00 0008 00";
  const WRITE = "2a 00 00000000 00 0008 00";

  it("becomes MEDIUM ERROR when the file has shrunk, and is forgotten when it grows again", () => {
    const bench = diskBench();
    const file = bench.io.files.get("/disk");
    if (file) file.size = 0;
    expect(refuse(bench, READ, EFAULT)).toBe("3/11/00");
    expect(refuse(bench, WRITE, EFAULT)).toBe("3/0c/00");
    expect(refuse(bench, "2a 08 00000000 00 0008 00", EFAULT)).toBe("3/0c/00");
    if (file) file.size = 2 ** 20;
    expect(place(bench, bench.ask(READ))).toBe("rw=0 +0/4096");
  });

  it("becomes SPACE ALLOCATION FAILED on a full file system", () => {
    const bench = diskBench();
    bench.io.freeBytes = 0;
    expect(refuse(bench, WRITE, EFAULT)).toBe("7/27/07");
    expect(refuse(bench, READ, EFAULT)).toBe("3/11/00");
  });

  it("ends with the command when that is gone, and waits when it is answered", () => {
    const bench = diskBench();
    expect(refuse(bench, READ, -2)).toBe("nothing");
    expect(refuse(bench, "12 00 00 00 ff 00", -19)).toBe("nothing");
    expect(bench.responder.inFlight).toBe(0);
    expect(refuse(bench, READ, -114)).toBe("nothing");
    expect(bench.responder.inFlight).toBe(1);
    expect(bench.responder.rejected(0, 999, -14, emptyAnswer())).toBe(false);
  });

  it("names a wrong direction and our own faults, and never goes round for ever", () => {
    const bench = diskBench();
    expect(refuse(bench, READ, -71)).toBe("b/4b/00");
    expect(refuse(bench, READ, -22)).toBe("4/44/00");
    expect(refuse(bench, "12 00 00 00 ff 00", EFAULT)).toBe("4/44/00");
    const answer = emptyAnswer();
    expect(bench.responder.rejected(0, bench.cid, EFAULT, answer)).toBe(true);
    expect(answer).toMatchObject({ status: 2, len: 0 });
  });
});
