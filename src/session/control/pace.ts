// SPDX-License-Identifier: MIT
// What all clients together may cost: a share of one processor, whatever they do. The engine needs the
// rest at once, also where it has to share a processor with this thread.

/** Of one processor, in the long run. */
const SHARE = 0.1;
/** Ms that may be spent at once. */
const BURST_MS = 10;

/** One per thread. Time is lent in advance and paid back by waiting. */
export class Pace {
  readonly #now: () => number;
  /** Ms spent and not yet paid back, as of `#asOf`. */
  #debt = 0;
  #asOf: number;
  #waiting: (() => void)[] = [];
  #timer: NodeJS.Timeout | undefined;

  /** `now`: ms, any clock. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#asOf = now();
  }

  /** Work for a client; what it takes counts. */
  spend<T>(work: () => T): T {
    const began = this.#now();
    try {
      return work();
    } finally {
      this.#settle();
      this.#debt += this.#asOf - began;
    }
  }

  /** Nothing more is to be begun; `wait` says when. */
  get exhausted(): boolean {
    this.#settle();
    return this.#debt >= BURST_MS;
  }

  /** Calls `again` once there is time again, those that wait in their order. */
  wait(again: () => void): void {
    this.#waiting.push(again);
    this.#timer ??= setTimeout(() => this.#resume(), this.#debt / SHARE).unref();
  }

  #settle(): void {
    const now = this.#now();
    this.#debt = Math.max(0, this.#debt - (now - this.#asOf) * SHARE);
    this.#asOf = now;
  }

  #resume(): void {
    this.#timer = undefined;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const [i, again] of waiting.entries()) {
      if (this.exhausted) {
        // before those that have begun to wait meanwhile
        this.#waiting = [...waiting.slice(i), ...this.#waiting];
        this.#timer ??= setTimeout(() => this.#resume(), this.#debt / SHARE).unref();
        return;
      }
      again();
    }
  }
}
