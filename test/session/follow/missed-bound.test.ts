// SPDX-License-Identifier: MIT
// What was missed at least, without telemetry: proved by what was seen, and never above the truth.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ComparingFollower } from "../../../src/session/follow/comparing-follower.js";
import { MissedBound } from "../../../src/session/follow/missed-bound.js";
import type { ObservedEvent } from "../../../src/session/journal.js";
import { done, RingModel, request, response } from "./ring-model.js";

const bare = (model: RingModel) => ({
  dialect: model.dialect,
  rings: model.rings,
  telemetry: null,
});

/** A target: commands that overlap, answered in any order, some ended by the kernel itself. */
class Target {
  readonly model = new RingModel();
  /** Every event, one string each, no two the same. */
  readonly sent: string[] = [];
  #cid: number;
  readonly #open: number[] = [];
  readonly #tags: number[] = [];

  /** `tags`: cids are given again once they are free, as by kernels that use the queue's tags. */
  constructor(
    readonly tags: number,
    first: number,
  ) {
    this.#cid = first;
  }

  #count = 0;
  #note(kind: string, cid: number): void {
    this.sent.push(`${kind}${cid} ${this.#count++}`);
  }

  request(): void {
    const free = Array.from({ length: this.tags }, (_, i) => i).find(
      (i) => !this.#tags.includes(i),
    );
    const cid = this.tags === 0 ? ++this.#cid : free;
    if (cid === undefined) return;
    if (!this.model.send(request(cid, BigInt(this.#count)))) return;
    this.#tags.push(cid);
    this.#open.push(cid);
    this.#note("Q", cid);
    this.model.receive();
  }

  /** Ends the `n`-th that is open; `how` 0: the kernel ends it, without an answer. */
  end(n: number, how: number): void {
    const [cid] = this.#open.splice(n % Math.max(1, this.#open.length), 1);
    if (cid === undefined) return;
    this.#tags.splice(this.#tags.indexOf(cid), 1);
    if (how !== 0) {
      if (how === 1) this.#answer(cid, 2); // refused, and answered again
      this.#answer(cid, 0);
    }
    this.model.send(done(cid, how === 0 ? 0x50000 : 0));
    this.#note("D", cid);
    this.model.receive();
  }

  #answer(cid: number, result: number): void {
    this.model.answer({ ...response(cid, result), uaddr: BigInt(this.#count) } as never);
    this.model.kick();
    this.#note("R", cid);
  }
}

type Step = "look" | { readonly burst: number; readonly depth: number; readonly how: number };

/** Plays `steps`; returns what was missed by the bound and in truth. */
function play(target: Target, quiet: number, steps: readonly Step[]) {
  const work = (burst: number, depth: number, how: number): void => {
    for (let i = 0; i < depth; i++) target.request();
    for (let i = 0; i < burst; i++) {
      target.end(i * 7, how + i);
      target.request();
    }
  };
  work(quiet, quiet % 40, 3);
  const follower = new ComparingFollower(bare(target.model), {});
  const atStart = target.sent.length;
  let delivered = 0;
  const before: string[] = [];
  const read = (): void =>
    follower.read(() => {
      delivered++;
    });
  read();
  before.push(String(delivered));
  const backlog = delivered;
  for (const step of steps) {
    if (step === "look") read();
    else work(step.burst, step.depth, step.how);
  }
  const bound = follower.missedAtLeast;
  read();
  read();
  const missed = target.sent.length - atStart - (delivered - backlog);
  return { bound, later: follower.missedAtLeast, missed };
}

const steps = fc.array(
  fc.oneof(
    { weight: 2, arbitrary: fc.constant<Step>("look") },
    {
      weight: 3,
      arbitrary: fc.record({
        burst: fc.integer({ min: 1, max: 700 }),
        depth: fc.nat(60),
        how: fc.integer({ min: 2, max: 9 }),
      }),
    },
  ),
  { maxLength: 12 },
);

describe("never above the truth", () => {
  it.each([
    ["cids in order, from the beginning", 0, 0],
    ["cids in order, attached later", 0, 2000],
    ["few cids used again, from the beginning", 64, 0],
    ["few cids used again, attached later", 64, 2000],
  ])("%s", (_, tags, quiet) => {
    let most = 0;
    fc.assert(
      fc.property(steps, (each) => {
        const { bound, later, missed } = play(new Target(tags, 100), quiet, each);
        expect(bound).toBeLessThanOrEqual(missed);
        expect(later).toBeLessThanOrEqual(missed);
        most = Math.max(most, later);
      }),
      { numRuns: 60 },
    );
    if (tags === 0) expect(most, "something is proved at all").toBeGreaterThan(0);
  });

  it("nothing is missed by who looks once a lap", () => {
    const calm: Step[] = Array.from({ length: 40 }, (_, i) =>
      i % 2 === 1 ? "look" : { burst: 100, depth: 8, how: 3 },
    );
    for (const quiet of [0, 2000]) {
      expect(play(new Target(0, 1), quiet, calm)).toEqual({ bound: 0, later: 0, missed: 0 });
    }
  });
});

describe("what proves something", () => {
  const model = new RingModel();
  const slotOf = (event: ReturnType<typeof request>): ObservedEvent => {
    const one = new RingModel();
    const inKuring = event.type !== "CMD_RSP";
    if (inKuring) one.send(event);
    else one.answer(event);
    const slot = new Uint8Array(one.rings.slice(inKuring ? 0 : 65536), 0, 96);
    return { ring: inKuring ? "kuring" : "ukring", index: 0, tNs: 0, slot, verdict: null };
  };
  const proved = (complete: boolean, ...events: ReturnType<typeof request>[]): number => {
    const bound = new MissedBound(model.dialect);
    if (complete) bound.beginsComplete();
    for (const event of events) bound.take(slotOf(event));
    bound.settle();
    bound.settle();
    return bound.value;
  };
  const ordered = Array.from({ length: 256 }, (_, i) => request(i + 1));

  it("a CMD_DONE of a command never requested, where everything was seen from the beginning", () => {
    expect(proved(true, done(7))).toBe(2);
    expect(proved(true, response(7), done(7))).toBe(1);
    expect(proved(true, request(7), response(7), done(7))).toBe(0);
  });

  it("not where it may have been before we began", () => {
    expect(proved(false, done(7))).toBe(0);
    expect(proved(false, response(7), done(7))).toBe(0);
  });

  it("a second CMD_DONE without a request and an answer between", () => {
    expect(proved(false, done(7), done(7))).toBe(2);
    expect(proved(false, done(7), response(7), done(7))).toBe(1);
    expect(proved(false, done(7), request(7), response(7), done(7))).toBe(0);
  });

  it("with data only a command has two, and was requested once", () => {
    const whole = [request(7), response(7, 0, 0x81), done(7), response(7), done(7)];
    expect(proved(true, ...whole)).toBe(0);
    expect(proved(true, ...whole.slice(1))).toBe(1);
    expect(proved(false, ...whole.slice(1))).toBe(0);
  });

  it("one with a cid above those requested, once their order has shown", () => {
    expect(proved(false, ...ordered, done(300))).toBe(1);
    expect(proved(false, ...ordered.slice(1), done(300))).toBe(0);
    expect(proved(false, ...ordered, done(256))).toBe(0);
  });

  it("and is taken back when cids turn out to be in no order", () => {
    const bound = new MissedBound(model.dialect);
    const look = (...events: ReturnType<typeof request>[]): number => {
      for (const event of events) bound.take(slotOf(event));
      bound.settle();
      bound.settle();
      return bound.value;
    };
    look(...ordered);
    expect(look(done(300))).toBe(1);
    expect(look(request(5000))).toBe(1);
    expect(look(request(5001))).toBe(1);
    expect(look(request(400))).toBe(0);
  });

  it("nothing: ended by the kernel, an answer without a request, the wrong ring", () => {
    expect(proved(true, done(7, 0x50000))).toBe(0);
    expect(proved(true, response(7))).toBe(0);
    const misplaced = { ...slotOf(done(7)), ring: "ukring" } as ObservedEvent;
    const bound = new MissedBound(model.dialect);
    bound.beginsComplete();
    bound.take(misplaced);
    bound.settle();
    bound.settle();
    expect(bound.value).toBe(0);
  });

  it("only with the next look: the request may come with it", () => {
    const bound = new MissedBound(model.dialect);
    bound.beginsComplete();
    bound.take(slotOf(done(7)));
    expect(bound.value).toBe(0);
    bound.settle();
    bound.take(slotOf(request(7)));
    bound.take(slotOf(response(7)));
    bound.settle();
    bound.settle();
    expect(bound.value).toBe(0);
  });
});
