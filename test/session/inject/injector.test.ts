// SPDX-License-Identifier: MIT
// The injector in an engine whose kernel judges as the real one does: the verdict, the ring in step
// afterwards, and every command answered right.
import { describe, expect, it } from "vitest";
import type { CmdRsp, TgtEvent } from "../../../src/abi/event.js";
import { verdictName } from "../../../src/device/telemetry.js";
import { TgtctlError } from "../../../src/errors.js";
import { MALFORMATIONS } from "../../../src/features/inject/inject-catalogue.js";
import { Engine } from "../../../src/session/engine/engine.js";
import { EngineCounters } from "../../../src/session/engine/engine-counters.js";
import type { InjectOutcome, InjectPlan } from "../../../src/session/inject/inject-plan.js";
import { requestWith } from "../../features/inject/inject-arguments.js";
import { FakeKernel } from "../engine/fake-kernel.js";
import { request, ScriptedResponder } from "../engine/scripted-responder.js";

const HOST = 3;
const DATA = 0x7f12_3456_7000;
const READ_ONLY = 0x7000_0000n;
const LENGTH = 4096;

/** What the kernel knows of a command. */
interface Known {
  readonly write: boolean;
  answer: CmdRsp | null;
}

/** The rules of kernel/tgt_verdict.h, as far as they are needed here. */
class JudgingKernel extends FakeKernel {
  readonly known = new Map<number, Known>();

  constructor(withTelemetry = true) {
    super(withTelemetry);
    this.verdict = (event, status) => this.#judge(event, status);
    this.react = (event, verdict) => this.#react(event, verdict);
  }

  ask(cid: number, write: boolean): void {
    this.known.set(cid, { write, answer: null });
    expect(this.publish(request(cid, write ? 0x2a : 0x28))).toBe(true);
  }

  #judge(event: TgtEvent, status: number): number {
    if (status !== 1) return -22;
    if (event.type !== "CMD_RSP" && event.type !== "TSK_MGMT_RSP") return -22;
    if (event.host_no !== HOST) return -19;
    if (event.type === "TSK_MGMT_RSP") return -2;
    const known = this.known.get(event.cid);
    if (!known) return -2;
    if (known.answer) return -114;
    if (event.result !== 0 && event.result !== 2) return -22;
    if (event.len > 16 << 20) return -90;
    const dataOnly = (event.rw & 0x80) !== 0;
    if (event.len > 0 && (event.rw & 1) !== (known.write ? 1 : 0)) return -71;
    if (dataOnly && event.len === 0) return -71;
    const good = event.uaddr === BigInt(DATA) || (event.uaddr === READ_ONLY && !known.write);
    if (event.len > 0 && !good) return -14;
    return event.len > LENGTH ? 1 : 0;
  }

  #react(event: TgtEvent, verdict: number): void {
    if (event.type !== "CMD_RSP" || verdict < 0) return;
    const known = this.known.get((event as CmdRsp).cid);
    if (known && ((event as CmdRsp).rw & 0x80) === 0) known.answer = event as CmdRsp;
    this.publish({ type: "CMD_DONE", host_no: HOST, cid: (event as CmdRsp).cid, result: 0 });
  }

  /** Every slot of ukring has been consumed. */
  get inStep(): boolean {
    const words = new Int32Array(this.rings, 65536, 512 * 24);
    return Array.from({ length: 512 }, (_, slot) => words[slot * 24]).every((word) => word === 0);
  }
}

function bench(withTelemetry = true) {
  const kernel = new JudgingKernel(withTelemetry);
  const responder = new ScriptedResponder();
  responder.onCommand = (command, answer) => {
    answer.len = command.dataLen;
    answer.uaddr = DATA;
    answer.rw = command.cdb[0] === 0x2a ? 1 : 0;
    return true;
  };
  responder.aborted = { hostNo: HOST, cid: 4711 };
  const counters = new EngineCounters();
  const engine = new Engine({ device: kernel, responder, counters, journal: null, wakeFd: -1 });
  const results: (InjectOutcome | TgtctlError)[] = [];
  const inject = (plan: InjectPlan, now = performance.now()): void =>
    engine.injector.inject(plan, { now, done: (result) => results.push(result) });
  let next = 1;
  /** A READ and a WRITE come and are answered. */
  const traffic = (): void => {
    kernel.ask(next++, false);
    kernel.ask(next++, true);
    engine.drain();
    engine.drain();
  };
  return { kernel, responder, engine, results, inject, traffic };
}

const planOf = (name: string, part: object = {}): InjectPlan =>
  requestWith({ malform: name === "" ? [] : name.split(","), waitMs: 100, ...part }).next(HOST);

