// SPDX-License-Identifier: MIT
// Commands, jobs, refusals, task management and lost commands in any order, against a kernel that only
// counts: each command ends once, no answer points into freed memory, and nothing is left in the end.
import { expect, it } from "vitest";
import type { FaultAction } from "../../src/target/faults.js";
import type { Answer } from "../../src/target/responder.js";
import { Bench } from "./bench.js";
import { FakeIo } from "./fake-io.js";

const ENOENT = -2;
const REFUSALS = [-14, -71];
const ABORT_TASK = 0x0d;
const ABORT_TASK_SET = 0x06;
const TARGET_RESET = 0x0c;
/** The second half: CLEAR TASK SET, LOGICAL UNIT RESET. */
const FUNCTIONS = [ABORT_TASK, ABORT_TASK, ABORT_TASK, ABORT_TASK_SET, TARGET_RESET, 0x0e, 0x17];
const ATTRIBUTES = [0x20, 0x20, 0x20, 0x21, 0x22];
const FAULTS: readonly FaultAction[] = [
  { kind: "delay", ms: 9 },
  { kind: "drop" },
  { kind: "short", bytes: 12 },
  { kind: "short", bytes: 0 },
];
const CDBS: readonly [cdb: string, dataLen: number][] = [
  ["00 00 00 00 00 00", 0],
  ["12 00 00 00 ff 00", 255],
  ["1b 00 00 00 01 00", 0],
  ["28 08 00000000 00 0001 00", 512],
  ["2a 00 00000000 00 0001 00", 512],
  ["2a 08 00000000 00 0001 00", 512],
  ["2e 02 00000000 00 0008 00", 4096],
  ["2f 02 00000000 00 0008 00", 4096],
  ["35 00 00000000 00 0000 00", 0],
  ["35 02 00000000 00 0000 00", 0],
  ["42 00 00 00 00 00 00 0018 00", 24],
  ["55 10 00 00 00 00 00 0014 00", 20],
  ["5f 05 01 0000 00000018 00", 24],
  ["89 00 0000000000000000 000000 01 00 00", 1024],
  ["93 08 0000000000000000 00000008 00 00", 512],
];

interface Held {
  readonly hostNo: number;
  readonly cid: number;
  readonly lun: number;
  state: "sent" | "moved" | "answered";
}

class Model {
  readonly bench: Bench;
  readonly held = new Map<number, Held>();
  /** CMD_DONEs on their way. */
  #dones: Held[] = [];
  #ring: { command: Held; answer: Answer }[] = [];
  #random: number;

  constructor(seed: number) {
    this.#random = seed;
    const io = new FakeIo();
    io.make("/disk", 2 ** 20);
    const match = (): FaultAction | null => FAULTS[this.below(40)] ?? null;
    this.bench = new Bench({ io, specs: ["0=file:/disk,queue=8", "1=ram:1M"], faults: { match } });
  }

