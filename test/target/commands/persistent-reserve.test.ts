// SPDX-License-Identifier: MIT
// PERSISTENT RESERVE IN and OUT as two initiators see them.
import { beforeEach, describe, expect, it } from "vitest";
import { Bench, diskBench, emptyAnswer, senseOf } from "../bench.js";

const REGISTER = 0;
const RESERVE = 1;
const RELEASE = 2;
const CLEAR = 3;
const PREEMPT = 4;
const PREEMPT_AND_ABORT = 5;
const REGISTER_AND_IGNORE = 6;

const WRITE_EXCLUSIVE = 1;
const EXCLUSIVE_REGISTRANTS = 6;
const EXCLUSIVE_ALL = 8;

const CONFLICT = "24";
const TUR = "00 00 00 00 00 00";
const SYNC = "35 00 00000000 00 0000 00";

interface Out {
  key?: number;
  actionKey?: number;
  type?: number;
  flags?: number;
  /** PARAMETER LIST LENGTH. */
  length?: number;
  dataLen?: number;
}

let bench: Bench;
beforeEach(() => {
  bench = diskBench();
});

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, "0");
const K = (key: number): string => hex(key, 16);

/** `GOOD`, another status, or the sense. */
function out(hostNo: number, action: number, options: Out = {}): string {
  const { key = 0, actionKey = 0, type = 0, flags = 0, length = 24, dataLen = 24 } = options;
  const cdb = `5f ${hex(action, 2)} ${hex(type, 2)} 0000 ${hex(length, 8)} 00`;
  let answer = bench.ask(cdb, { hostNo, dataLen });
  const { cid } = bench;
  if (answer?.dataOnly) {
    expect([answer.status, answer.rw]).toEqual([0, 1]);
    const list = Buffer.from(`${K(key)}${K(actionKey)}00000000${hex(flags, 2)}000000`, "hex");
    bench.io.bytesAt(answer.uaddr, answer.len).set(list.subarray(0, answer.len));
    answer = emptyAnswer();
    if (!bench.responder.dataMoved(hostNo, cid, answer)) return "LATER";
  }
  const text = senseOf(bench.text(answer));
  bench.responder.done(hostNo, cid);
  return text;
}

function read(action: number, allocation = 0xff, hostNo = 0): string {
  return bench.send(`5e ${hex(action, 2)} 0000000000 ${hex(allocation, 4)} 00`, { hostNo });
}

const register = (hostNo: number, actionKey: number): string =>
  out(hostNo, REGISTER, { actionKey });

describe("PERSISTENT RESERVE IN", () => {
  it("READ KEYS: generation, length, keys; the length is of all, also where few fit", () => {
    expect(read(0)).toBe("GOOD 0000000000000000");
    register(0, 0xa0);
    register(1, 0xa0);
    expect(read(0)).toBe(`GOOD 0000000200000010${K(0xa0)}${K(0xa0)}`);
    expect(read(0, 12)).toBe("GOOD 000000020000001000000000");
    expect(read(0, 0)).toBe("GOOD");
  });

  it("READ RESERVATION: the holder's key and the type, or nothing", () => {
    register(0, 0xa0);
    expect(read(1)).toBe("GOOD 0000000100000000");
    out(0, RESERVE, { key: 0xa0, type: EXCLUSIVE_REGISTRANTS });
    expect(read(1, 255, 1)).toBe(`GOOD 0000000100000010${K(0xa0)}0000000000060000`);
    out(0, RELEASE, { key: 0xa0, type: EXCLUSIVE_REGISTRANTS });
    out(0, RESERVE, { key: 0xa0, type: EXCLUSIVE_ALL });
    expect(read(1)).toBe(`GOOD 0000000100000010${K(0)}0000000000080000`);
  });

  it("REPORT CAPABILITIES: six types, TEST UNIT READY always, no SPEC_I_PT, ALL_TG_PT, APTPL", () => {
    expect(read(2)).toBe("GOOD 00080090ea010000");
  });

  it("READ FULL STATUS: who holds, and a TransportID that names the host", () => {
    register(0, 0xa0);
    register(0x1234, 0xa1);
    out(0, RESERVE, { key: 0xa0, type: WRITE_EXCLUSIVE });
    const id = (host: string): string => `06000000300000000000${host}${"00".repeat(12)}`;
    const descriptor = (key: number, flags: string, host: string): string =>
      `${K(key)}00000000${flags}00000000000100000018${id(host)}`;
    const both = descriptor(0xa0, "0101", "0000") + descriptor(0xa1, "0000", "1234");
    expect(read(3)).toBe(`GOOD 0000000200000060${both}`);
  });

  it("has no other service action", () => {
    for (let action = 4; action < 0x20; action++) {
      expect(senseOf(read(action))).toBe("5/24/00 @1.4");
    }
  });
});