const outcomeOf = (result: InjectOutcome | TgtctlError | undefined): InjectOutcome => {
  if (result === undefined || result instanceof TgtctlError) throw result ?? new Error("no result");
  return result;
};

/** Names of what went out and was accepted for a command. */
const accepted = (kernel: JudgingKernel): (CmdRsp | null)[] =>
  [...kernel.known.values()].map(({ answer }) => answer);

describe.each(MALFORMATIONS.map((row) => [row.name, row] as const))("%s", (name, row) => {
  it("gets its verdict, and nothing else goes wrong", () => {
    const { kernel, results, inject, traffic } = bench();
    for (let i = 0; i < 3; i++) traffic();
    for (let round = 0; round < 5; round++) {
      inject(planOf(name, { seed: round }));
      traffic();
      const outcome = outcomeOf(results.at(-1));
      if (row.expected) {
        expect(row.expected).toContain(verdictName(outcome.verdict ?? Number.NaN));
        expect(outcome.consumed).toBe(true);
      } else expect(outcome.consumed).not.toBe(true);
      expect(kernel.inStep).toBe(true);
    }
    expect(results).toHaveLength(5);
    const right = accepted(kernel).filter((each) => each?.len === LENGTH);
    const spoilt = name === "len-overlong" || name === "len-zero" ? 5 : 0;
    expect(right).toHaveLength(kernel.known.size - spoilt);
    expect(accepted(kernel)).not.toContain(null);
  });
});

describe("a ring that was left out of step", () => {
  it("has its gap closed by the target's next answers, which jump over what lies ahead", () => {
    const { kernel, results, inject, traffic } = bench();
    inject(planOf("skipped-slot", { leave: true }));
    expect(outcomeOf(results[0])).toMatchObject({ consumed: false, slot: 1, repaired: 0 });
    expect(kernel.inStep).toBe(false);
    for (let i = 0; i < 600; i++) traffic();
    expect(kernel.inStep).toBe(true);
    expect(accepted(kernel)).not.toContain(null);
  });

  it("is filled up to a slot that was chosen", () => {
    const { kernel, results, inject, traffic } = bench();
    traffic();
    inject(planOf("", { type: "TSK_MGMT_RSP", slot: 500 }));
    expect(outcomeOf(results[0])).toMatchObject({ slot: 500, consumed: false, repaired: 498 });
    inject(planOf("", { type: "TSK_MGMT_RSP", slot: 500 }));
    expect(outcomeOf(results[1])).toMatchObject({ slot: 500, repaired: 511 });
    traffic();
    expect(kernel.inStep).toBe(true);
  });

  it("without a doorbell waits for the target's own", () => {
    const { kernel, results, inject, traffic } = bench();
    inject(planOf("", { type: "TSK_MGMT_RSP", kick: false }));
    expect(outcomeOf(results[0])).toMatchObject({ consumed: null, verdict: null, slot: 0 });
    expect(kernel.doorbells).toBe(0);
    traffic();
    expect(kernel.answers[0]).toMatchObject({ type: "TSK_MGMT_RSP" });
    expect(kernel.inStep).toBe(true);
  });

  it("with status 0 is not published at all", () => {
    const { kernel, results, inject, traffic } = bench();
    inject(planOf("", { type: "TSK_MGMT_RSP", status: 0 }));
    expect(outcomeOf(results[0])).toMatchObject({ consumed: null, slot: 0 });
    traffic();
    expect(kernel.answers.map(({ type }) => type)).toEqual(["CMD_RSP", "CMD_RSP"]);
  });
});

