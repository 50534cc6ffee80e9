// SPDX-License-Identifier: MIT
// Holding the target: what waits, in which order it goes, what task management makes of it.
import { describe, expect, it } from "vitest";
import {
  ABORT_TASK,
  CLEAR_TASK_SET,
  COMPARE_AND_WRITE,
  EFAULT,
  ENOENT,
  HoldBench,
  INQUIRY,
  ORDERED,
  SYNCHRONIZE,
  TEST_UNIT_READY,
  WRITE,
} from "./hold-bench.js";

function holding(tmf = false): HoldBench {
  const bench = new HoldBench();
  bench.control.begin(tmf);
  return bench;
}

describe("hold", () => {
  it("takes requests and keeps their answers until continue, in order", () => {
    const bench = holding();
    const cids = [bench.send(INQUIRY, { dataLen: 255 }), bench.send(TEST_UNIT_READY)];
    expect(bench.taken).toEqual([]);
    expect(bench.held).toEqual(cids);
    expect(bench.target.responder.inFlight).toBe(2);
    expect(bench.goOn().map(({ verdict }) => verdict)).toEqual([0, 0]);
    expect(bench.taken).toEqual(["1 0", "2 0"]);
    expect(bench.leftovers()).toEqual([]);
  });

  it("asks the kernel to hold once, and takes it back at continue", () => {
    const bench = holding();
    bench.control.begin(true);
    bench.send(TEST_UNIT_READY);
    bench.step();
    expect(bench.holds).toEqual([true]);
    bench.goOn();
    bench.goOn();
    expect(bench.holds).toEqual([true, false]);
    expect(bench.control.state).toEqual({ on: false, tmf: false, held: 0, by: null });
  });

  it("tells of what has changed once per round", () => {
    const bench = holding();
    for (let i = 0; i < 20; i++) bench.send(TEST_UNIT_READY);
    bench.control.tellChanges();
    bench.control.tellChanges();
    expect(bench.changes).toBe(1);
    bench.kernel.publish({ type: "CMD_DONE", host_no: 3, cid: 7, result: 0x80000 });
    bench.run();
    expect(bench.held).not.toContain(7);
    bench.control.tellChanges();
    expect(bench.changes).toBe(2);
  });

  it("reports every verdict, also of more than a lap", () => {
    const bench = holding();
    for (let i = 0; i < 1200; i++) bench.send(TEST_UNIT_READY, { lun: 5 });
    bench.refuse.set(1, ENOENT);
    const verdicts = bench.control.goOn().map(({ verdict }) => verdict);
    expect(verdicts).toHaveLength(1200);
    expect(verdicts.filter((verdict) => verdict !== 0)).toEqual([ENOENT]);
  });

  it("leaves at a stop what is held to the next owner", () => {
    const bench = holding();
    bench.send(TEST_UNIT_READY);
    bench.engine.settle();
    expect([bench.engine.owed, bench.taken, bench.held]).toEqual([0, [], [1]]);
  });

  it("does not take a late answer given while it held for one still open after continue", () => {
    const bench = holding();
    bench.send(SYNCHRONIZE);
    bench.io.finishJob();
    bench.control.goOn(); // nobody has collected it yet
    bench.engine.settle();
    expect(bench.taken).toEqual(["1 0"]);
    expect(bench.target.responder.find(3, 1)?.isOpen).toBe(false);
  });
});

