// SPDX-License-Identifier: MIT
// The meter against a model that keeps every time of every event: counts, distributions, stages.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  CMD_REQ,
  SLOT_WORDS,
  TSK_MGMT_REQ,
  TYPE,
  TYPE_CMD_DONE,
  TYPE_CMD_REQ,
  TYPE_TSK_MGMT_REQ,
} from "../../../src/ring/live-layout.js";
import { COMMAND, FUNCTION } from "../../../src/session/latency/flight-table.js";
import { LatencyBook, type RawReport } from "../../../src/session/latency/latency-book.js";
import { LatencyMeter } from "../../../src/session/latency/latency-meter.js";
import { STAGES, type Stage } from "../../../src/session/latency/report.js";
import { NO_CPU } from "../../../src/session/latency/wake-up.js";

interface Event {
  readonly index: number;
  readonly type: number;
  readonly cid: number;
  readonly t0: number;
  /** Its stamp was lost. */
  readonly bare: boolean;
  /** Number of the wake-up before it was consumed, and when that wait began and returned. */
  wake?: number;
  slept?: number;
  t1?: number;
  t2?: number;
  t3?: number;
  t4?: number;
  t5?: number;
}

type Step =
  | { readonly do: "pass"; readonly ns: number }
  | { readonly do: "publish"; readonly type: number; readonly bare: boolean }
  | { readonly do: "wait"; readonly ns: number; readonly publishes: number }
  | { readonly do: "consume"; readonly skips: boolean }
  | { readonly do: "answer" }
  | { readonly do: "ring"; readonly takes: number; readonly stampAt: number };

const FIRST = 0xffff_fff0; // free-running indices wrap

/** Kernel and engine, one step at a time; what happened is kept whole. */
class Model {
  t = 1_000_000;
  readonly events: Event[] = [];
  readonly #stamps = [new Map<number, number>(), new Map<number, number>()];
  readonly book = new LatencyBook({ mode: "poll", measure: "stages", worst: 8, beganNs: 0 });
  readonly meter = new LatencyMeter({
    telemetry: { stampTime: (ring, index) => this.#stamps[ring]?.get(index) ?? null },
    answers: true,
    breakNs: null,
    onBreak: () => {},
    now: () => this.t,
  });
  skipped = 0;
  #wake = 0;
  #t1 = 0;
  #slept = 0;
  #next = 0;
  #answered: Event[] = [];
  #ukring = FIRST;
  #unjudged: [number, Event][] = [];

  get produced(): number {
    return (FIRST + this.events.length) >>> 0;
  }

  run(step: Step): void {
    if (step.do === "pass") this.t += step.ns;
    else if (step.do === "publish") this.#publish(step.type, step.bare);
    else if (step.do === "wait") this.#wait(step.ns, step.publishes);
    else if (step.do === "consume") this.#consume(step.skips);
    else if (step.do === "answer") this.#answer();
    else this.#ring(step.takes, step.stampAt);
  }

  /** The kernel publishes meanwhile. */
  #wait(ns: number, publishes: number): void {
    this.#wake++;
    this.#slept = this.t;
    for (let i = 0; i < publishes; i++) {
      this.t += ns;
      this.#publish(TYPE_CMD_REQ, false);
    }
    this.t += ns;
    this.#t1 = this.t;
    this.meter.woke(this.t, NO_CPU, this.#slept);
  }

  #publish(type: number, bare: boolean): void {
    const index = this.produced;
    if (!bare) this.#stamps[0]?.set(index, this.t);
    this.events.push({ index, type, cid: this.events.length, t0: this.t, bare });
  }

  #consume(skips: boolean): void {
    if (skips && this.#next < this.events.length) {
      this.#next++;
      this.skipped++;
    }
    const event = this.events[this.#next];
    if (!event) return;
    this.#next++;
    const words = new Int32Array(SLOT_WORDS);
    words[TYPE] = event.type;
    words[CMD_REQ.host_no] = 3;
    if (event.type === TYPE_TSK_MGMT_REQ) words[TSK_MGMT_REQ.mid] = event.cid;
    else words[CMD_REQ.cid] = event.cid;
    this.meter.consumed(event.index, words, 0);
    event.wake = this.#wake;
    event.t1 = this.#t1;
    event.slept = this.#slept;
    event.t2 = this.t;
    if (event.type !== TYPE_CMD_DONE) this.#answered.push(event);
  }

  #answer(): void {
    const event = this.#answered.shift();
    if (!event) return;
    const kind = event.type === TYPE_TSK_MGMT_REQ ? FUNCTION : COMMAND;
    event.t3 = this.t;
    this.meter.published(this.#ukring, kind, 3, event.cid, 0);
    this.#unjudged.push([this.#ukring, event]);
    this.#ukring = (this.#ukring + 1) >>> 0;
  }

  /** A doorbell that takes 100 ns; the kernel may be seen to have judged before or after it. */
  #ring(takes: number, stampAt: number): void {
    this.meter.rings(0, 0);
    const began = this.t;
    this.t += 100;
    this.meter.rang();
    for (const [index, event] of this.#unjudged.splice(0, takes)) {
      this.#stamps[1]?.set(index, began + stampAt);
      event.t4 = this.t;
      event.t5 = began + stampAt;
      this.meter.judged(index);
    }
  }
}

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant("pass" as const), ns: fc.integer({ min: 1, max: 100_000 }) }),
  fc.record({
    do: fc.constant("publish" as const),
    type: fc.constantFrom(TYPE_CMD_REQ, TYPE_CMD_REQ, TYPE_CMD_DONE, TYPE_TSK_MGMT_REQ),
    bare: fc.nat(20).map((n) => n === 0),
  }),
  fc.record({ do: fc.constant("wait" as const), ns: fc.nat(50_000), publishes: fc.nat(3) }),
  fc.record({ do: fc.constant("consume" as const), skips: fc.nat(4).map((n) => n === 0) }),
  fc.constant({ do: "answer" as const }),
  fc.record({
    do: fc.constant("ring" as const),
    takes: fc.nat(5),
    stampAt: fc.integer({ min: -50, max: 150 }),
  }),
);

