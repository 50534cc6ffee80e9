// SPDX-License-Identifier: MIT
// Task management functions on commands that wait, that were answered, and of other nexuses.
import { beforeEach, describe, expect, it } from "vitest";
import { Bench } from "./bench.js";
import { FakeIo } from "./fake-io.js";

const ABORT_TASK = 0x0d;
const ABORT_TASK_SET = 0x06;
const CLEAR_TASK_SET = 0x0e;
const LUN_RESET = 0x17;
const TARGET_RESET = 0x0c;
const SYNC = "35 00 00000000 00 0000 00";
const TUR = "00 00 00 00 00 00";

let bench: Bench;
beforeEach(() => {
  const io = new FakeIo();
  io.make("/disk", 4096);
  bench = new Bench({ io, specs: ["0=file:/disk", "1=file:/disk"] });
  bench.send(TUR, { hostNo: 1 });
});

function late(): string[] {
  return bench.responder.poll().map(({ cid, answer }) => `${cid} ${bench.text(answer)}`);
}

describe("ABORT TASK", () => {
  it("drops a command that waits; its flush says nothing any more", () => {
    bench.ask(SYNC, { tag: 7 });
    expect(bench.responder.owed).toBe(1);
    expect(bench.responder.taskManagement(0, ABORT_TASK, 7, 0, 0)).toBe(0);
    expect([bench.responder.inFlight, bench.responder.owed]).toEqual([0, 0]);
    bench.io.finishFlush();
    expect(late()).toEqual([]);
  });

  it("drops a WRITE whose data are moving", () => {
    bench.ask("2a 08 00000000 00 0001 00", { tag: 7 });
    expect(bench.responder.taskManagement(0, ABORT_TASK, 7, 0, 0)).toBe(0);
  });

  it("knows no other command: wrong tag, nexus, LUN, or answered", () => {
    bench.ask(SYNC, { tag: 7 });
    bench.ask(TUR, { tag: 8 });
    for (const [host, tag, tagHigh, lun] of [
      [0, 9, 0, 0],
      [0, 7, 1, 0],
      [1, 7, 0, 0],
      [0, 7, 0, 1],
      [0, 7, 0, 5],
      [0, 8, 0, 0],
    ] as const) {
      expect(bench.responder.taskManagement(host, ABORT_TASK, tag, tagHigh, lun)).toBe(-17);
    }
    expect(bench.responder.inFlight).toBe(2);
  });
});

describe("task sets and resets", () => {
  let own = 0;
  let foreign = 0;
  let elsewhere = 0;
  beforeEach(() => {
    bench.ask(SYNC, { hostNo: 0 });
    own = bench.cid;
    bench.ask(SYNC, { hostNo: 1 });
    foreign = bench.cid;
    bench.ask(SYNC, { hostNo: 0, lun: 1 });
    elsewhere = bench.cid;
    for (let i = 0; i < 3; i++) bench.io.finishFlush();
  });

  it("ABORT TASK SET: the own commands of that unit", () => {
    expect(bench.responder.taskManagement(0, ABORT_TASK_SET, 0, 0, 0)).toBe(0);
    expect(late()).toEqual([`${foreign} GOOD`, `${elsewhere} GOOD`]);
    expect(bench.sense(TUR, { hostNo: 1 })).toBe("GOOD");
  });

  it("CLEAR TASK SET: everybody's, and the others are told", () => {
    expect(bench.responder.taskManagement(0, CLEAR_TASK_SET, 0, 0, 0)).toBe(0);
    expect(bench.io.wakes).toBe(1);
    expect(late()).toEqual([`${foreign} TASK ABORTED`, `${elsewhere} GOOD`]);
    expect(bench.sense(TUR, { hostNo: 1 })).toBe("6/2f/00");
    expect(bench.sense(TUR, { hostNo: 0 })).toBe("GOOD");
  });

  it("LOGICAL UNIT RESET: everybody's, and a unit attention for all", () => {
    expect(bench.responder.taskManagement(0, LUN_RESET, 0, 0, 0)).toBe(0);
    expect(late()).toEqual([`${foreign} TASK ABORTED`, `${elsewhere} GOOD`]);
    for (const hostNo of [0, 1]) {
      expect(bench.sense(TUR, { hostNo })).toBe("6/29/03");
      expect(bench.sense(TUR, { hostNo })).toBe("GOOD");
    }
    expect(bench.sense(TUR, { lun: 1 })).toBe("GOOD");
  });

  it("TARGET RESET: all units", () => {
    expect(bench.responder.taskManagement(0, TARGET_RESET, 0, 0, 0)).toBe(0);
    expect(late()).toEqual([`${foreign} TASK ABORTED`]);
    expect(own).toBeGreaterThan(0);
    expect(bench.sense(TUR, { lun: 1 })).toBe("6/29/03");
  });

  it("gives back the buffers of answered commands that a reset ended", () => {
    const before = bench.responder.inFlight;
    bench.ask("12 00 00 00 ff 00");
    bench.responder.taskManagement(0, LUN_RESET, 0, 0, 0);
    expect(bench.responder.inFlight).toBe(before - 1);
    bench.responder.done(0, bench.cid);
    expect(bench.responder.inFlight).toBe(before - 1);
  });

  it("supports nothing else", () => {
    for (const fn of [0x16, 0, 0xff, -1]) {
      expect(bench.responder.taskManagement(0, fn, 0, 0, 0)).toBe(-22);
    }
    expect(bench.responder.taskManagement(0, LUN_RESET, 0, 0, 9)).toBe(-22);
  });
});

it("ends a removed unit only when nothing uses it any more", () => {
  bench.ask(SYNC);
  const { cid } = bench;
  expect(bench.responder.removeUnit(0)).toBe(true);
  expect(bench.io.regions.length).toBe(2);
  bench.io.finishFlush();
  expect(late()).toEqual([`${cid} GOOD`]);
  bench.responder.done(0, cid);
  expect(bench.io.regions.length).toBe(1);
  bench.responder.close();
  expect(bench.io.regions.length + bench.io.arenas.length + bench.io.openFds.size).toBe(0);
});
