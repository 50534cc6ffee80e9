// SPDX-License-Identifier: MIT
// Answers that are let go edited: what the kernel gets, and what becomes of what was prepared.
import { describe, expect, it } from "vitest";
import type { CmdRsp } from "../../../src/abi/event.js";
import {
  ABORT_TASK,
  COMPARE_AND_WRITE,
  EALREADY,
  EFAULT,
  ENOENT,
  EPROTO,
  HoldBench,
  INQUIRY,
  ORDERED,
  SYNCHRONIZE,
  TEST_UNIT_READY,
  WRITE,
} from "./hold-bench.js";

const DATA_ONLY = 0x80n;

function holding(): HoldBench {
  const bench = new HoldBench();
  bench.control.begin(false);
  return bench;
}

const published = (bench: HoldBench): CmdRsp[] =>
  bench.kernel.answers.filter((event): event is CmdRsp => event.type === "CMD_RSP");

describe("an edited answer", () => {
  it("has every field set, cut to its width", () => {
    const bench = holding();
    bench.send(TEST_UNIT_READY);
    const set = {
      host_no: 2n ** 32n + 5n,
      cid: -1n,
      len: 2n ** 32n + 7n,
      result: -3n,
      uaddr: -1n,
      rw: 0x101n,
    };
    const sent = bench.release(1, set);
    const event = {
      ...{ type: "CMD_RSP", host_no: 5, cid: 0xffff_ffff, len: 7, result: -3 },
      ...{ uaddr: 2n ** 64n - 1n, rw: 1 },
    };
    expect(published(bench)).toEqual([event]);
    expect(sent).toMatchObject({ event, verdict: ENOENT });
  });

  it("answers the command; what waited behind goes on", () => {
    const bench = holding();
    bench.send(INQUIRY, { dataLen: 255 });
    bench.send(TEST_UNIT_READY, { attribute: ORDERED });
    expect(bench.release(1, { result: 8n, len: 0n }).verdict).toBe(0);
    expect([bench.taken, bench.held]).toEqual([["1 8"], [2]]);
    bench.goOn();
    expect(bench.leftovers()).toEqual([]);
  });

  it("may be another sense", () => {
    const bench = holding();
    bench.send(TEST_UNIT_READY);
    bench.release(1, {}, [3, 0x11, 1]);
    const [answer] = published(bench);
    const sense = bench.io.bytesAt(Number(answer?.uaddr), answer?.len ?? 0);
    expect([bench.taken, sense[2], sense[12], sense[13]]).toEqual([["1 2"], 3, 0x11, 1]);
    expect(bench.leftovers()).toEqual([]);
  });

  it("refused with its sense, leaves what was prepared without it", () => {
    const bench = holding();
    bench.send(INQUIRY, { dataLen: 255 });
    bench.refuse.set(1, EFAULT);
    expect(bench.release(1, { uaddr: 0n }, [3, 0x11, 0]).verdict).toBe(EFAULT);
    expect(bench.held).toEqual([1]);
    bench.goOn();
    expect(bench.taken).toEqual(["1 0"]);
    expect(bench.leftovers()).toEqual([]);
  });

  it("may be sense instead of moving data", () => {
    const bench = holding();
    bench.send(COMPARE_AND_WRITE, { dataLen: 1024 });
    bench.release(1, {}, [3, 0x0c, 0]);
    expect(bench.taken).toEqual(["1 2"]);
    expect(bench.leftovers()).toEqual([]);
  });

  it("may be another sense while late answers wait to be collected", () => {
    const bench = holding();
    bench.send(TEST_UNIT_READY);
    bench.send(SYNCHRONIZE, { attribute: ORDERED, lun: 1 });
    bench.send(TEST_UNIT_READY, { attribute: ORDERED });
    bench.control.step(1); // cid 3 has its turn, and nobody has collected its answer
    bench.release(2, {}, [3, 0x11, 0]);
    bench.goOn();
    expect(bench.taken).toEqual(["1 0", "2 2", "3 0"]);
  });

  it("ends the command silently with 0x20: only an abort is heard of it", () => {
    const bench = holding();
    bench.send(TEST_UNIT_READY);
    bench.release(1, { result: 0x20n, rw: DATA_ONLY });
    bench.goOn();
    expect([bench.taken, bench.known.size]).toEqual([["1 data"], 0]);
    bench.manage(ABORT_TASK, 1);
    expect(bench.taken).toContain("mid 1001 0");
    expect(bench.leftovers()).toEqual([]);
  });

  it("that 0x20 ended leaves nothing to the next command of its name", () => {
    const bench = holding();
    bench.send(TEST_UNIT_READY);
    bench.release(1, { result: 0x20n, rw: DATA_ONLY });
    bench.goOn();
    bench.send(TEST_UNIT_READY, { cid: 1 });
    expect(bench.taken).toEqual(["1 data", "1 0"]);
    expect(bench.leftovers()).toEqual([]);
  });
});

