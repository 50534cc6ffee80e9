// SPDX-License-Identifier: MIT
// The follower against a ring in plain memory: every event once, in order, misses counted exactly.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decode } from "../../../src/abi/codec.js";
import { RingFollower } from "../../../src/session/follow/follower.js";
import { done, RingModel, request, response } from "./ring-model.js";

interface Seen {
  readonly key: string;
  readonly tNs: number;
  readonly index: number;
}

/** Reads all there is, as `Q12 R12 D12`. */
function collector(model: RingModel, follower: RingFollower) {
  const seen: Seen[] = [];
  const letters: Record<string, string> = { CMD_REQ: "Q", CMD_RSP: "R", CMD_DONE: "D" };
  return {
    seen,
    keys: () => seen.map((s) => s.key).join(" "),
    read: (limit?: number) =>
      follower.read((event) => {
        const decoded = decode(model.dialect, event.slot, model.dialect.headerSize);
        const cid = "cid" in decoded ? decoded.cid : "?";
        const key = `${letters[String(decoded.type)] ?? decoded.type}${cid}`;
        seen.push({ key, tNs: event.tNs, index: event.index });
      }, limit),
  };
}

/** One command from request to CMD_DONE. */
function serve(model: RingModel, cid: number, sent: string[]): void {
  if (!model.send(request(cid))) return;
  sent.push(`Q${cid}`);
  model.receive();
  model.answer(response(cid));
  model.kick();
  sent.push(`R${cid}`);
  model.send(done(cid));
  sent.push(`D${cid}`);
  model.receive();
}