describe("step", () => {
  it("lets so many go, in order", () => {
    const bench = holding();
    for (let i = 0; i < 5; i++) bench.send(TEST_UNIT_READY);
    expect(bench.step(3)).toHaveLength(3);
    expect(bench.taken).toEqual(["1 0", "2 0", "3 0"]);
    expect(bench.held).toEqual([4, 5]);
  });

  it("holds the final answer that data bring about", () => {
    const bench = holding();
    bench.send(COMPARE_AND_WRITE, { dataLen: 1024 });
    bench.step();
    expect([bench.taken, bench.held]).toEqual([["1 data"], [1]]);
    bench.step();
    expect(bench.taken).toEqual(["1 data", "1 0"]);
    expect(bench.leftovers()).toEqual([]);
  });

  it("starts what waits behind only then, and holds its answer", () => {
    const bench = holding();
    bench.send(WRITE, { dataLen: 512 });
    bench.send(SYNCHRONIZE, { attribute: ORDERED });
    bench.send(TEST_UNIT_READY);
    expect([bench.held, bench.io.jobs.length]).toEqual([[1], 0]);
    bench.step();
    expect([bench.held, bench.io.jobs.length]).toEqual([[], 1]);
    bench.jobEnds();
    expect(bench.held).toEqual([2]);
    bench.step();
    expect([bench.taken, bench.held]).toEqual([["1 0", "2 0"], [3]]);
  });

  it("moves the data of a command before the work that waits for it begins", () => {
    const bench = holding();
    bench.send(WRITE, { dataLen: 512 });
    bench.send(SYNCHRONIZE, { attribute: ORDERED });
    const seen: number[] = [];
    const react = bench.kernel.react;
    bench.kernel.react = (event, verdict) => {
      seen.push(bench.io.jobs.length);
      react(event, verdict);
    };
    bench.step();
    expect([seen, bench.io.jobs.length]).toEqual([[0], 1]);
  });

  it("keeps what comes of a refusal, and says why", () => {
    const bench = holding();
    bench.send(WRITE, { dataLen: 512 });
    bench.send(TEST_UNIT_READY, { attribute: ORDERED });
    bench.refuse.set(1, EFAULT);
    expect(bench.step().map(({ verdict }) => verdict)).toEqual([EFAULT]);
    expect(bench.item(1)).toMatchObject({ refused: EFAULT, answer: { status: 2 } });
    expect(bench.held).toEqual([1]);
    bench.step();
    expect([bench.taken, bench.held]).toEqual([["1 2"], [2]]);
  });
});

describe("drop", () => {
  it("never answers; ABORT TASK finds the command", () => {
    const bench = holding();
    bench.send(INQUIRY, { dataLen: 255 });
    bench.send(TEST_UNIT_READY, { attribute: ORDERED });
    bench.control.drop(bench.item(1));
    bench.goOn();
    expect([bench.taken, bench.target.responder.inFlight]).toEqual([[], 2]);
    bench.manage(ABORT_TASK, 1);
    expect(bench.taken).toEqual(["2 0", "mid 1001 0"]);
    expect(bench.leftovers()).toEqual([]);
  });

  it("does nothing to what is not held any more", () => {
    const bench = holding();
    bench.send(TEST_UNIT_READY);
    const item = bench.item(1);
    bench.step();
    bench.send(TEST_UNIT_READY, { cid: 1 });
    bench.control.drop(item);
    expect(bench.held).toEqual([1]);
    expect(() => bench.control.release(item, null)).toThrow(/not held/);
    expect(bench.held).toEqual([1]);
  });
});

