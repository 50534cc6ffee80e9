// SPDX-License-Identifier: MIT
// Answers that the kernel refused: what is said instead.
import { describe, expect, it } from "vitest";
import { type Bench, diskBench, emptyAnswer, place, senseOf } from "./bench.js";

const EFAULT = -14;

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
    expect(bench.responder.rejected(0, bench.cid, -22, answer)).toBe(true);
    expect(bench.responder.rejected(0, bench.cid, -22, answer)).toBe(false);
    expect(bench.responder.inFlight).toBe(3);
  });

  it("is BUSY when there is no memory for the sense either", () => {
    const bench = diskBench();
    bench.io.arena = () => {
      throw Object.assign(new Error("no memory"), { code: "ENOMEM", errno: 12, syscall: "mmap" });
    };
    expect(bench.ask("12 00 00 00 ff 00")).toMatchObject({ status: 8, len: 0 });
  });
});