describe("with telemetry", () => {
  it("delivers each event once, in time order, across both rings", () => {
    const model = new RingModel();
    const follower = new RingFollower(model);
    const out = collector(model, follower);
    const sent: string[] = [];
    for (let cid = 1; cid <= 40; cid++) {
      serve(model, cid, sent);
      if (cid % 7 === 0) out.read();
    }
    out.read();
    out.read();
    expect(out.keys()).toBe(sent.join(" "));
    expect(follower.missed).toBe(0);
  });

  it("begins with what the rings still hold", () => {
    const model = new RingModel();
    const sent: string[] = [];
    for (let cid = 1; cid <= 40; cid++) serve(model, cid, sent);
    const out = collector(model, new RingFollower(model));
    out.read();
    expect(out.keys()).toBe(sent.join(" "));
    const late = collector(model, new RingFollower(model, { backlog: false }));
    late.read();
    expect(late.keys()).toBe("");
  });

  it("respects the limit and goes on where it stopped", () => {
    const model = new RingModel();
    const sent: string[] = [];
    for (let cid = 1; cid <= 5; cid++) serve(model, cid, sent);
    const out = collector(model, new RingFollower(model));
    out.read(4);
    expect(out.seen).toHaveLength(4);
    out.read();
    expect(out.keys()).toBe(sent.join(" "));
  });

  it("puts an answer before its own CMD_DONE though the verdict is stamped later", () => {
    const model = new RingModel();
    model.send(request(1));
    model.answer(response(1));
    model.send(done(1));
    model.kick();
    const out = collector(model, new RingFollower(model));
    out.read();
    expect(out.keys()).toBe("Q1 R1 D1");
  });

  it("does not believe a stamp that is being written, and delivers it when it is whole", () => {
    const model = new RingModel();
    const follower = new RingFollower(model);
    const out = collector(model, follower);
    model.send(request(1));
    model.send(request(2));
    model.openStamp("kuring", 0);
    out.read();
    expect(out.keys()).toBe("");
    model.closeStamp("kuring", 0);
    out.read();
    expect(out.keys()).toBe("Q1 Q2");
    expect(follower.missed).toBe(0);
  });

  it("gives up a stamp that never comes, as missed", () => {
    const model = new RingModel();
    const follower = new RingFollower(model);
    const out = collector(model, follower);
    model.send(request(1));
    model.send(request(2));
    model.openStamp("kuring", 0);
    for (let i = 0; i < 6; i++) out.read();
    expect(out.keys()).toBe("Q2");
    expect(follower.missed).toBe(1);
  });

  it("does not take a republished ukring slot for the old event", () => {
    const model = new RingModel();
    const follower = new RingFollower(model, { backlog: false });
    const out = collector(model, follower);
    for (let cid = 1; cid <= 512; cid++) {
      model.answer(response(cid));
      model.kick();
    }
    model.answer(response(513)); // slot 0 again, published and not consumed
    out.read();
    expect(out.seen[0]?.key).toBe("R2");
    expect(follower.missed).toBe(1);
    model.kick();
    out.read();
    expect(out.seen.at(-1)?.key).toBe("R513");
  });

  it("tells of a new owner before its events, and counts what the old ones left unseen", () => {
    const model = new RingModel();
    const follower = new RingFollower(model);
    const out = collector(model, follower);
    follower.onOwnerChange = () => out.seen.push({ key: "NEW", tNs: 0, index: 0 });
    const sent: string[] = [];
    for (let cid = 1; cid <= 10; cid++) serve(model, cid, sent);
    out.read();
    for (let cid = 11; cid <= 13; cid++) serve(model, cid, []);
    model.newOwner();
    serve(model, 14, []);
    out.read();
    expect(out.keys()).toBe([...sent, "NEW", "Q14", "R14", "D14"].join(" "));
    expect(follower.missed).toBe(9);
  });

  it("holds for any traffic and any moment of looking, also over the wrap of the index", () => {
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.record({ serve: fc.integer({ min: 1, max: 300 }) }) },
      { weight: 4, arbitrary: fc.constant("look" as const) },
      { weight: 1, arbitrary: fc.constant("owner" as const) },
    );
    const start = fc.constantFrom(0, 5, 2 ** 32 - 300, 2 ** 32 - 1);
    fc.assert(
      fc.property(start, fc.array(step, { maxLength: 30 }), (first, steps) => {
        const model = new RingModel(first);
        const follower = new RingFollower(model);
        const out = collector(model, follower);
        const sent: string[] = [];
        let cid = 0;
        for (const each of steps) {
          if (each === "look") out.read();
          else if (each === "owner") model.newOwner();
          else for (let i = 0; i < each.serve; i++) serve(model, ++cid, sent);
        }
        out.read();
        expect(follower.missed).toBe(sent.length - out.seen.length);
        let at = 0;
        for (const { key } of out.seen) {
          at = sent.indexOf(key, at) + 1;
          expect(at, `${key} once and in order`).toBeGreaterThan(0);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("misses nothing if it looks once per lap", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 255 }), { maxLength: 20 }), (bursts) => {
        const model = new RingModel(2 ** 32 - 700);
        const follower = new RingFollower(model);
        const out = collector(model, follower);
        const sent: string[] = [];
        let cid = 0;
        for (const burst of bursts) {
          for (let i = 0; i < burst; i++) serve(model, ++cid, sent);
          out.read();
        }
        expect(out.keys()).toBe(sent.join(" "));
        expect(follower.missed).toBe(0);
      }),
      { numRuns: 20 },
    );
  });
});

describe("without telemetry", () => {
  const bare = (model: RingModel) => ({
    dialect: model.dialect,
    rings: model.rings,
    telemetry: null,
  });

  it("finds what changed between two looks; what was missed cannot be known", () => {
    const model = new RingModel();
    const follower = new RingFollower(bare(model));
    const out = collector(model, follower);
    out.read();
    const sent: string[] = [];
    for (let cid = 1; cid <= 100; cid++) {
      serve(model, cid, sent);
      if (cid % 10 === 0) out.read();
    }
    expect([...out.seen.map((s) => s.key)].sort()).toEqual([...sent].sort());
    for (let cid = 1; cid <= 100; cid++) {
      const order = ["Q", "R", "D"].map((l) => out.seen.findIndex((s) => s.key === `${l}${cid}`));
      expect(order).toEqual([...order].sort((a, b) => a - b));
    }
    expect(follower.missed).toBeNull();
    expect(follower.missedAtLeast).toBe(0);
  });

  it("delivers a slot once though its bytes were seen before its publication", () => {
    const model = new RingModel();
    const out = collector(model, new RingFollower(bare(model)));
    out.read();
    model.answer(response(1));
    model.setStatus("ukring", 0, 0); // being filled
    out.read();
    model.setStatus("ukring", 0, 1);
    out.read();
    model.kick();
    out.read();
    expect(out.keys()).toBe("R1");
  });
});