describe("a refused edit", () => {
  it.each([
    ["another host", { host_no: 9n }, ENOENT],
    ["a name nobody has", { cid: 99n }, ENOENT],
    ["data only of nothing", { rw: DATA_ONLY }, EPROTO],
  ])("(%s) gives back what was prepared, at the head, with the verdict", (_name, set, verdict) => {
    const bench = holding();
    bench.send(TEST_UNIT_READY);
    bench.send(TEST_UNIT_READY);
    expect(bench.release(1, set).verdict).toBe(verdict);
    expect(bench.held).toEqual([1, 2]);
    expect(bench.item(1)).toMatchObject({ refused: verdict, answer: { status: 0 } });
    bench.goOn();
    expect(bench.taken).toEqual(["1 0", "2 0"]);
    expect(bench.leftovers()).toEqual([]);
  });

  it("may be edited again, as often as one likes", () => {
    const bench = holding();
    bench.send(INQUIRY, { dataLen: 255 });
    for (let i = 0; i < 10; i++) {
      bench.refuse.set(1, EFAULT);
      bench.release(1, { uaddr: BigInt(i) });
    }
    expect(bench.refused).toHaveLength(10);
    bench.goOn();
    expect(bench.taken).toEqual(["1 0"]);
    expect(bench.leftovers()).toEqual([]);
  });

  it("does not come back for a command that was aborted meanwhile", () => {
    const bench = holding();
    bench.send(TEST_UNIT_READY);
    bench.kernel.deaf = true;
    bench.refuse.set(1, EFAULT);
    expect(bench.release(1, { result: 8n }).verdict).toBeUndefined();
    bench.manage(ABORT_TASK, 1);
    bench.kernel.deaf = false;
    bench.goOn();
    bench.send(TEST_UNIT_READY); // its doorbell has the kernel take all of it
    expect([bench.refused, bench.taken]).toEqual([["1 8"], ["mid 1001 0", "2 0"]]);
    expect(bench.leftovers()).toEqual([]);
  });
});