describe("PERSISTENT RESERVE OUT: what is wrong with it", () => {
  it("a parameter list that is not 24 bytes", () => {
    expect(out(0, REGISTER, { length: 0 })).toBe("5/1a/00 @5");
    expect(out(0, REGISTER, { length: 23 })).toBe("5/1a/00 @5");
    expect(out(0, REGISTER, { length: 48 })).toBe("5/1a/00 @5");
    expect(out(0, REGISTER, { dataLen: 16 })).toBe("5/1a/00");
    expect(out(0, REGISTER, { dataLen: 0 })).toBe("5/1a/00");
  });

  it("SPEC_I_PT always; ALL_TG_PT and APTPL where something is registered", () => {
    register(0, 0xa0);
    for (const action of [REGISTER, REGISTER_AND_IGNORE]) {
      expect(out(1, action, { actionKey: 0xa1, flags: 0x08 })).toBe("5/26/00 @20.3");
      expect(out(1, action, { actionKey: 0xa1, flags: 0x04 })).toBe("5/26/00 @20.2");
      expect(out(1, action, { actionKey: 0xa1, flags: 0x01 })).toBe("5/26/00 @20.0");
    }
    const held = { key: 0xa0, type: WRITE_EXCLUSIVE };
    expect(out(0, RESERVE, { ...held, flags: 0x08 })).toBe("5/26/00 @20.3");
    expect(out(0, RESERVE, { ...held, flags: 0x05 })).toBe("GOOD");
    expect(read(0)).toBe(`GOOD 0000000100000008${K(0xa0)}`);
  });

  it("scope and type, where they mean something", () => {
    expect(out(0, REGISTER, { actionKey: 0xa0, type: 0xff })).toBe("GOOD");
    for (const type of [0, 2, 4, 9, 0xf]) {
      expect(out(0, RESERVE, { key: 0xa0, type })).toBe("5/24/00 @2.3");
    }
    expect(out(0, RESERVE, { key: 0xa0, type: 0x11 })).toBe("5/24/00 @2.7");
    out(0, RESERVE, { key: 0xa0, type: WRITE_EXCLUSIVE });
    expect(out(0, RELEASE, { key: 0xa0, type: 3 })).toBe("5/26/04");
    expect(out(0, RELEASE, { key: 0xa0, type: 0x11 })).toBe("5/26/04");
    expect(out(0, PREEMPT, { key: 0xa0, actionKey: 0xa0, type: 2 })).toBe("5/24/00 @2.3");
  });

  it("a key: RESERVATION CONFLICT; key 0 to preempt: an invalid field", () => {
    expect(out(0, REGISTER, { key: 1, actionKey: 2 })).toBe(CONFLICT);
    register(0, 0xa0);
    for (const action of [REGISTER, RESERVE, RELEASE, CLEAR, PREEMPT]) {
      const type = WRITE_EXCLUSIVE;
      expect(out(0, action, { key: 0xa1, actionKey: 0xa0, type })).toBe(CONFLICT);
      expect(out(1, action, { key: 0xa0, actionKey: 0xa0, type })).toBe(CONFLICT);
    }
    expect(out(0, PREEMPT, { key: 0xa0, type: WRITE_EXCLUSIVE })).toBe("5/26/00 @8");
  });

  it("REGISTER AND MOVE and what comes after it are not there", () => {
    for (let action = 7; action < 0x20; action++) expect(out(0, action)).toBe("5/24/00 @1.4");
  });

  it("all of it, on a kernel that moves data only with the status", () => {
    bench = diskBench({ dataOnlySupported: false });
    expect(out(0, REGISTER, { actionKey: 0xa0 })).toBe("5/20/00 @0");
    expect(senseOf(read(0))).toBe("5/20/00 @0");
  });
});

