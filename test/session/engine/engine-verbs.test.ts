// SPDX-License-Identifier: MIT
// The verbs: what each returns as JSON, and that anything wrong is refused and changes nothing.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EngineCounters } from "../../../src/session/engine/engine-counters.js";
import { EngineVerbs } from "../../../src/session/engine/engine-verbs.js";
import { Params } from "../../../src/session/engine/params.js";
import { UnitDesk } from "../../../src/session/engine/unit-desk.js";
import { ENGINE_METHODS } from "../../../src/session/engine/verbs.js";
import { FaultRules } from "../../../src/session/faults/fault-rules.js";
import { LatencyDesk } from "../../../src/session/latency/latency-desk.js";
import {
  ABORT_TASK,
  ENOENT,
  HoldBench,
  INQUIRY,
  READ,
  TEST_UNIT_READY,
} from "../hold/hold-bench.js";

function verbBench() {
  const faults = new FaultRules();
  const bench = new HoldBench({ faults });
  const { io, target, control } = bench;
  const { responder } = target;
  const served = { specs: ["0=file:/disk", "1=ram:1M"], memoryPrefix: null, serials: {} };
  const verbs = new EngineVerbs({
    ...{ control, responder, faults, counters: new EngineCounters() },
    units: new UnitDesk({ io, responder, served, onChange: () => {} }),
    latency: new LatencyDesk(
      {
        ...{ device: bench.kernel, stamps: bench.kernel.telemetry, wakeFd: -1, answers: true },
        produced: () => bench.engine.produced,
        measure: (meter, waiter) => bench.engine.measure(meter, waiter),
      },
      () => {},
    ),
    read: (address, length) => (io.isMapped(address, length) ? io.bytesAt(address, length) : null),
  });
  /** As a socket carries it. */
  const run = (method: string, params?: unknown): unknown => {
    const result: unknown = verbs.run(method, params);
    bench.run();
    return JSON.parse(JSON.stringify(result));
  };
  return { bench, run };
}

const usage = (text: RegExp) =>
  expect.objectContaining({ kind: "usage", message: expect.stringMatching(text) });

/** Everything a verb can change. */
function stateOf(run: (method: string) => unknown): unknown {
  const held = JSON.stringify(run("held")).replace(/"held_ms":[0-9.]+/g, "");
  return [held, run("break.list"), run("fault.list"), run("lun.list")];
}

describe("held", () => {
  it("shows a command, its prepared answer and sense", () => {
    const { bench, run } = verbBench();
    expect(run("hold", {})).toEqual({ on: true, tmf: false, held: 0, by: null });
    bench.send(READ, { dataLen: 512, lun: 5 });
    expect(run("held")).toMatchObject({
      ...{ on: true, held: 1 },
      items: [
        {
          ...{ kind: "CMD_RSP", host_no: 3, cid: 1, tag: "0x1", lun: 5, data_len: 512 },
          ...{ scb: "28000000000000000100000000000000", refused: null },
          answer: { host_no: 3, cid: 1, len: 18, result: 2, rw: 0 },
          sense: expect.stringMatching(/^700005000000000a000000002500/),
          held_ms: expect.any(Number),
        },
      ],
    });
  });

  it("shows task management, its numbers exactly", () => {
    const { bench, run } = verbBench();
    run("hold", { tmf: true });
    const wide = 0xfedc_ba98_7654_3210n;
    const lun = Uint8Array.of(0x80, 0, 0, 0, 0, 0, 0, 0);
    const task = { host_no: -1, function: ABORT_TASK, tag: wide, mid: wide, lun };
    bench.kernel.publish({ type: "TSK_MGMT_REQ", ...task });
    bench.run();
    expect(run("held")).toMatchObject({
      items: [
        {
          ...{ kind: "TSK_MGMT_RSP", host_no: -1, mid: "0xfedcba9876543210" },
          ...{ function: ABORT_TASK, tag: "0xfedcba9876543210", lun: null },
        },
      ],
    });
    expect(run("release", { mid: "0xfedcba9876543210", host_no: -1 })).toMatchObject({ held: 0 });
  });
});