  below(n: number): number {
    this.#random = (Math.imul(this.#random, 1664525) + 1013904223) >>> 0;
    return Math.floor((this.#random / 2 ** 32) * n);
  }

  one<T>(of: readonly T[]): T | undefined {
    return of[this.below(of.length)];
  }

  send(): void {
    const { bench } = this;
    const [cdb, dataLen] = this.one(CDBS) ?? ["", 0];
    const attribute = this.one(ATTRIBUTES) ?? 0;
    if (attribute === 0x22) this.settle(); // as the engine does
    const lun = [0, 0, 0, 1, 1, 5][this.below(6)] ?? 0;
    const options = { hostNo: this.below(2), lun, attribute, tag: bench.cid + 1, dataLen };
    const command = bench.command(cdb, options);
    const { hostNo, cid } = command;
    this.held.set(cid, { hostNo, cid, lun, state: "sent" });
    const answer = bench.answer();
    if (bench.responder.command(command, answer)) this.#publish(hostNo, cid, answer);
  }

  done(): void {
    const command = this.#dones.shift();
    if (!command) return;
    const { hostNo, cid, state } = command;
    if (state === "moved") {
      const answer = this.bench.answer();
      command.state = "sent";
      if (this.bench.responder.dataMoved(hostNo, cid, answer)) this.#publish(hostNo, cid, answer);
    } else {
      this.held.delete(cid);
      this.bench.responder.done(hostNo, cid);
    }
  }

  jobEnds(): void {
    if (this.bench.io.jobs.length > 0) this.bench.io.finishJob(this.below(5) === 0 ? 28 : 0);
  }

  /** ABORT TASK and the like; what the kernel then ends is what was not answered. */
  manage(fn: number, about: Held): void {
    const { hostNo, cid, lun } = about;
    this.settle();
    const result = this.bench.responder.taskManagement(hostNo, fn, cid, 0, lun);
    this.#publishLate();
    this.#ringBell();
    if (result !== 0 && result !== -17) return;
    for (const command of this.held.values()) {
      const own = command.hostNo === hostNo || (fn !== ABORT_TASK && fn !== ABORT_TASK_SET);
      const here = command.lun === lun || fn === TARGET_RESET;
      const meant = fn === ABORT_TASK ? command === about : own && here;
      if (meant && command.state !== "answered") this.held.delete(command.cid);
    }
  }

  settle(): void {
    this.#publishLate();
    while (this.#ring.length > 0) this.#ringBell();
  }

  #publishLate(): void {
    for (const { hostNo, cid, answer } of this.bench.responder.poll()) {
      this.#publish(hostNo, cid, answer);
    }
  }

  #publish(hostNo: number, cid: number, answer: Answer): void {
    const command = this.held.get(cid) ?? { hostNo, cid, lun: -1, state: "sent" };
    this.#ring.push({ command, answer: { ...answer } });
  }

  #ringBell(): void {
    for (const { command, answer } of this.#ring.splice(0)) {
      const verdict = this.#verdict(command, answer);
      if (verdict === 0) {
        command.state = answer.dataOnly ? "moved" : "answered";
        this.#dones.push(command);
        continue;
      }
      const { hostNo, cid } = command;
      const better = this.bench.answer();
      if (this.bench.responder.rejected(hostNo, cid, verdict, better)) {
        this.#publish(hostNo, cid, better);
      }
    }
  }

  #verdict({ cid, state }: Held, { len, uaddr, status, dataOnly }: Answer): number {
    if (!this.held.has(cid)) return ENOENT;
    expect(state).not.toBe("answered");
    if (state !== "sent") return -114;
    if (len > 0) expect([status, this.bench.io.isMapped(uaddr, len)]).toEqual([status, true]);
    if (dataOnly && len === 0) return -71;
    return len > 0 && this.below(25) === 0 ? (this.one(REFUSALS) ?? 0) : 0;
  }
}

function disturb(model: Model): void {
  const what = model.below(20);
  const some = model.one([...model.held.values()]);
  if (what < 9) model.send();
  else if (what < 15) model.done();
  else if (what < 18) model.jobEnds();
  else if (some) model.manage(model.one(FUNCTIONS) ?? 0, some);
}

/** All that can end ends; what a rule dropped is aborted. */
function windDown(model: Model): void {
  const { bench, held } = model;
  for (let round = 0; held.size > 0 || bench.io.jobs.length > 0; round++) {
    expect(round).toBeLessThan(2000);
    for (let i = 0; i < 10; i++) model.done();
    model.jobEnds();
    bench.nowMs += 9;
    model.settle();
    const [oldest] = held.values();
    if (oldest && round % 20 === 19 && bench.responder.owed === 0) model.manage(ABORT_TASK, oldest);
  }
  for (let i = 0; i < 10; i++) model.done();
  model.settle();
}

it("every command ends once, and nothing is left", () => {
  for (let seed = 1; seed <= 60; seed++) {
    const model = new Model(seed);
    const { responder, errors, io } = model.bench;
    for (let i = 0; i < 600; i++) {
      disturb(model);
      if (i % 4 === 3) model.settle();
      model.bench.nowMs++;
    }
    windDown(model);
    expect([seed, responder.inFlight, responder.owed, responder.dueIn()]).toEqual([seed, 0, 0, -1]);
    for (const { users, tasks } of responder.units()) {
      expect([users, tasks.size, tasks.admits(0x22)]).toEqual([0, 0, true]);
    }
    expect(errors).toEqual([]);
    responder.close();
    expect(io.arenas).toEqual([]);
  }
});
