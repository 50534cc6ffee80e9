// SPDX-License-Identifier: MIT
// The engine against a kernel in plain memory: order, verdicts, late answers, data only, full rings.
import { describe, expect, it } from "vitest";
import type { CmdRsp, TgtEvent } from "../../../src/abi/event.js";
import { Engine } from "../../../src/session/engine/engine.js";
import { EngineCounters } from "../../../src/session/engine/engine-counters.js";
import { createJournal, JournalReader, JournalWriter } from "../../../src/session/journal.js";
import { emptyAnswer } from "../../../src/target/responder.js";
import { FakeKernel } from "./fake-kernel.js";
import { lun, request, ScriptedResponder } from "./scripted-responder.js";

function bench(withTelemetry = true) {
  const kernel = new FakeKernel(withTelemetry);
  const responder = new ScriptedResponder();
  const counters = new EngineCounters();
  const shape = createJournal(96, 1024);
  const journal = new JournalReader(shape, 96);
  const engine = new Engine({
    device: kernel,
    responder,
    counters,
    journal: new JournalWriter(shape),
    wakeFd: -1,
  });
  return { kernel, responder, counters, engine, journal };
}

const responses = (events: readonly TgtEvent[]): CmdRsp[] =>
  events.filter((event): event is CmdRsp => event.type === "CMD_RSP");

