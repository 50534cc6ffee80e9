// SPDX-License-Identifier: MIT
// The events that the screen lists: those of the watch, or a copy while one is looked at that would
// soon be pushed out; and which of them the filter lets through.

import type { Expression } from "../expression/compile.js";
import type { EventHistory, PastEvent } from "../session/event-history.js";
import type { HistoryFilter } from "../session/history-filter.js";
import { MatchedEvents } from "./matched-events.js";

/** An event this near to being pushed out is shown out of the copy. */
const MARGIN = 256;
/** For judging events, per frame: a whole history takes half of it where a filter costs 1.2 us an event. */
const PER_FRAME_MS = 20;

export interface Watched {
  readonly history: EventHistory;
  readonly filterOf: (expression: Expression) => HistoryFilter;
}

/** One per screen. What is listed goes by an event's number, never by a row. */
export class EventBook {
  readonly #watched: Watched;
  readonly #kept: EventHistory;
  readonly #clock: () => number;
  #frozen = false;
  #matched: MatchedEvents | null = null;
  /** Number at the bottom of the list. */
  #bottom = -1;

  /** `clock`: in ms. */
  constructor(watched: Watched, clock: () => number = () => performance.now()) {
    this.#watched = watched;
    this.#clock = clock;
    this.#kept = watched.history.sibling();
  }

  /** Number of the newest event there is, listed or not, and one. */
  get newest(): number {
    return this.#watched.history.count;
  }

  get matched(): MatchedEvents | null {
    return this.#matched;
  }

  /** What is listed with `selected`; null: the newest are. */
  source(selected: number | null): EventHistory {
    const live = this.#watched.history;
    if (this.#frozen) return this.#kept;
    const isSafe = selected === null || live.first === 0 || selected >= live.first + MARGIN;
    return isSafe ? live : this.#kept;
  }

  get(number: number): PastEvent | null {
    return (this.#frozen ? null : this.#watched.history.get(number)) ?? this.#kept.get(number);
  }

  /** Where `number` is, with its neighbours; null: gone. */
  home(number: number): EventHistory | null {
    const live = this.#watched.history;
    if (!this.#frozen && live.has(number)) return live;
    return this.#kept.has(number) ? this.#kept : null;
  }

  /** These were just chosen to be looked at: they stay, whatever comes. */
  keep(numbers: readonly (number | null)[]): void {
    const live = this.#watched.history;
    const wanted = numbers.filter((number) => number !== null);
    if (this.#frozen || wanted.length === 0) return;
    if (wanted.every((number) => live.has(number))) this.#kept.copy(live);
  }

  freeze(frozen: boolean): void {
    if (frozen && !this.#frozen) this.#kept.copy(this.#watched.history);
    this.#frozen = frozen;
  }

  /** Judges all there is at once: later only what comes. */
  setFilter(filter: Expression | null): void {
    this.#matched = filter && new MatchedEvents(this.#watched.filterOf(filter));
    this.list(null, true);
  }

  /** Numbers of what is listed, by place; all of it is judged where `whole`, else what there is time for. */
  list(selected: number | null, whole: boolean): EventRows {
    const source = this.source(selected);
    const end = this.#clock() + PER_FRAME_MS;
    this.#matched?.take(source, () => whole || this.#clock() < end);
    return new EventRows(source, this.#matched);
  }

  /** The rows of a list of `height` rows, so that the selected one is among them. */
  window(selected: number | null, height: number): number[] {
    if (height <= 0) return [];
    const rows = this.list(selected, false);
    const last = rows.length - 1;
    let bottom = last;
    if (selected !== null) {
      const at = rows.placeOf(selected);
      const before = Math.min(last, rows.placeOf(this.#bottom));
      bottom = Math.min(last, Math.max(at, Math.min(before, at + height - 1), height - 1));
    }
    this.#bottom = rows.number(bottom) ?? -1;
    const first = Math.max(0, bottom - height + 1);
    const shown: number[] = [];
    for (let place = first; place <= bottom; place++) {
      const number = rows.number(place);
      if (number !== null) shown.push(number);
    }
    return shown;
  }
}

/** Events in time order by their place in a list: all of a history, or those that match. */
export class EventRows {
  constructor(
    readonly history: EventHistory,
    readonly matched: MatchedEvents | null,
  ) {}

  get length(): number {
    return this.matched ? this.matched.numbers.length : this.history.count - this.history.first;
  }

  number(place: number): number | null {
    if (place < 0 || place >= this.length) return null;
    return this.matched ? (this.matched.numbers[place] ?? null) : this.history.first + place;
  }

  /** Of the event, or of the first behind it. */
  placeOf(number: number): number {
    const { matched, history } = this;
    if (!matched) return Math.max(0, Math.min(number - history.first, this.length));
    let [low, high] = [0, matched.numbers.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((matched.numbers[middle] ?? 0) < number) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  has(number: number): boolean {
    return this.number(this.placeOf(number)) === number;
  }
}
