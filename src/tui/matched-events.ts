// SPDX-License-Identifier: MIT
// Which past events a filter lets through, found out bit by bit from the newest backwards.

import type { EventHistory } from "../session/event-history.js";
import type { HistoryFilter } from "../session/history-filter.js";

/** Events judged between two questions whether to go on. */
export const AT_A_TIME = 64;

/** Every event between `from` and `to` has been judged; `found`: those that match, oldest first. */
interface Span {
  readonly from: number;
  readonly to: number;
  readonly found: readonly number[];
}

/** An event is judged once, as long as it is there; what was found is never given up for what is new. */
export class MatchedEvents {
  readonly filter: HistoryFilter;
  /** Oldest first, none empty; between two of them are events that there was no time for. */
  #spans: Span[] = [];
  #numbers: readonly number[] = [];

  constructor(filter: HistoryFilter) {
    this.filter = filter;
  }

  /** Those that match, oldest first. */
  get numbers(): readonly number[] {
    return this.#numbers;
  }

  /** How many have been judged, of those that are still there. */
  get looked(): number {
    return this.#spans.reduce((sum, { from, to }) => sum + to - from, 0);
  }

  /** Takes in what is new, then what is older, a few at least and on as long as `mayGoOn` says. */
  take(history: EventHistory, mayGoOn: () => boolean): void {
    const { first, count } = history;
    this.#spans = this.#spans.flatMap((span) => within(span, first, count));
    do {
      const gap = this.#newestGap(first, count);
      if (!gap) break;
      this.#insert(this.#judge(history, gap, mayGoOn));
    } while (mayGoOn());
    const [only, ...more] = this.#spans;
    this.#numbers =
      more.length === 0 ? (only?.found ?? []) : this.#spans.flatMap(({ found }) => found);
  }

  /** Above the newest span, else below it; null: all has been judged. */
  #newestGap(first: number, count: number): Omit<Span, "found"> | null {
    const newest = this.#spans.at(-1);
    if (!newest || newest.to < count) {
      const from = newest?.to ?? first;
      return from < count ? { from, to: count } : null;
    }
    const from = this.#spans.at(-2)?.to ?? first;
    return from < newest.from ? { from, to: newest.from } : null;
  }

  /** Newest first: what is cut short is the far end. */
  #judge(history: EventHistory, gap: Omit<Span, "found">, mayGoOn: () => boolean): Span {
    const found: number[] = [];
    let number = gap.to;
    do {
      const end = Math.max(gap.from, number - AT_A_TIME);
      while (number > end) if (this.filter.matches(history, --number)) found.push(number);
    } while (number > gap.from && mayGoOn());
    return { from: number, to: gap.to, found: found.reverse() };
  }

  /** Spans that touch become one. */
  #insert(span: Span): void {
    const spans = [...this.#spans, span].sort((a, b) => a.from - b.from);
    this.#spans = [];
    for (const each of spans) {
      const before = this.#spans.at(-1);
      if (before?.to !== each.from) this.#spans.push(each);
      else this.#spans[this.#spans.length - 1] = joined(before, each);
    }
  }
}

const joined = (before: Span, after: Span): Span => ({
  from: before.from,
  to: after.to,
  found: before.found.concat(after.found),
});

/** What of it is there: neither pushed out, nor newer than a copy. */
function within({ from, to, found }: Span, first: number, count: number): Span[] {
  const [start, end] = [Math.max(from, first), Math.min(to, count)];
  if (start >= end) return [];
  if (start === from && end === to) return [{ from, to, found }];
  return [{ from: start, to: end, found: found.filter((n) => n >= start && n < end) }];
}
