// SPDX-License-Identifier: MIT
// Past events are judged as they were when they came, and know what belongs together.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compile } from "../../src/expression/compile.js";
import { RingFollower } from "../../src/session/follow/follower.js";
import { Watch } from "../../src/session/watch.js";
import { done, RingModel, request, response } from "./follow/ring-model.js";

const never = new Promise<never>(() => {});

function watching(text: string): { model: RingModel; watch: Watch } {
  const model = new RingModel();
  const events = new RingFollower(model.device());
  const watch = new Watch(
    {
      device: model.device(),
      role: "observer",
      events,
      luns: [],
      failed: never,
      close: async () => {},
    },
    () => model.timeNs,
    compile(text),
  );
  return { model, watch };
}

const task = (mid: bigint, tag: bigint) =>
  ({ type: "TSK_MGMT_REQ", host_no: 3, function: 1, tag, lun: new Uint8Array(8), mid }) as const;
const ended = (mid: bigint, result: number) =>
  ({ type: "TSK_MGMT_RSP", host_no: 3, mid, result }) as const;

/** One step of an initiator and a target that need not make sense. */
const step = fc.record({
  what: fc.constantFrom("request", "response", "done", "task", "ended"),
  cid: fc.integer({ min: 1, max: 6 }),
  verdict: fc.constantFrom(0, 0, 0, -14),
});

function play(
  model: RingModel,
  { what, cid, verdict }: typeof step extends fc.Arbitrary<infer T> ? T : never,
) {
  model.timeNs += 700_000n;
  if (what === "request") model.send(request(cid, BigInt(cid), cid & 1));
  else if (what === "done") model.send(done(cid, cid === 3 ? 0x70000 : 0));
  else if (what === "task") model.send(task(BigInt(cid), BigInt(cid)));
  else {
    model.answer(what === "ended" ? ended(BigInt(cid), -17) : response(cid, cid === 2 ? 2 : 0));
    model.kick(verdict);
  }
  model.receive();
}

const TEXTS = [
  "opcode == READ_10",
  "lun == 1",
  "age_ms > 1",
  "type == CMD_DONE && lba > 3",
  "verdict != 0",
  "tag == 3",
  "slot == 2 || index > 20",
  "!(lba == 5)",
];

describe("an expression asked of the history", () => {
  it.each(TEXTS)("says of every event what it said when it came: %s", (text) => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { model, watch } = watching(text);
        for (const each of steps) {
          play(model, each);
          watch.pump();
        }
        const { history } = watch.activity;
        const filter = watch.historyFilter(compile(text));
        let matching = 0;
        for (let number = 0; number < history.count; number++) {
          if (filter.matches(history, number)) matching++;
        }
        expect(matching).toBe(watch.filter?.totals.reduce((sum, n) => sum + n, 0));
      }),
      { numRuns: 60 },
    );
  });
});

describe("what belongs together", () => {
  it("is linked from the request on, in the order it came", () => {
    const { model, watch } = watching("cid == 1");
    for (const what of ["request", "response", "done"] as const) {
      for (const cid of [1, 2]) play(model, { what, cid, verdict: 0 });
      watch.pump();
    }
    const { history } = watch.activity;
    const requests = Array.from({ length: history.count }, (_, n) => history.request(n));
    expect(requests).toEqual([0, 1, 0, 1, 0, 1]);
    expect([0, 2, 4].map((n) => history.next(n))).toEqual([2, 4, -1]);
    expect(history.get(4)?.since).toBe(history.tNs(0));
  });

  it("is not claimed of a command whose request was not seen, nor of its next use of the cid", () => {
    const { model, watch } = watching("cid == 1");
    play(model, { what: "response", cid: 1, verdict: 0 });
    play(model, { what: "request", cid: 1, verdict: 0 });
    play(model, { what: "done", cid: 1, verdict: 0 });
    watch.pump();
    play(model, { what: "request", cid: 1, verdict: 0 });
    watch.pump();
    const { history } = watch.activity;
    const all = Array.from({ length: history.count }, (_, n) => [
      history.kind(n),
      history.request(n),
    ]);
    const own = all.filter(([kind]) => kind === 2).map(([, request]) => request);
    expect(new Set(own).size).toBe(2);
    expect(all.at(-1)).toEqual([2, history.count - 1]);
    expect(history.next(history.count - 1)).toBe(-1);
  });

  it("a copy holds what was there, whatever comes", () => {
    const { model, watch } = watching("cid == 1");
    play(model, { what: "request", cid: 4, verdict: 0 });
    watch.pump();
    const copy = watch.activity.history.sibling();
    copy.copy(watch.activity.history);
    play(model, { what: "response", cid: 4, verdict: 0 });
    watch.pump();
    expect([copy.count, copy.next(0)]).toEqual([1, -1]);
    expect(copy.get(0)?.slot).toEqual(watch.activity.history.get(0)?.slot);
  });
});

describe("a filter that is set while watching", () => {
  it("cuts down the list in flight, and leaves the rates to count everything", () => {
    const { model, watch } = watching("type == CMD_REQ");
    for (const cid of [1, 2, 3]) play(model, { what: "request", cid, verdict: 0 });
    watch.refresh();
    const cids = () => watch.inFlight(watch.now()).commands.map((command) => command.cid);
    expect(cids()).toEqual([1, 2, 3]);
    watch.setFilter(compile("cid >= 2"));
    expect(cids()).toEqual([2, 3]);
    expect(watch.inFlight(watch.now()).count).toBe(2);
    play(model, { what: "request", cid: 1, verdict: 0 });
    watch.pump();
    expect(watch.filter?.totals.reduce((sum, n) => sum + n, 0)).toBe(4);
    watch.setFilter(null);
    expect(cids()).toHaveLength(3);
  });
});
