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
import { MatchedEvents } from "../../src/tui/matched-events.js";
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
  it("are found bit by bit, and are those that a look at everything finds", () => {
    const steps = fc.array(fc.record({ came: fc.nat({ max: 40 }), most: fc.nat({ max: 60 }) }), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(steps, (looks) => {
        const traffic = new Traffic(64);
        const filter = filterOf(compile("cid > 5 || cid == 3"));
        const matched = new MatchedEvents(filter);
        let cid = 0;
        for (const { came, most } of looks) {
          for (let i = 0; i < came; i++) traffic.add(request(cid++ % 9));
          matched.take(traffic.history, most);
          const { first, count } = traffic.history;
          expect(matched.looked).toBeLessThanOrEqual(count - first);
          const judged = Array.from({ length: matched.looked }, (_, i) => count - 1 - i).reverse();
          const right = judged.filter((n) => filter.matches(traffic.history, n));
          expect(matched.numbers).toEqual(right);
        }
        matched.take(traffic.history, 64);
        expect(matched.looked).toBe(traffic.history.count - traffic.history.first);
      }),
    );
  });

  it("cost no more than was allowed", () => {
    const traffic = new Traffic(4096);
    for (let cid = 0; cid < 1000; cid++) traffic.command(cid);
    let asked = 0;
    const expression = compile("cid == 99999");
    const counting = { ...expression, matches: () => asked++ < 0 };
    const matched = new MatchedEvents(filterOf(counting));
    for (let frame = 0; frame < 4; frame++) matched.take(traffic.history, 1000);
    expect(asked).toBe(3000);
    matched.take(traffic.history, 1000);
    expect(asked).toBe(3000);
  });
});

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
