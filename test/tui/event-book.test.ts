// SPDX-License-Identifier: MIT
// What is listed, whatever comes: the filter's matches, the window on them, and what was chosen stays.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encode } from "../../src/abi/codec.js";
import { SEED_X86_64 } from "../../src/abi/seed.js";
import { compile } from "../../src/expression/compile.js";
import { Activity } from "../../src/session/activity.js";
import { HistoryFilter } from "../../src/session/history-filter.js";
import { EventBook } from "../../src/tui/event-book.js";
import { BookCursor } from "../../src/tui/event-cursor.js";
import { AT_A_TIME, MatchedEvents } from "../../src/tui/matched-events.js";
import { done, request, response } from "../session/follow/ring-model.js";

const KNOWN = { indices: true, times: true };
const filterOf = (expression: ReturnType<typeof compile>) =>
  new HistoryFilter(expression, SEED_X86_64, KNOWN);

class Traffic {
  readonly activity: Activity;
  #indices = { kuring: 0, ukring: 0 };

  constructor(capacity: number) {
    this.activity = new Activity(SEED_X86_64, capacity);
  }

  get history() {
    return this.activity.history;
  }

  add(event: ReturnType<typeof request>): void {
    const slot = new Uint8Array(96);
    encode(SEED_X86_64, event, slot, SEED_X86_64.headerSize);
    const ring = event.type === "CMD_RSP" ? ("ukring" as const) : ("kuring" as const);
    const index = this.#indices[ring]++;
    this.activity.accept({ ring, index, tNs: index * 1000, slot, verdict: null });
  }

  command(cid: number): void {
    this.add(request(cid));
    this.add(response(cid));
    this.add(done(cid));
  }
}

describe("the events a filter lets through", () => {
  it("are found bit by bit, kept as long as they are there, and counted honestly", () => {
    const steps = fc.array(fc.record({ came: fc.nat({ max: 700 }), turns: fc.nat({ max: 6 }) }), {
      maxLength: 15,
    });
    fc.assert(
      fc.property(steps, (looks) => {
        const traffic = new Traffic(512);
        const expression = compile("cid > 5 || cid == 3");
        const judged = new Set<number>();
        const filter = filterOf(expression);
        const matched = new MatchedEvents(noting(filter, judged));
        let cid = 0;
        for (const { came, turns } of looks) {
          for (let i = 0; i < came; i++) traffic.add(request(cid++ % 9));
          matched.take(traffic.history, during(turns));
          const there = [...judged].filter((n) => traffic.history.has(n)).sort((a, b) => a - b);
          expect(matched.looked).toBe(there.length);
          expect(matched.numbers).toEqual(there.filter((n) => filter.matches(traffic.history, n)));
        }
        matched.take(traffic.history, () => true);
        expect(matched.looked).toBe(traffic.history.count - traffic.history.first);
      }),
    );
  });

  it("cost no more than was allowed, each of them once, the newest first", () => {
    const traffic = new Traffic(4096);
    for (let cid = 0; cid < 1000; cid++) traffic.command(cid);
    const judged = new Set<number>();
    const matched = new MatchedEvents(noting(filterOf(compile("cid == 99999")), judged));
    matched.take(traffic.history, during(4));
    expect([judged.size, Math.min(...judged)]).toEqual([5 * AT_A_TIME, 3000 - 5 * AT_A_TIME]);
    for (let frame = 0; frame < 12; frame++) matched.take(traffic.history, during(4));
    expect([judged.size, matched.looked]).toEqual([3000, 3000]);
  });

  it("are not lost where more come in a frame than there is time for", () => {
    const traffic = new Traffic(8192);
    let nowMs = 0;
    const book = new EventBook({ history: traffic.history, filterOf }, () => (nowMs += 2));
    for (let cid = 0; cid < 2000; cid++) traffic.command(cid);
    book.setFilter(compile("cid == 1990"));
    expect(book.window(null, 10)).toHaveLength(3);
    for (let frame = 0; frame < 3; frame++) {
      for (let i = 0; i < 400; i++) traffic.command(9);
      expect(book.window(null, 10)).toHaveLength(3);
    }
    const looked = book.matched?.looked ?? 0;
    expect(looked).toBeGreaterThan(6000);
    expect(looked).toBeLessThan(8192);
  });

  it("are all found in a frame, at any rate that is seen", () => {
    const traffic = new Traffic(8192);
    const book = new EventBook({ history: traffic.history, filterOf }, () => 0);
    book.setFilter(compile("cid == 7"));
    for (let cid = 0; cid < 5000; cid++) traffic.command(cid % 1000);
    expect(book.window(null, 100)).toHaveLength(6);
    expect(book.matched?.looked).toBe(8192);
  });
});

/** Says yes so often. */
function during(turns: number): () => boolean {
  let left = turns;
  return () => left-- > 0;
}

