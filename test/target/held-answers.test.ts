// SPDX-License-Identifier: MIT
// Answers that whoever drives the responder keeps back: the command stays open until they go out.
import { beforeEach, describe, expect, it } from "vitest";
import { Bench, emptyAnswer } from "./bench.js";
import { FakeIo } from "./fake-io.js";

const ABORT_TASK = 0x0d;
const CLEAR_TASK_SET = 0x0e;
const ORDERED = 0x22;
const TUR = "00 00 00 00 00 00";
const SYNC = "35 00 00000000 00 0000 00";
const INQUIRY = "12 00 00 00 ff 00";
const COMPARE_AND_WRITE = "89 00 0000000000000000 000000 01 00 00";

let bench: Bench;
beforeEach(() => {
  const io = new FakeIo();
  io.make("/disk", 1 << 20);
  bench = new Bench({ io, specs: ["0=file:/disk"] });
  bench.send(TUR, { hostNo: 1 });
});

const abort = (tag: number): number => bench.responder.taskManagement(0, ABORT_TASK, tag, 0, 0);
const isOpen = (cid: number): boolean | undefined => bench.responder.find(0, cid)?.isOpen;

describe("a held command", () => {
  it("is open until its answer is sent: others wait behind it, ABORT TASK finds it", () => {
    bench.responder.holding = true;
    bench.ask(TUR, { cid: 10, tag: 1 });
    bench.ask(TUR, { cid: 11, tag: 2 });
    expect(bench.ask(TUR, { cid: 12, attribute: ORDERED })).toBeNull();
    expect([isOpen(10), isOpen(11)]).toEqual([true, true]);
    bench.responder.sent(0, 10);
    expect([isOpen(10), abort(1), bench.responder.poll()]).toEqual([false, -17, []]);
    expect(abort(2)).toBe(0);
    expect(bench.responder.find(0, 11)).toBeNull();
    expect(bench.responder.poll().map(({ cid }) => cid)).toEqual([12]);
  });

  it("may be held after it was answered, not after that was sent on", () => {
    bench.ask(TUR, { cid: 10, tag: 1 });
    expect(isOpen(10)).toBe(false);
    bench.responder.hold(0, 10);
    bench.responder.hold(0, 10);
    expect([isOpen(10), bench.responder.units()[0]?.tasks.size]).toEqual([true, 1]);
    bench.responder.sent(0, 10);
    bench.responder.sent(0, 10);
    expect([isOpen(10), bench.responder.units()[0]?.tasks.size]).toEqual([false, 0]);
  });

  it("whose data are to move first goes on with them", () => {
    bench.responder.holding = true;
    const first = bench.ask(COMPARE_AND_WRITE, { cid: 10, dataLen: 1024 });
    bench.responder.hold(0, 10);
    bench.responder.sent(0, 10);
    expect([first?.dataOnly, isOpen(10)]).toEqual([true, true]);
    const answer = emptyAnswer();
    bench.responder.dataMoved(0, 10, answer);
    expect(answer.dataOnly).toBe(false);
  });

  it("aborted while its data moved is answered TASK ABORTED after them, held or not", () => {
    bench.ask(COMPARE_AND_WRITE, { cid: 10, dataLen: 1024 });
    bench.responder.taskManagement(1, CLEAR_TASK_SET, 0, 0, 0);
    expect(bench.responder.poll()).toMatchObject([{ cid: 10, answer: { status: 0x40 } }]);
    bench.responder.hold(0, 10);
    const answer = emptyAnswer();
    expect(bench.responder.dataMoved(0, 10, answer)).toBe(true);
    expect(answer).toMatchObject({ status: 0x40, len: 0 });
  });
});

describe("a lost command", () => {
  it("stays until it is aborted, and gives its buffer back then", () => {
    bench.responder.holding = true;
    bench.ask(COMPARE_AND_WRITE, { cid: 10, tag: 1, dataLen: 1024 });
    bench.responder.lose(0, 10);
    expect(bench.ask(TUR, { cid: 11, attribute: ORDERED })).toBeNull();
    expect([bench.responder.owed, abort(1)]).toEqual([0, 0]);
    expect(bench.io.arenas.some(({ size }) => size === 1024)).toBe(false);
    expect(bench.responder.poll().map(({ cid }) => cid)).toEqual([11]);
  });
});

describe("answerWithSense", () => {
  it.each([
    [INQUIRY, 255],
    [TUR, 0],
    [COMPARE_AND_WRITE, 1024],
  ])("replaces what was prepared for %s", (cdb, dataLen) => {
    bench.responder.holding = true;
    bench.ask(cdb, { cid: 10, dataLen });
    const answer = emptyAnswer();
    const sense = { key: 3, asc: 0x11, ascq: 4 };
    expect(bench.responder.answerWithSense(0, 10, sense, answer)).toBe(true);
    expect(bench.text(answer)).toBe("CHECK 700003000000000a00000000110400000000");
    bench.responder.sent(0, 10);
    expect(isOpen(10)).toBe(false);
  });

  it("passes late answers, which stay where they are", () => {
    bench.responder.holding = true;
    bench.ask(TUR, { cid: 10 });
    bench.ask(SYNC, { cid: 11 });
    bench.ask(TUR, { cid: 12, attribute: ORDERED });
    bench.responder.sent(0, 10);
    bench.io.finishJob();
    const answer = emptyAnswer();
    expect(bench.responder.answerWithSense(0, 10, { key: 4, asc: 0, ascq: 0 }, answer)).toBe(true);
    expect(bench.responder.poll().map(({ cid }) => cid)).toEqual([11]);
  });

  it("says so where there is no such command", () => {
    const sense = { key: 3, asc: 0, ascq: 0 };
    expect(bench.responder.answerWithSense(0, 99, sense, emptyAnswer())).toBe(false);
  });
});