describe("an edit that names another command", () => {
  it("answers that one; the own one comes back and is answered", () => {
    const bench = holding();
    bench.send(TEST_UNIT_READY);
    bench.send(INQUIRY, { dataLen: 255 });
    bench.release(1, { cid: 2n });
    expect([bench.taken, bench.held]).toEqual([["2 0"], [1]]);
    bench.goOn();
    expect([bench.taken, bench.refused]).toEqual([["2 0", "1 0"], []]);
    expect(bench.leftovers()).toEqual([]);
  });

  it("and moves its data leaves that command to its own answer", () => {
    const bench = holding();
    bench.send(WRITE, { dataLen: 512 });
    bench.send(TEST_UNIT_READY);
    bench.send(TEST_UNIT_READY, { attribute: ORDERED });
    bench.release(1, { cid: 2n, rw: DATA_ONLY });
    bench.release(1, { cid: 3n, rw: DATA_ONLY });
    expect([bench.taken, bench.held]).toEqual([
      ["2 data", "3 data"],
      [1, 2],
    ]);
    bench.goOn();
    expect(bench.taken.slice(2)).toEqual(["1 0", "2 0", "3 0"]);
    expect(bench.leftovers()).toEqual([]);
  });

  it("whose data move already does not end that one", () => {
    const bench = holding();
    bench.send(COMPARE_AND_WRITE, { dataLen: 1024 });
    bench.send(WRITE, { dataLen: 512, lun: 1 });
    bench.control.step(1);
    bench.refuse.set(1, EALREADY);
    bench.control.release(bench.item(2), {
      set: new Map([
        ["cid", 1n],
        ["rw", 0x81n],
      ]),
      sense: null,
    });
    bench.run();
    bench.goOn();
    expect(bench.taken).toEqual(["1 data", "2 0", "1 0"]);
    expect(bench.leftovers()).toEqual([]);
  });
});

describe("an edit that makes the answer data-only", () => {
  it("brings the prepared one back once the data have moved", () => {
    const bench = holding();
    bench.send(WRITE, { dataLen: 512 });
    bench.release(1, { rw: 0x81n });
    expect([bench.taken, bench.held]).toEqual([["1 data"], [1]]);
    bench.goOn();
    expect(bench.taken).toEqual(["1 data", "1 0"]);
    expect(bench.leftovers()).toEqual([]);
  });

  it("lets the prepared one out where nothing is held any more", () => {
    const bench = holding();
    bench.send(WRITE, { dataLen: 512 });
    bench.control.release(bench.item(1), { set: new Map([["rw", 0x81n]]), sense: null });
    bench.goOn();
    expect(bench.taken).toEqual(["1 data", "1 0"]);
    expect(bench.leftovers()).toEqual([]);
  });

  it("or had it so already, changes the data and goes on", () => {
    const bench = holding();
    bench.send(COMPARE_AND_WRITE, { dataLen: 1024 });
    bench.release(1, { len: 512n });
    bench.goOn();
    expect(bench.taken[0]).toBe("1 data");
    expect(bench.taken).toHaveLength(2);
    expect(bench.leftovers()).toEqual([]);
  });

  it("or takes that away, ends the command", () => {
    const bench = holding();
    bench.send(COMPARE_AND_WRITE, { dataLen: 1024 });
    bench.send(TEST_UNIT_READY, { attribute: ORDERED });
    bench.release(1, { rw: 1n });
    expect([bench.taken, bench.held]).toEqual([["1 0"], [2]]);
    bench.goOn();
    expect(bench.leftovers()).toEqual([]);
  });

  it("is not remembered for the next command of its name", () => {
    const bench = holding();
    bench.send(WRITE, { dataLen: 512 });
    bench.control.release(bench.item(1), { set: new Map([["rw", 0x81n]]), sense: null });
    bench.kernel.deaf = true;
    bench.known.delete(1); // the kernel takes it back, and gives its name away
    bench.publish(COMPARE_AND_WRITE, { dataLen: 1024, cid: 1 });
    bench.kernel.deaf = false;
    bench.run();
    bench.goOn();
    expect(bench.held).toEqual([]);
    expect(bench.taken.filter((text) => text === "1 data").length).toBeLessThan(3);
    expect(bench.leftovers()).toEqual([]);
  });
});

it("works against a kernel that gives no verdicts", () => {
  const bench = new HoldBench({ telemetry: false });
  bench.control.begin(false);
  for (let i = 0; i < 700; i++) bench.send(TEST_UNIT_READY, { lun: 5 });
  bench.release(1, { cid: 2n });
  bench.release(3, { result: 8n });
  expect(bench.goOn().every(({ verdict }) => verdict === null)).toBe(true);
  expect([bench.taken.length, bench.leftovers()]).toEqual([700, []]);
});
