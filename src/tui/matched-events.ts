// SPDX-License-Identifier: MIT
// Which past events a filter lets through, found out bit by bit from the newest backwards.

import type { EventHistory } from "../session/event-history.js";
import type { HistoryFilter } from "../session/history-filter.js";

/** Every event between `from` and `to` has been judged, no other. */
export class MatchedEvents {
  readonly filter: HistoryFilter;
  #numbers: number[] = [];
  #from = 0;
  #to = 0;

  constructor(filter: HistoryFilter) {
    this.filter = filter;
  }

  /** Those that match, oldest first. */
  get numbers(): readonly number[] {
    return this.#numbers;
  }

  /** How many have been judged, of those that are still there. */
  get looked(): number {
    return this.#to - this.#from;
  }

  /** Takes in what is new, then what is older; `most` events are judged. */
  take(history: EventHistory, most: number): void {
    const { first, count } = history;
    this.#forget(first, count);
    const start = Math.max(this.#to, count - most);
    if (start > this.#to || this.looked === 0) {
      // too many came at once: what lies further back is not joined to them
      this.#numbers = [];
      this.#from = start;
    }
    const newer = this.#judge(history, start, count);
    if (newer.length > 0) this.#numbers = this.#numbers.concat(newer);
    const back = Math.max(first, this.#from - (most - (count - start)));
    const older = this.#judge(history, back, this.#from);
    if (older.length > 0) this.#numbers = older.concat(this.#numbers);
    this.#to = count;
    this.#from = Math.min(back, this.#from);
  }

  /** What is not there: pushed out, or newer than a copy. */
  #forget(first: number, count: number): void {
    this.#from = Math.max(first, Math.min(this.#from, count));
    this.#to = Math.max(this.#from, Math.min(this.#to, count));
    const lost = this.#numbers.findIndex((number) => number >= this.#from);
    if (lost !== 0) this.#numbers = lost < 0 ? [] : this.#numbers.slice(lost);
    while ((this.#numbers.at(-1) ?? -1) >= count) this.#numbers.pop();
  }

  #judge(history: EventHistory, from: number, to: number): number[] {
    const found: number[] = [];
    for (let number = from; number < to; number++) {
      if (this.filter.matches(history, number)) found.push(number);
    }
    return found;
  }
}