describe("two initiators", () => {
  const a = { key: 0xa0 };
  const b = { key: 0xa1 };
  beforeEach(() => {
    register(0, a.key);
    register(1, b.key);
  });
  const attention = (hostNo: number): string => bench.sense(TUR, { hostNo });

  it("hear of a reservation they shared that is released", () => {
    const held = { ...a, type: EXCLUSIVE_REGISTRANTS };
    expect(out(0, RESERVE, held)).toBe("GOOD");
    expect(out(1, RESERVE, { ...b, type: EXCLUSIVE_REGISTRANTS })).toBe(CONFLICT);
    expect(out(1, RELEASE, { ...b, type: EXCLUSIVE_REGISTRANTS })).toBe("GOOD");
    expect(out(0, RELEASE, held)).toBe("GOOD");
    expect([attention(0), attention(1), attention(1)]).toEqual(["GOOD", "6/2a/04", "GOOD"]);
  });

  it("hear that all was cleared", () => {
    expect(out(1, CLEAR, b)).toBe("GOOD");
    expect([attention(0), attention(1)]).toEqual(["6/2a/03", "GOOD"]);
    expect(read(0)).toBe("GOOD 0000000300000000");
  });

  it("hear that they were preempted", () => {
    out(1, RESERVE, { ...b, type: WRITE_EXCLUSIVE });
    expect(out(0, PREEMPT, { ...a, actionKey: b.key, type: WRITE_EXCLUSIVE })).toBe("GOOD");
    expect([attention(0), attention(1)]).toEqual(["GOOD", "6/2a/05"]);
    expect(read(1)).toBe(`GOOD 0000000300000010${K(a.key)}0000000000010000`);
  });

  it("keep their commands through PREEMPT, and lose them by PREEMPT AND ABORT", () => {
    const pending = (): string[] =>
      bench.responder.poll().map(({ hostNo, answer }) => `${hostNo} ${bench.text(answer)}`);
    const preempt = { ...a, actionKey: b.key, type: WRITE_EXCLUSIVE };
    bench.ask(SYNC, { hostNo: 1 });
    bench.ask(SYNC, { hostNo: 2 });
    out(0, PREEMPT, preempt);
    expect(pending()).toEqual([]);
    attention(1);
    register(1, b.key);
    expect(out(0, PREEMPT_AND_ABORT, preempt)).toBe("LATER");
    expect(pending()).toEqual(["1 TASK ABORTED", "0 GOOD"]);
    bench.io.finishFlush();
    bench.io.finishFlush();
    expect(pending()).toEqual(["2 GOOD"]);
  });

  it("find reservations and registrations as they were after a reset", () => {
    out(0, RESERVE, { ...a, type: WRITE_EXCLUSIVE });
    const before = read(3);
    bench.responder.taskManagement(1, 0x17, 0, 0, 0);
    bench.responder.taskManagement(1, 0x0c, 0, 0, 0);
    expect(attention(0)).toBe("6/29/03");
    expect(read(3)).toBe(before);
  });

  it("are not stopped by a reservation of another unit", () => {
    bench = new Bench({ specs: ["0=ram:1M", "1=ram:1M"] });
    register(0, a.key);
    expect(bench.send("5e 00 0000000000 00ff 00", { lun: 1 })).toBe("GOOD 0000000000000000");
  });
});

describe("a reserved unit", () => {
  const WRITE = "2a 00 00000000 00 0001 00";
  const READ = "28 00 00000000 00 0001 00";
  const MODE_SENSE = "1a 08 08 00 04 00";
  const CAPACITY = "25 00 00000000 0000 00 00";
  const status = (cdb: string, hostNo: number): string => {
    const answer = bench.ask(cdb, { hostNo });
    if (!answer) return "LATER";
    bench.responder.done(hostNo, bench.cid);
    return answer.status === 0x02 ? senseOf(bench.text(answer)) : hex(answer.status, 2);
  };
  const of = (hostNo: number): string[] =>
    [TUR, CAPACITY, READ, MODE_SENSE, WRITE].map((cdb) => status(cdb, hostNo));
  const ALL = ["00", "00", "00", "00", "00"];

  it.each([
    [1, ["00", "00", "00", "00", "18"], ["00", "00", "00", "00", "18"]],
    [3, ["00", "00", "18", "18", "18"], ["00", "00", "18", "18", "18"]],
    [5, ALL, ["00", "00", "00", "00", "18"]],
    [6, ALL, ["00", "00", "18", "18", "18"]],
    [7, ALL, ["00", "00", "00", "00", "18"]],
    [8, ALL, ["00", "00", "18", "18", "18"]],
  ])("type %i: the holder, a registered nexus, another", (type, registered, other) => {
    register(0, 0xa0);
    register(1, 0xa1);
    expect(out(0, RESERVE, { key: 0xa0, type })).toBe("GOOD");
    expect([of(0), of(1), of(2)]).toEqual([ALL, registered, other]);
    expect(out(0, RELEASE, { key: 0xa0, type })).toBe("GOOD");
    status("03 00 00 00 ff 00", 1);
    expect([of(0), of(1), of(2)]).toEqual([ALL, ALL, ALL]);
  });

  it("still answers INQUIRY, REQUEST SENSE, REPORT LUNS and PERSISTENT RESERVE IN", () => {
    register(0, 0xa0);
    out(0, RESERVE, { key: 0xa0, type: 3 });
    for (const cdb of [
      "12 00 00 00ff 00",
      "03 00 00 00 ff 00",
      "a0 00 00 000000 000000ff 00 00",
      "5e 00 0000000000 00ff 00",
    ]) {
      expect(status(cdb, 1), cdb).toBe("00");
    }
  });

  it("says RESERVATION CONFLICT before an attention, unless that tells of a reset", () => {
    register(0, 0xa0);
    register(1, 0xa1);
    out(1, RESERVE, { key: 0xa1, type: 3 });
    out(0, PREEMPT, { key: 0xa0, actionKey: 0xa1, type: 3 });
    expect([status(WRITE, 1), status(TUR, 1), status(WRITE, 1)]).toEqual(["18", "6/2a/05", "18"]);
    bench.responder.taskManagement(0, 0x17, 0, 0, 0);
    expect([status(WRITE, 1), status(WRITE, 1)]).toEqual(["6/29/03", "18"]);
  });
});