const clamp = (value: number, low: number, high: number): number =>
  Math.min(high, Math.max(low, value));

const isSleptFor = ({ t0, t1 = 0, slept = 0 }: Event): boolean => slept <= t0 && t0 <= t1;

/** What its stages must be. */
function stagesOf(event: Event): Record<Stage, number> {
  const { t0, t1 = 0, t2 = 0, t3 = 0, t4 = 0, t5 = 0 } = event;
  const met = isSleptFor(event) ? t1 : t0;
  const judged = clamp(t5, t3, t4);
  return {
    wakeup: met - t0,
    consume: t2 - met,
    answer: t3 - t2,
    kernel: judged - t3,
    return: t4 - judged,
  };
}

function check(model: Model, from: number, report: RawReport): void {
  const mine = model.events.filter((_, i) => i >= from);
  const met = mine.filter(({ t2, bare }) => t2 !== undefined && !bare);
  const woken = met.filter(isSleptFor);
  const wakeups = new Set(woken.map(({ wake }) => wake)).size;
  expect(report).toMatchObject({
    ...{ samples: met.length, published: mine.length, missed: mine.length - met.length },
    ...{ wakeups, coalesced: woken.length - wakeups, awake: met.length - woken.length },
  });
  const waits = woken.map(({ t0, t1 = 0 }) => t1 - t0);
  expect(report.wakeup.count).toBe(waits.length);
  expect(report.wakeup.sum).toBe(waits.reduce((a, b) => a + b, 0));
  const longest = waits.filter((ns) => ns > 0).sort((a, b) => b - a);
  expect(report.worst.map(({ wakeup_ns }) => wakeup_ns)).toEqual(longest.slice(0, 8));
  const answered = met.filter(({ t4 }) => t4 !== undefined);
  for (const stage of STAGES) {
    const all = answered.map((event) => stagesOf(event)[stage]);
    expect(Math.min(0, ...all)).toBe(0);
    expect(report.stages?.[stage].count).toBe(all.length);
    expect(report.stages?.[stage].sum).toBe(all.reduce((a, b) => a + b, 0));
  }
  const whole = answered.map(({ t0, t3 = 0, t4 = 0 }) => Math.max(t3, t4) - t0);
  expect(report.whole?.sum).toBe(whole.reduce((a, b) => a + b, 0));
  expect(report.unfollowed).toBe(0);
}

describe("the meter", () => {
  it("agrees with a model that keeps everything", () => {
    const steps = fc.array(step, { maxLength: 300 });
    fc.assert(
      fc.property(steps, steps, (before, during) => {
        const model = new Model();
        for (const each of before) model.run(each);
        const from = model.events.length;
        model.meter.begin(model.book, model.produced);
        for (const each of during) model.run(each);
        model.meter.end(model.produced);
        check(model, from, model.book.read(model.t, 0));
      }),
      { numRuns: 300 },
    );
  });

  it("has worst samples whose stages add up to the whole, with all that the wake-up found", () => {
    const model = new Model();
    model.meter.begin(model.book, model.produced);
    model.run({ do: "wait", ns: 1000, publishes: 3 });
    for (let i = 0; i < 3; i++) model.run({ do: "consume", skips: false });
    model.run({ do: "pass", ns: 50 });
    model.run({ do: "answer" });
    model.run({ do: "ring", takes: 1, stampAt: 40 });
    model.meter.settle();
    expect(model.book.read(model.t, 0).worst).toMatchObject([
      {
        ...{ wakeup_ns: 3000, index: FIRST, slot: 496, meeting: "woken", events: 3, cpu: null },
        stages: { wakeup: 3000, consume: 0, answer: 50, kernel: 40, return: 60 },
        whole_ns: 3150,
      },
      { wakeup_ns: 2000, meeting: "coalesced", events: 3, stages: null },
      { wakeup_ns: 1000, meeting: "coalesced", events: 3, stages: null, whole_ns: null },
    ]);
  });

  it("misses what has a stamp of a time to come: another clock's", () => {
    const model = new Model();
    model.meter.begin(model.book, model.produced);
    model.run({ do: "publish", type: TYPE_CMD_REQ, bare: false });
    model.run({ do: "wait", ns: 1, publishes: 0 });
    model.t -= 2;
    model.run({ do: "consume", skips: false });
    expect(model.book.read(model.t, 1)).toMatchObject({ samples: 0, missed: 1, published: 1 });
  });

  it("breaks once, at the first sample above the limit", () => {
    let at = 0;
    const broke: number[] = [];
    const meter = new LatencyMeter({
      telemetry: { stampTime: (_, index) => index * 100 },
      ...{ answers: false, breakNs: 500, now: () => at },
      onBreak: ({ wakeup_ns }) => broke.push(wakeup_ns),
    });
    meter.begin(new LatencyBook({ mode: "uv", measure: "wakeup", worst: 0, beganNs: 0 }), 0);
    for (const [index, late] of [500, 501, 900].entries()) {
      at = index * 100 + late;
      meter.woke(at, 1, 0);
      meter.consumed(index, new Int32Array(SLOT_WORDS), 0);
    }
    expect(broke).toEqual([501]);
  });
});
