// SPDX-License-Identifier: MIT
// Ways from one event to another: along the list, to what belongs to it, to what its slot held before.

import type { RingName } from "../abi/event.js";
import type { Expression } from "../expression/compile.js";
import type { HistoryFilter } from "../session/history-filter.js";
import type { EventBook } from "./event-book.js";

/** Events by their number; null: there is none. */
export interface EventCursor {
  readonly oldest: number | null;
  place(number: number): { readonly ring: RingName; readonly slot: number } | null;
  /** Along the list; from null (the list follows) back to the newest, past it to null again. */
  move(from: number | null, by: number): number | null;
  /** The next event of the same command or function, in turn. */
  mate(number: number): number | null;
  latestIn(ring: RingName, slot: number): number | null;
  /** What the event's slot held before or after it. */
  occupant(number: number, by: 1 | -1): number | null;
  find(from: number | null, by: 1 | -1, wanted: Expression): number | null;
}

const known = (number: number): number | null => (number < 0 ? null : number);

/** Over what `selected` is listed with. */
export class BookCursor implements EventCursor {
  readonly #book: EventBook;
  readonly #slots: number;
  readonly #filterOf: (expression: Expression) => HistoryFilter;

  constructor(
    book: EventBook,
    slotsPerRing: number,
    filterOf: (expression: Expression) => HistoryFilter,
  ) {
    this.#book = book;
    this.#slots = slotsPerRing;
    this.#filterOf = filterOf;
  }

  get oldest(): number | null {
    return this.#book.list(null, true).number(0);
  }

  place(number: number): { ring: RingName; slot: number } | null {
    const home = this.#book.home(number);
    return home && { ring: home.ring(number), slot: home.index(number) % this.#slots };
  }

  move(from: number | null, by: number): number | null {
    const rows = this.#book.list(from, true);
    const at = from === null ? rows.length : rows.placeOf(from);
    // one that is not listed stands between two that are
    const between = from !== null && by > 0 && !rows.has(from) ? 1 : 0;
    return rows.number(Math.max(0, at + by - between));
  }

  mate(number: number): number | null {
    const home = this.#book.home(number);
    if (!home || home.request(number) < 0) return null;
    const next = home.next(number);
    const mate = home.has(next) ? next : home.firstOf(number);
    return mate === number ? null : mate;
  }

  latestIn(ring: RingName, slot: number): number | null {
    return known(this.#book.source(null).latestIn(ring, slot));
  }

  occupant(number: number, by: 1 | -1): number | null {
    const home = this.#book.home(number);
    return home && known(home.neighbourIn(number, by));
  }

  find(from: number | null, by: 1 | -1, wanted: Expression): number | null {
    const rows = this.#book.list(from, true);
    const filter = this.#filterOf(wanted);
    let place = (from === null ? rows.length : rows.placeOf(from)) + by;
    if (from !== null && by > 0 && !rows.has(from)) place--;
    for (; ; place += by) {
      const number = rows.number(place);
      if (number === null || filter.matches(rows.history, number)) return number;
    }
  }
}