describe("engine", () => {
  it("hands over every field of a request and answers it", () => {
    const { kernel, responder, engine } = bench();
    kernel.publish(request(7));
    engine.drain();
    expect(responder.seen[0]).toMatchObject({
      hostNo: 3,
      cid: 7,
      dataLen: 4096,
      lun: 1,
      attribute: 0x20,
      tagLow: 0x76543210,
      tagHigh: 0xfedcba98,
    });
    expect(responder.seen[0]?.cdb[0]).toBe(0x28);
    expect(kernel.answers).toEqual([
      { type: "CMD_RSP", host_no: 3, cid: 7, len: 4096, result: 0, uaddr: 0x7f1234567000n, rw: 0 },
    ]);
  });

  it("keeps order through ten laps and rings fewer doorbells than it answers", () => {
    const { kernel, engine, responder } = bench();
    kernel.react = (event) => {
      if (event.type === "CMD_RSP") {
        kernel.publish({ type: "CMD_DONE", host_no: 3, cid: event.cid, result: 0 });
      }
    };
    const total = 5120;
    for (let cid = 1; cid <= total; ) {
      for (let burst = 0; burst < 100 && cid <= total; burst++) kernel.publish(request(cid++));
      engine.drain();
    }
    expect(responses(kernel.answers).map((event) => event.cid)).toEqual(
      Array.from({ length: total }, (_, i) => i + 1),
    );
    expect(responder.finished).toHaveLength(total);
    expect(kernel.doorbells).toBeLessThan(total / 4);
  });

  it("comes back from an initiator that never lets the ring run dry", () => {
    const { kernel, engine } = bench();
    let cid = 1;
    kernel.react = (event) => {
      if (event.type === "CMD_RSP" && cid < 100_000) kernel.publish(request(++cid));
    };
    kernel.publish(request(cid));
    engine.drain();
    expect(cid).toBeLessThan(1000);
    engine.drain();
    expect(cid).toBeGreaterThan(1000);
  });

  it("offers a refused answer again, once the responder has a better one", () => {
    const { kernel, responder, engine, counters } = bench();
    kernel.verdict = (event) => (event.type === "CMD_RSP" && event.result === 0 ? -14 : 0);
    responder.onRefused = (answer) => {
      answer.status = 2;
      answer.len = 18;
      return true;
    };
    kernel.publish(request(1));
    engine.drain();
    expect(responses(kernel.answers).map((event) => event.result)).toEqual([0, 2]);
    expect(responder.refusals).toEqual([[1, -14]]);
    expect(counters.read().rejections).toBe(1);
  });

  it("has the data of all earlier answers moved before an ORDERED command begins", () => {
    const { kernel, responder, engine } = bench();
    const answer = responder.onCommand;
    const moved: number[] = [];
    responder.onCommand = (command, into) => {
      moved.push(kernel.answers.length);
      if (command.cid !== 1) return answer(command, into);
      responder.late.push({ hostNo: 3, cid: 1, answer: { ...into } });
      return false;
    };
    kernel.publish(request(1));
    kernel.publish(request(2));
    kernel.publish(request(3, 0x35, 0x22));
    engine.drain();
    expect(moved).toEqual([0, 0, 2]);
    expect(responses(kernel.answers).map(({ cid }) => cid)).toEqual([2, 1, 3]);
  });

  it("moves data first and answers when CMD_DONE says it is there", () => {
    const { kernel, responder, engine } = bench();
    responder.onCommand = (_command, answer) => {
      answer.dataOnly = true;
      answer.rw = 1;
      answer.len = 4096;
      return true;
    };
    kernel.react = (event) => {
      if (event.type === "CMD_RSP") {
        kernel.publish({ type: "CMD_DONE", host_no: 3, cid: event.cid, result: 0 });
      }
    };
    kernel.publish(request(9, 0x2a));
    engine.drain();
    expect(responses(kernel.answers).map((event) => event.rw)).toEqual([0x81, 0]);
    expect(responder.finished).toEqual([9]);
  });

  it("knows what is owed and delivers late answers", () => {
    const { kernel, responder, engine } = bench();
    responder.onCommand = () => {
      responder.owed++;
      return false;
    };
    kernel.publish(request(4));
    engine.drain();
    expect(engine.owed).toBe(1);
    responder.late = [
      {
        hostNo: 3,
        cid: 4,
        answer: { status: 0, len: 0, uaddr: 0, rw: 0, dataOnly: false, duplicate: false },
      },
    ];
    engine.settle();
    expect(engine.owed).toBe(0);
    expect(responses(kernel.answers).map((event) => event.cid)).toEqual([4]);
  });

  it("answers task management with the same mid", () => {
    const { kernel, engine } = bench();
    const mid = 0x0123_4567_89ab_cdefn;
    for (const fn of [0x0d, 0x17]) {
      kernel.publish({ type: "TSK_MGMT_REQ", host_no: 3, function: fn, tag: 5n, lun: lun(0), mid });
    }
    engine.drain();
    expect(kernel.answers).toEqual([
      { type: "TSK_MGMT_RSP", host_no: 3, mid, result: -17 },
      { type: "TSK_MGMT_RSP", host_no: 3, mid, result: 0 },
    ]);
  });

  it("answers all commands before a function, and those that it aborts before the function itself", () => {
    const { kernel, engine, responder } = bench();
    responder.onTask = () => {
      expect(kernel.answers).toHaveLength(1);
      responder.late = [{ hostNo: 4, cid: 8, answer: { ...emptyAnswer(), status: 0x40 } }];
    };
    kernel.publish(request(7));
    const task = { host_no: 3, function: 0x0e, tag: 0n, lun: lun(1), mid: 1n };
    kernel.publish({ type: "TSK_MGMT_REQ", ...task });
    engine.drain();
    expect(kernel.answers).toMatchObject([
      { type: "CMD_RSP", cid: 7 },
      { type: "CMD_RSP", cid: 8, host_no: 4, result: 0x40 },
      { type: "TSK_MGMT_RSP" },
    ]);
  });

  it("does not take a command that the kernel took back for one whose data have moved", () => {
    const { kernel, engine, responder } = bench();
    responder.onCommand = (_command, answer) => {
      answer.dataOnly = true;
      return true;
    };
    kernel.publish(request(9, 0x2a));
    kernel.publish({ type: "CMD_DONE", host_no: 3, cid: 9, result: 0x80000 });
    engine.drain();
    expect(responder.finished).toEqual([9]);
    expect(kernel.answers).toHaveLength(1);
  });

  it("keeps the answers of a refused command and of one that waits for room apart", () => {
    const { kernel, engine, responder } = bench();
    kernel.deaf = true;
    const wait = kernel.wait.bind(kernel);
    kernel.wait = () => {
      kernel.deaf = false;
      return wait();
    };
    kernel.verdict = (event) =>
      event.type === "CMD_RSP" && "len" in event && event.cid === 1 && event.len > 0 ? -14 : 0;
    responder.onRefused = (answer) => {
      answer.status = 2;
      return true;
    };
    for (let cid = 1; cid <= 512; cid++) kernel.publish(request(cid));
    engine.drain();
    kernel.publish(request(513));
    engine.drain();
    const last = responses(kernel.answers).slice(-2);
    expect(last.map(({ cid, result, len }) => [cid, result, len])).toEqual([
      [1, 2, 0],
      [513, 0, 4096],
    ]);
  });

  it("survives a kernel that lets ukring fill up", () => {
    const { kernel, engine } = bench();
    kernel.deaf = true;
    const wait = kernel.wait.bind(kernel);
    kernel.wait = () => {
      kernel.deaf = false;
      return wait();
    };
    for (let lap = 0; lap < 2; lap++) {
      for (let cid = 1; cid <= 512; cid++) kernel.publish(request(lap * 512 + cid));
      engine.drain();
    }
    engine.settle();
    kernel.kick();
    expect(responses(kernel.answers)).toHaveLength(1024);
  });

  it("consumes unknown types and bad status words, counted", () => {
    const { kernel, engine, counters } = bench();
    kernel.publish({ type: 77, raw: new Uint8Array(88).fill(77) });
    kernel.publish(request(1));
    new Int32Array(kernel.rings)[24] = 2; // the second slot's status word
    engine.drain();
    expect(counters.read()).toMatchObject({ unknown_type: 1, bad_status: 1, commands: 1 });
    expect(kernel.answers).toHaveLength(1);
  });

  it("journals every event once, answers with their verdict", () => {
    const { kernel, engine, journal } = bench();
    kernel.verdict = () => 1;
    for (let cid = 1; cid <= 40; cid++) kernel.publish(request(cid));
    engine.drain();
    const seen: string[] = [];
    journal.read((event) => seen.push(`${event.ring} ${event.index} ${event.verdict}`));
    expect(seen.filter((line) => line.startsWith("kuring"))).toEqual(
      Array.from({ length: 40 }, (_, i) => `kuring ${i} null`),
    );
    expect(seen.filter((line) => line.startsWith("ukring"))).toEqual(
      Array.from({ length: 40 }, (_, i) => `ukring ${i} 1`),
    );
    expect(journal.missed).toBe(0);
  });

  it("works without telemetry, where no verdict is ever known", () => {
    const { kernel, engine } = bench(false);
    for (let cid = 1; cid <= 600; cid++) {
      kernel.publish(request(cid));
      engine.drain();
    }
    expect(responses(kernel.answers)).toHaveLength(600);
  });
});