describe("step, release, drop, continue", () => {
  it("report what was published, where, and the verdict", () => {
    const { bench, run } = verbBench();
    run("hold");
    for (let i = 0; i < 4; i++) bench.send(TEST_UNIT_READY);
    expect(run("step", { count: 1 })).toMatchObject({
      ...{ on: true, held: 3 },
      sent: [{ cid: 1, slot: 0, index: 0, verdict: "OK", consumed: true, answer: { result: 0 } }],
    });
    expect(run("release", { cid: 3, set: { result: "0x8" } })).toMatchObject({
      sent: [{ cid: 3, index: 1, verdict: "OK", answer: { result: 8, uaddr: "0x0" } }],
    });
    expect(run("drop", { host_no: 3, cid: 2 })).toMatchObject({ kind: "CMD_RSP", cid: 2 });
    expect(run("continue")).toMatchObject({ on: false, sent: [{ cid: 4, verdict: "OK" }] });
    expect(bench.taken).toEqual(["1 0", "3 8", "4 0"]);
  });

  it("report a refusal by its name, and what waits again says so", () => {
    const { bench, run } = verbBench();
    run("hold");
    bench.send(TEST_UNIT_READY);
    expect(run("release", { cid: 1, set: { cid: 77 } })).toMatchObject({
      ...{ held: 1, sent: [{ verdict: "ENOENT", answer: { cid: 77 } }] },
    });
    expect(run("held")).toMatchObject({ items: [{ cid: 1, refused: "ENOENT" }] });
    bench.refuse.set(1, ENOENT);
    expect(run("continue")).toMatchObject({ sent: [{ cid: 1, verdict: "ENOENT" }] });
    expect(bench.leftovers()).toEqual([]);
  });

  it("say where the kernel has not looked yet", () => {
    const { bench, run } = verbBench();
    run("hold");
    bench.send(TEST_UNIT_READY);
    bench.kernel.deaf = true;
    expect(run("step")).toMatchObject({ sent: [{ verdict: null, consumed: false }] });
  });

  it("give sense in hex", () => {
    const { bench, run } = verbBench();
    run("hold");
    bench.send(INQUIRY, { dataLen: 255 });
    const sent = run("release", { cid: 1, sense: "b/4E/0" });
    expect(sent).toMatchObject({ sent: [{ answer: { result: 2, len: 18 }, verdict: "OK" }] });
  });

  it("refuse another answer than the one that was shown", () => {
    const { bench, run } = verbBench();
    run("hold");
    bench.send(TEST_UNIT_READY, { cid: 7 });
    const shown = () => (run("held") as { items: { id: number }[] }).items[0]?.id;
    const first = shown();
    expect(shown()).toBe(first);
    // the kernel refuses the edit: the same answer once more, and it says so now
    run("release", { cid: 7, id: first, set: { cid: 77 } });
    const before = stateOf(run);
    const another = usage(/3:7: another answer is held now than was shown/);
    for (const verb of ["release", "drop"]) {
      expect(() => run(verb, { cid: 7, id: first })).toThrow(another);
    }
    expect(stateOf(run)).toEqual(before);
    expect(run("release", { cid: 7, id: shown() })).toMatchObject({ sent: [{ verdict: "OK" }] });
  });

  it("tell a function from another with its number", () => {
    const { bench, run } = verbBench();
    run("hold", { tmf: true });
    bench.manage(ABORT_TASK, 1);
    const another = usage(/3:mid=0x3e9: another answer is held now/);
    expect(() => run("release", { mid: 1001, id: 4_000_000 })).toThrow(another);
    const { items } = run("held") as { items: { id: number }[] };
    expect(run("release", { mid: 1001, id: items[0]?.id })).toMatchObject({ count: 1 });
  });

  it("want a name that is one command's", () => {
    const { bench, run } = verbBench();
    run("hold");
    bench.send(TEST_UNIT_READY, { cid: 7 });
    bench.send(TEST_UNIT_READY, { cid: 7, hostNo: -4 });
    expect(() => run("release", { cid: 7 })).toThrow(usage(/7 is not unique: 3:7, -4:7/));
    run("hold", { tmf: true });
    for (const host of [3, -4]) bench.manage(ABORT_TASK, 1, host);
    expect(() => run("drop", { mid: 1001 })).toThrow(usage(/not unique: 3:mid=1001, -4:mid=1001/));
    expect(run("drop", { host_no: -4, mid: 1001 })).toMatchObject({ host_no: -4 });
    expect(() => run("drop", { host_no: -4, mid: 1001 })).toThrow(usage(/-4:mid=1001 is not held/));
    expect(run("drop", { mid: 1001 })).toMatchObject({ host_no: 3 });
    expect(() => run("release", { cid: 7, host_no: 5 })).toThrow(usage(/5:7 is not held/));
    expect(() => run("drop", { cid: 8 })).toThrow(usage(/8 is not held/));
    expect(() => run("drop", { mid: 8 })).toThrow(usage(/mid=8 is not held/));
    expect(run("drop", { cid: 7, host_no: 2 ** 32 - 4 })).toMatchObject({ host_no: -4 });
  });
});

