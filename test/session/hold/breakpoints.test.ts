// SPDX-License-Identifier: MIT
// Breakpoints: which events they are asked about, what a match holds, and what they count.
import { describe, expect, it } from "vitest";
import { EngineEvent } from "../../../src/session/engine/engine-event.js";
import { Breakpoints } from "../../../src/session/hold/breakpoints.js";
import {
  ABORT_TASK,
  CLEAR_TASK_SET,
  COMPARE_AND_WRITE,
  EFAULT,
  HoldBench,
  INQUIRY,
  ORDERED,
  READ,
  SYNCHRONIZE,
  TEST_UNIT_READY,
  WRITE,
} from "./hold-bench.js";

function breaking(...texts: string[]): HoldBench {
  const bench = new HoldBench();
  for (const text of texts) bench.control.breakpoints.add(text, false);
  return bench;
}

const hits = (bench: HoldBench): number[] =>
  bench.control.breakpoints.list().map((each) => each.hits);

describe("the list", () => {
  it("numbers from 1 and uses no number again", () => {
    const list = new Breakpoints();
    expect(list.add("cid == 1", false).id).toBe(1);
    expect(list.add("cid == 2", true)).toEqual({
      id: 2,
      expression: "cid == 2",
      once: true,
      hits: 0,
    });
    expect([list.delete(2)?.id, list.delete(2)]).toEqual([2, null]);
    expect(list.add("cid == 3", false).id).toBe(3);
    expect(list.list().map(({ id }) => id)).toEqual([1, 3]);
  });

  it("says where an expression is wrong, and adds nothing", () => {
    const list = new Breakpoints();
    expect(() => list.add("cid == 1 && colour == 2", false)).toThrow(
      expect.objectContaining({ kind: "usage", message: expect.stringContaining("13") }),
    );
    expect([list.size, list.add("cid == 1", false).id]).toEqual([0, 1]);
  });

  it("counts every match, tells of the first, and forgets what was for once", () => {
    const list = new Breakpoints();
    for (const once of [false, true, false]) list.add("host_no == 3", once);
    const words = new Int32Array(64);
    const event = new EngineEvent({ words, find: () => null, timeOf: () => 0 });
    event.done(0, 0, 3, 1, 0);
    expect(list.match(event, false)).toEqual({ id: 1, expression: "host_no == 3" });
    expect(list.list().map(({ id, hits: count }) => [id, count])).toEqual([
      [1, 1],
      [3, 1],
    ]);
    event.done(0, 0, 4, 1, 0);
    expect(list.match(event, false)).toBeNull();
  });
});

describe("a match holds", () => {
  it("on CMD_REQ: the answer to it and what comes after, not what came before", () => {
    const bench = breaking("type == CMD_REQ && opcode == INQUIRY");
    bench.send(TEST_UNIT_READY);
    bench.send(INQUIRY, { dataLen: 255 });
    bench.send(TEST_UNIT_READY);
    expect([bench.taken, bench.held, bench.holds]).toEqual([["1 0"], [2, 3], [true]]);
    const by = { id: 1, expression: "type == CMD_REQ && opcode == INQUIRY" };
    expect(bench.control.state).toEqual({ on: true, tmf: false, held: 2, by });
  });

  it("on CMD_RSP: that answer, which is open again", () => {
    const bench = breaking("type == CMD_RSP && result == 2");
    bench.send(TEST_UNIT_READY);
    bench.send(READ, { dataLen: 512, lun: 5 });
    bench.send("ff 00", { lun: 0 });
    bench.send(TEST_UNIT_READY, { attribute: ORDERED });
    expect([bench.taken, bench.held[0]]).toEqual([["1 0"], 2]);
    expect(bench.target.responder.find(3, 2)?.isOpen).toBe(true);
    bench.goOn();
    expect(bench.leftovers()).toEqual([]);
  });

  it("on CMD_RSP that came late: that answer, and what waits behind it goes on waiting", () => {
    const bench = breaking("type == CMD_RSP && cid == 1");
    bench.send(SYNCHRONIZE);
    bench.send(TEST_UNIT_READY);
    bench.jobEnds();
    bench.send(TEST_UNIT_READY, { attribute: ORDERED });
    expect([bench.taken, bench.held]).toEqual([["2 0"], [1]]);
    bench.manage(ABORT_TASK, 1);
    expect([bench.taken, bench.held]).toEqual([["2 0", "mid 1001 0"], [3]]);
  });

  it("on CMD_DONE: from there", () => {
    const bench = breaking("type == CMD_DONE && opcode == TEST_UNIT_READY");
    bench.send(TEST_UNIT_READY);
    bench.run();
    bench.send(TEST_UNIT_READY);
    expect([bench.taken, bench.held]).toEqual([["1 0"], [2]]);
  });

  it.each(["TSK_MGMT_REQ", "TSK_MGMT_RSP"])("on %s: from there, and it is answered", (type) => {
    const bench = breaking(`type == ${type} && function == ABORT_TASK && tag == 9 && mid == 1009`);
    bench.manage(ABORT_TASK, 9);
    bench.send(TEST_UNIT_READY);
    expect([bench.taken, bench.held]).toEqual([["mid 1009 -17"], [1]]);
  });

  it("on TASK ABORTED: it goes out all the same, and what follows is held", () => {
    const bench = breaking("type == CMD_RSP && result == TASK_ABORTED");
    bench.send(SYNCHRONIZE);
    bench.manage(CLEAR_TASK_SET, 77, 4);
    bench.send(TEST_UNIT_READY, { hostNo: 4, lun: 5 });
    expect([bench.taken, bench.held, hits(bench)]).toEqual([["1 40", "mid 1077 0"], [2], [1]]);
  });

  it("on an event of an unknown type", () => {
    const bench = breaking("type == 77");
    bench.kernel.publish({ type: 77, raw: new Uint8Array(88) });
    bench.send(TEST_UNIT_READY);
    expect([bench.held, hits(bench)]).toEqual([[1], [1]]);
  });

  it("anew, where continue lets out what one waits for", () => {
    const bench = breaking("verdict == 0 && cid == 1");
    bench.control.begin(false);
    bench.send(TEST_UNIT_READY);
    bench.send(TEST_UNIT_READY);
    bench.goOn();
    expect(bench.taken).toEqual(["1 0", "2 0"]);
    expect(bench.control.state).toMatchObject({ on: true, by: { id: 1 } });
    expect(bench.holds).toEqual([true, false, true]);
  });
});