describe("a victim", () => {
  it("is waited for, and given up in time", () => {
    const { engine, results, inject, traffic } = bench();
    inject(planOf("wrong-direction"), 0);
    expect(results).toHaveLength(0);
    expect(engine.injector.dueIn(60)).toBe(40);
    engine.injector.expire(99);
    expect(results).toHaveLength(0);
    engine.injector.expire(100);
    expect(results[0]).toMatchObject({ kind: "busy" });
    expect(engine.injector.waiting).toBe(false);
    traffic();
    expect(results).toHaveLength(1);
  });

  it("is of the kind that is wanted: no sense, no short data, no other direction", () => {
    const { kernel, engine, results, inject } = bench();
    inject(planOf("read-only-uaddr"));
    kernel.ask(1, false);
    engine.drain();
    expect(results).toHaveLength(0);
    kernel.ask(2, true);
    engine.drain();
    expect(outcomeOf(results[0])).toMatchObject({ victim: { cid: 2 }, verdict: -14 });
  });

  it("that its asker has left is left alone", () => {
    const { engine, kernel, results, traffic } = bench();
    engine.injector.inject(planOf("len-huge"), {
      now: 0,
      done: (result) => results.push(result),
      abandoned: () => true,
    });
    traffic();
    expect(results).toHaveLength(0);
    expect(kernel.answers).toHaveLength(2);
  });

  it("is waited for by 64 at most, of whom those that are left take nobody's place", () => {
    const { engine, inject } = bench();
    const leave = { now: 0, done: () => {}, abandoned: () => true };
    for (let i = 0; i < 100; i++) engine.injector.inject(planOf("len-huge"), leave);
    for (let i = 0; i < 64; i++) inject(planOf("len-huge"));
    expect(() => inject(planOf("len-huge"))).toThrow(/too many injections/);
  });

  it("that is held stays held if the kernel refuses", () => {
    const { engine, kernel, results, inject, traffic } = bench();
    engine.control.begin(false);
    traffic();
    expect(kernel.answers).toHaveLength(0);
    inject(planOf("wrong-direction"));
    expect(outcomeOf(results[0])).toMatchObject({ verdict: -71, victim: { cid: 1 } });
    expect(engine.control.state.held).toBe(2);
    inject(planOf("len-overlong"));
    expect(outcomeOf(results[1])).toMatchObject({ verdict: 1, victim: { cid: 1 } });
    expect(engine.control.state.held).toBe(1);
    engine.control.goOn();
    expect(accepted(kernel)).not.toContain(null);
  });

  it("gets its right answer too where no verdict is told", () => {
    const { kernel, results, inject, traffic } = bench(false);
    inject(planOf("wrong-direction"));
    traffic();
    expect(outcomeOf(results[0])).toMatchObject({ consumed: true, verdict: null });
    expect(accepted(kernel).map((each) => each?.len)).toEqual([LENGTH, LENGTH]);
  });
});

describe("an answer of somebody else's to a live command", () => {
  it("with data alone moves them and does not end it", () => {
    const { kernel, engine, responder, results, inject } = bench();
    const answer = responder.onCommand;
    responder.onCommand = () => false;
    kernel.ask(9, false);
    engine.drain();
    const set = ["cid=9", "rw=0x80", `len=${LENGTH}`, `uaddr=${DATA}`];
    inject(planOf("", { type: "CMD_RSP", set }));
    expect(outcomeOf(results[0]).verdict).toBe(0);
    engine.drain();
    expect(responder.finished).toEqual([]);
    responder.onCommand = answer;
    const late = { status: 0, len: LENGTH, uaddr: DATA, rw: 0 as const };
    responder.late = [
      { hostNo: HOST, cid: 9, answer: { ...late, dataOnly: false, duplicate: false } },
    ];
    engine.settle();
    engine.drain();
    expect(responder.finished).toEqual([9]);
  });

  it("ends it, and the responder hears that its own is refused", () => {
    const { kernel, engine, responder, results, inject } = bench();
    responder.onCommand = () => false;
    kernel.ask(9, false);
    engine.drain();
    inject(planOf("", { type: "CMD_RSP", set: ["cid=9"] }));
    expect(outcomeOf(results[0]).verdict).toBe(0);
    engine.drain();
    expect(responder.finished).toEqual([9]);
  });
});

it("a second thread that cannot be had costs the injection alone", () => {
  const { kernel, results, inject, traffic } = bench();
  kernel.kickRacing = () => {
    throw Object.assign(new Error("EAGAIN"), { code: "EAGAIN", errno: -11, syscall: "write" });
  };
  inject(planOf("type-flip"));
  expect(results[0]).toMatchObject({ kind: "io", message: expect.stringMatching(/EAGAIN/) });
  kernel.readOnlyAddress = () => {
    throw Object.assign(new Error("ENOMEM"), { code: "ENOMEM", errno: -12, syscall: "mmap" });
  };
  inject(planOf("read-only-uaddr"));
  traffic();
  expect(results[1]).toMatchObject({ kind: "io" });
  expect(kernel.inStep).toBe(true);
  expect(accepted(kernel)).not.toContain(null);
});

it("a kernel that consumes nothing is told of, and nothing is overwritten", () => {
  const { kernel, results, inject } = bench();
  kernel.deaf = true;
  for (let i = 0; i < 512; i++) inject(planOf("", { type: "TSK_MGMT_RSP", kick: false }));
  inject(planOf("", { type: "TSK_MGMT_RSP" }));
  expect(results.at(-1)).toMatchObject({ kind: "busy" });
  inject(planOf("filled-ring"));
  expect(results.at(-1)).toMatchObject({ kind: "busy" });
  kernel.deaf = false;
  kernel.kick();
  expect(kernel.inStep).toBe(true);
  expect(kernel.answers).toHaveLength(512);
});