describe("breakpoints and fault rules", () => {
  it("are added, listed, deleted", () => {
    const { bench, run } = verbBench();
    const point = { id: 1, expression: "type == CMD_REQ", once: true, hits: 0 };
    expect(run("break.add", { expression: "type == CMD_REQ", once: true })).toEqual(point);
    expect(run("break.list")).toEqual({ breakpoints: [point] });
    expect(run("break.delete", { id: 1 })).toEqual(point);
    expect(() => run("break.delete", { id: 1 })).toThrow(usage(/no breakpoint 1/));
    expect(run("fault.add", { rule: "lun == 1 : status BUSY" })).toMatchObject({ id: 1, hits: 0 });
    bench.send(TEST_UNIT_READY, { lun: 1 });
    expect(bench.taken).toEqual(["1 8"]);
    expect(run("engine.status")).toMatchObject({ faults: [{ id: 1, hits: 1, fired: 1 }] });
    expect(run("fault.delete", { id: 1 })).toMatchObject({ fired: 1 });
    expect(() => run("fault.delete", { id: 1 })).toThrow(usage(/no fault rule 1/));
  });
});

describe("hostile parameters", () => {
  const wrong: [string, unknown, RegExp][] = [
    ["hold", { on: "yes" }, /neither true nor false/],
    ["hold", { on: true, tmf: 1 }, /neither true nor false/],
    ["hold", [], /no object/],
    ["hold", null, /no object/],
    ["hold", "on", /no object/],
    ["hold", { ON: true }, /no parameter "ON"/],
    ["hold", JSON.parse('{"__proto__": true}'), /no parameter "__proto__"/],
    ["step", { count: 0 }, /count is not a whole number from 1 to 100000/],
    ["step", { count: 1.5 }, /count/],
    ["step", { count: "1" }, /count/],
    ["step", { count: null }, /count/],
    ["held", { limit: null }, /limit/],
    ["step", { count: 1e300 }, /count/],
    ["release", {}, /cid is not a whole number/],
    ["release", { cid: -1 }, /cid/],
    ["release", { cid: 2 ** 32 }, /cid/],
    ["release", { cid: 1, host_no: 2 ** 32 + 3 }, /host_no/],
    ["release", { cid: 1, host_no: -(2 ** 31) - 1 }, /host_no/],
    ["release", { cid: 1, host_no: "0xfffffffffffffffff" }, /host_no/],
    ["release", { mid: -1 }, /mid/],
    ["release", { mid: "99999999999999999999" }, /mid/],
    ["release", { cid: 1, set: 5 }, /set is no object/],
    ["release", { cid: 1, set: [] }, /set is no object/],
    ["release", { cid: 1, set: { colour: 1 } }, /"colour" is none of/],
    ["release", { cid: 1, set: { len: 2 ** 60 } }, /len is not a number/],
    ["release", { cid: 1, set: { len: "1 " } }, /len is not a number/],
    ["release", { cid: 1, set: { type: 1 } }, /"type" is none of/],
    ["release", { cid: 1, sense: "3" }, /not K\/ASC\/ASCQ/],
    ["release", { cid: 1, sense: "13/11/00" }, /not K\/ASC\/ASCQ/],
    ["release", { cid: 1, sense: 3 }, /sense is not a text/],
    ["break.add", {}, /expression is not a text/],
    ["break.add", { expression: "" }, /expression is not a text/],
    ["break.add", { expression: "x".repeat(9000) }, /expression is not a text/],
    ["break.add", { expression: "((((cid == 1" }, /./],
    ["break.delete", { id: 0 }, /id/],
    ["fault.add", { rule: "cid == 1" }, /./],
    ["lun.add", { spec: "ram:1M", directory: 5 }, /directory is not a text/],
    ["lun.remove", { lun: -1 }, /lun/],
    ["lun.resize", { lun: 0, size: 0 }, /size/],
    ["lun.resize", { lun: 0, size: 2 ** 60 }, /size/],
    ["explode", {}, /no such method/],
    ["toString", {}, /no such method/],
    ["constructor", {}, /no such method/],
  ];

  it.each(wrong)("%s %j", (method, params, message) => {
    const { bench, run } = verbBench();
    bench.control.begin(false);
    bench.send(TEST_UNIT_READY);
    const before = stateOf(run);
    expect(() => run(method, params)).toThrow(usage(message));
    expect([stateOf(run), bench.taken]).toEqual([before, []]);
  });

  it("refuses more breakpoints and fault rules than are good for the target", () => {
    const { run } = verbBench();
    for (let i = 0; i < 100; i++) {
      run("break.add", { expression: "cid == 1" });
      run("fault.add", { rule: "cid == 1 : drop" });
    }
    expect(() => run("break.add", { expression: "cid == 1" })).toThrow(/100 breakpoints already/);
    expect(() => run("fault.add", { rule: "cid == 1 : drop" })).toThrow(/100 rules already/);
    run("break.delete", { id: 7 });
    run("fault.delete", { id: 7 });
    expect(run("break.add", { expression: "cid == 1" })).toMatchObject({ id: 101 });
    expect(run("fault.add", { rule: "cid == 1 : drop" })).toMatchObject({ id: 101 });
  });

  it("refuses sense for task management, and what it has not", () => {
    const { bench, run } = verbBench();
    bench.control.begin(true);
    bench.manage(ABORT_TASK, 1);
    expect(() => run("release", { mid: 1001, sense: "3/11/0" })).toThrow(usage(/no sense/));
    expect(() => run("release", { mid: 1001, set: { len: 1 } })).toThrow(usage(/none of result/));
    expect(bench.held).toEqual(["mid 1001"]);
    expect(() => verbBench().run("step")).toThrow(usage(/nothing is held/));
  });

  it("of any shape end in an answer or a usage error, and the command is still there", () => {
    const names = fc.constantFrom(
      "on",
      "tmf",
      "count",
      "host_no",
      "cid",
      "mid",
      "set",
      "sense",
      "id",
    );
    const others = fc.constantFrom(
      "expression",
      "once",
      "rule",
      "spec",
      "directory",
      "lun",
      "size",
    );
    const value = fc.oneof(fc.jsonValue(), fc.constantFrom<unknown>(1, "1", true, { len: 1 }));
    const params = fc.dictionary(fc.oneof(names, others), value, { maxKeys: 4 });
    const methods = ENGINE_METHODS.filter((method) => method !== "lun.add");
    fc.assert(
      fc.property(
        fc.constantFrom(...methods),
        fc.oneof(params, fc.jsonValue()),
        (method, given) => {
          const { bench, run } = verbBench();
          bench.control.begin(false);
          bench.send(TEST_UNIT_READY);
          const before = stateOf(run);
          try {
            run(method, given);
          } catch (error) {
            expect(error).toMatchObject({ kind: "usage" });
            expect(stateOf(run)).toEqual(before);
          }
          expect(bench.target.errors).toEqual([]);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe("Params", () => {
  it("reads every number it can keep exactly, and nothing else", () => {
    const read = (value: unknown): bigint =>
      new Params("m", { n: value }, ["n"]).integer("n", -(2n ** 63n), 2n ** 64n - 1n);
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }), (number) => {
        expect(read(String(number))).toBe(number);
        if (number >= 0n) expect(read(`0x${number.toString(16)}`)).toBe(number);
        if (Number.isSafeInteger(Number(number))) expect(read(Number(number))).toBe(number);
      }),
    );
    for (const value of ["", " 1", "1e3", "0b1", "--1", "0x", 1.5, Number.NaN, 2 ** 60, {}, null]) {
      expect(() => read(value)).toThrow(usage(/n is not a whole number/));
    }
  });
});