/** The same filter; `judged` gets the number of each event it is asked about, and none twice. */
function noting(filter: HistoryFilter, judged: Set<number>): HistoryFilter {
  const matches: HistoryFilter["matches"] = (history, number) => {
    expect(judged.has(number)).toBe(false);
    judged.add(number);
    return filter.matches(history, number);
  };
  return Object.assign(Object.create(filter), { matches });
}

describe("the window on the list", () => {
  it("has the selected event in it, in order, and the newest at the bottom while it follows", () => {
    const step = fc.record({
      came: fc.nat({ max: 90 }),
      by: fc.integer({ min: -30, max: 30 }),
      height: fc.integer({ min: 1, max: 20 }),
      filtered: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const traffic = new Traffic(600);
        const book = new EventBook({ history: traffic.history, filterOf });
        const cursor = new BookCursor(book, 512, filterOf);
        let selected: number | null = null;
        let cid = 0;
        for (const { came, by, height, filtered } of steps) {
          for (let i = 0; i < came; i++) traffic.command(cid++ % 50);
          book.setFilter(filtered ? compile("cid < 40") : null);
          if (by !== 0) selected = cursor.move(selected, by);
          book.keep([selected]);
          const shown = book.window(selected, height);
          expect(shown).toEqual([...shown].sort((a, b) => a - b));
          expect(shown.length).toBeLessThanOrEqual(height);
          for (const number of shown) expect(book.get(number)).not.toBeNull();
          if (selected !== null && by !== 0) expect(shown).toContain(selected);
          if (selected === null && !filtered && cid > 0) {
            expect(shown.at(-1)).toBe(traffic.history.count - 1);
          }
        }
      }),
    );
  });

  it("keeps what was chosen while far more than a history's worth comes, and says how far behind", () => {
    const traffic = new Traffic(600);
    const book = new EventBook({ history: traffic.history, filterOf });
    const cursor = new BookCursor(book, 512, filterOf);
    for (let cid = 0; cid < 100; cid++) traffic.command(cid);
    const selected = cursor.move(null, -5);
    expect(selected).toBe(295);
    book.keep([selected]);
    const before = book.window(selected, 10);
    for (let cid = 0; cid < 5000; cid++) traffic.command(cid);
    expect(book.window(selected, 10)).toEqual(before);
    expect(cursor.move(selected, -1)).toBe(294);
    expect(cursor.mate(294)).toBe(295);
    expect(cursor.move(selected, 5)).toBeNull();
  });

  it("of a frozen view stays as it was", () => {
    const traffic = new Traffic(600);
    const book = new EventBook({ history: traffic.history, filterOf });
    for (let cid = 0; cid < 100; cid++) traffic.command(cid);
    book.freeze(true);
    const before = book.window(null, 10);
    for (let cid = 0; cid < 1000; cid++) traffic.command(cid);
    expect(book.window(null, 10)).toEqual(before);
    expect(book.get(before[0] ?? 0)?.number).toBe(before[0]);
    book.freeze(false);
    expect(book.window(null, 10).at(-1)).toBe(traffic.history.count - 1);
  });
});

describe("ways between events", () => {
  it("go from a request to its answer, to its end and back, of that use of the cid only", () => {
    const traffic = new Traffic(600);
    for (let lap = 0; lap < 3; lap++) for (const cid of [1, 2]) traffic.command(cid);
    const cursor = new BookCursor(
      new EventBook({ history: traffic.history, filterOf }),
      512,
      filterOf,
    );
    expect([6, 7, 8].map((n) => cursor.mate(n))).toEqual([7, 8, 6]);
    traffic.add(request(5));
    expect(cursor.mate(18)).toBeNull();
  });

  it("go through what a slot held, as far as it is known", () => {
    const traffic = new Traffic(4096);
    for (let cid = 0; cid < 600; cid++) traffic.command(cid);
    const cursor = new BookCursor(
      new EventBook({ history: traffic.history, filterOf }),
      512,
      filterOf,
    );
    const latest = cursor.latestIn("kuring", 7);
    const older = cursor.occupant(latest ?? -1, -1);
    const places = [latest, older].map((n) => traffic.history.index(n ?? -1));
    expect(places).toEqual([7 + 1024, 7 + 512]);
    expect(cursor.occupant(older ?? -1, 1)).toBe(latest);
    expect(cursor.occupant(cursor.occupant(older ?? -1, -1) ?? -1, -1)).toBeNull();
  });

  it("find what matches, older and newer", () => {
    const traffic = new Traffic(600);
    for (let cid = 0; cid < 20; cid++) traffic.command(cid);
    const book = new EventBook({ history: traffic.history, filterOf });
    const cursor = new BookCursor(book, 512, filterOf);
    const wanted = compile("type == CMD_RSP && lba == 7");
    expect(cursor.find(null, -1, wanted)).toBe(22);
    expect(cursor.find(22, -1, wanted)).toBeNull();
    expect(cursor.find(3, 1, wanted)).toBe(22);
    book.setFilter(compile("type == CMD_REQ"));
    expect(cursor.find(null, -1, wanted)).toBeNull();
  });
});