describe("verdict", () => {
  it("is asked about once the kernel has judged, and only then", () => {
    const bench = breaking(
      "type == CMD_RSP && verdict != -1",
      "type == CMD_RSP && !(verdict == -14)",
    );
    bench.refuse.set(1, EFAULT);
    bench.send(READ, { dataLen: 512 });
    expect(hits(bench)).toEqual([1, 0]);
    expect(bench.item(1)).toMatchObject({ refused: EFAULT, answer: { status: 2 } });
    bench.goOn();
    expect(hits(bench)).toEqual([2, 1]);
  });

  it("sees the answer as it was published, with its index and its command", () => {
    const bench = breaking(
      "verdict == 0 && index == 1 && slot == 1 && opcode == WRITE_10 && rw == WRITE",
    );
    bench.send(TEST_UNIT_READY);
    bench.send(WRITE, { dataLen: 512 });
    expect(hits(bench)).toEqual([1]);
  });
});

describe("age_ms", () => {
  const SECOND = 10 ** 9;

  function agingBench(...texts: string[]): { bench: HoldBench; at: (seconds: number) => void } {
    const bench = breaking(...texts);
    let now = 5 * SECOND;
    const { wait } = bench.kernel;
    bench.kernel.wait = (_fd?: number, _ms?: number, stamp?: BigUint64Array | null) => {
      if (stamp) stamp[0] = BigInt(now);
      return wait.call(bench.kernel);
    };
    const at = (seconds: number): void => {
      now = (5 + seconds) * SECOND;
      bench.engine.wait(0);
    };
    at(0);
    return { bench, at };
  }

  it("is known of commands that came since the first breakpoint", () => {
    const { bench, at } = agingBench("type == CMD_RSP && age_ms >= 2000");
    bench.send(TEST_UNIT_READY);
    bench.send(SYNCHRONIZE);
    at(2);
    bench.jobEnds();
    expect([bench.taken, bench.held]).toEqual([["1 0"], [2]]);
  });

  it("is not known of those before", () => {
    const { bench, at } = agingBench();
    bench.send(SYNCHRONIZE);
    bench.control.breakpoints.add("age_ms >= 0 && type == CMD_RSP", false);
    at(2);
    bench.jobEnds();
    expect([bench.taken, hits(bench)]).toEqual([["1 0"], [0]]);
  });
});

describe("without breakpoints", () => {
  it("nothing is watched: when the last one is deleted, or was for once", () => {
    const bench = breaking("cid == 1");
    expect(bench.control.breakpoints.watching).toBe(true);
    expect(bench.control.breakpoints.delete(7)).toBeNull();
    expect(bench.control.breakpoints.delete(1)?.expression).toBe("cid == 1");
    expect(bench.control.breakpoints.watching).toBe(false);
    bench.control.breakpoints.add("type == CMD_REQ", true);
    bench.send(COMPARE_AND_WRITE, { dataLen: 1024 });
    expect([bench.control.breakpoints.watching, bench.held]).toEqual([false, [1]]);
  });
});