describe("task management while held", () => {
  it("is answered at once; the held answer of what it aborts is gone", () => {
    const bench = holding();
    bench.send(COMPARE_AND_WRITE, { dataLen: 1024 });
    bench.send(TEST_UNIT_READY, { attribute: ORDERED });
    bench.manage(ABORT_TASK, 1);
    expect([bench.taken, bench.held]).toEqual([["mid 1001 0"], [2]]);
    bench.goOn();
    expect(bench.taken).toEqual(["mid 1001 0", "2 0"]);
    expect(bench.leftovers()).toEqual([]);
  });

  it("sends TASK ABORTED before its answer, and holds nothing of that", () => {
    const bench = holding();
    bench.send(TEST_UNIT_READY);
    bench.manage(CLEAR_TASK_SET, 77, 4);
    expect([bench.taken, bench.held]).toEqual([["1 40", "mid 1077 0"], []]);
    expect(bench.leftovers()).toEqual([]);
  });

  it("waits too where that is asked for, and is carried out when it is let go", () => {
    const bench = holding(true);
    bench.send(TEST_UNIT_READY);
    bench.manage(ABORT_TASK, 1);
    expect([bench.taken, bench.held]).toEqual([[], [1, "mid 1001"]]);
    const task = bench.control.task(3, 1001, 0);
    expect(task && bench.control.release(task, null).verdict).toBe(0);
    expect([bench.taken, bench.held]).toEqual([["mid 1001 0"], []]);
  });

  it("is answered as somebody says, and then not carried out but for 0", () => {
    const bench = holding(true);
    bench.send(TEST_UNIT_READY);
    for (const [tag, result] of [
      [8, 0xffff_ffeen],
      [9, 2n ** 32n],
      [1, -22n],
    ] as const) {
      bench.manage(ABORT_TASK, tag);
      const task = bench.control.task(3, 1000 + tag, 0);
      if (task) bench.control.release(task, { set: new Map([["result", result]]), sense: null });
    }
    expect(bench.taken).toEqual(["mid 1008 -18", "mid 1009 0", "mid 1001 -22"]);
    expect(bench.held).toEqual([1]);
  });

  it("is dropped and never answered", () => {
    const bench = holding(true);
    bench.send(TEST_UNIT_READY);
    bench.manage(ABORT_TASK, 1);
    const task = bench.control.task(3, 1001, 0);
    if (task) bench.control.drop(task);
    bench.goOn();
    expect(bench.taken).toEqual(["1 0"]);
  });

  it.each([
    ["continue", (bench: HoldBench) => bench.goOn()],
    ["step", (bench: HoldBench) => bench.step(4)],
  ])("publishes nothing that it ends on its way (%s)", (_name, letGo) => {
    const bench = holding(true);
    bench.send(TEST_UNIT_READY);
    bench.manage(ABORT_TASK, 2, 3);
    bench.send(INQUIRY, { dataLen: 255, cid: 2 });
    bench.send(TEST_UNIT_READY, { cid: 3 });
    letGo(bench);
    expect([bench.taken, bench.refused]).toEqual([["1 0", "mid 1002 0", "3 0"], []]);
    expect(bench.leftovers()).toEqual([]);
  });

  it("keeps no answer to one whose data had moved when it was aborted", () => {
    const bench = holding(true);
    bench.send(COMPARE_AND_WRITE, { dataLen: 1024 });
    bench.manage(ABORT_TASK, 1);
    bench.step(2);
    expect([bench.taken, bench.refused]).toEqual([["1 data", "mid 1001 0"], ["1 8"]]);
    expect([bench.held, bench.leftovers()]).toEqual([[], []]);
  });

  it("does not abort what went out before it in the same step", () => {
    const bench = holding(true);
    bench.send(TEST_UNIT_READY);
    bench.manage(ABORT_TASK, 1);
    bench.step(2);
    expect(bench.taken).toEqual(["1 0", "mid 1001 -17"]);
  });
});

describe("the kernel ends a command that is held", () => {
  it("with CMD_DONE: its answer is gone, and who waited behind goes on", () => {
    const bench = holding();
    bench.send(TEST_UNIT_READY);
    bench.send(TEST_UNIT_READY, { attribute: ORDERED });
    bench.kernel.publish({ type: "CMD_DONE", host_no: 3, cid: 1, result: 0x80000 });
    bench.run();
    expect(bench.held).toEqual([2]);
  });

  it("by using its name again: the old answer is no answer to the new command", () => {
    const bench = holding();
    bench.send(INQUIRY, { dataLen: 255 });
    bench.send(SYNCHRONIZE, { cid: 1 });
    expect(bench.held).toEqual([]);
    bench.jobEnds();
    bench.goOn();
    expect(bench.taken).toEqual(["1 0"]);
    expect(bench.leftovers()).toEqual([]);
  });
});
