// SPDX-License-Identifier: MIT
// What is due at a time: delayed commands and the deadlines of users' handlers.

interface Alarm {
  readonly dueMs: number;
  readonly ring: () => void;
}

/** A clock in ms that only goes forward. */
export type Clock = () => number;

export class Alarms {
  readonly #clock: Clock;
  /** Soonest last. Few at a time: an insertion is a short walk. */
  readonly #alarms: Alarm[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls `ring` from `run`, `ms` from now or later. Returns what cancels it. */
  set(ms: number, ring: () => void): () => void {
    const alarm: Alarm = { dueMs: this.#clock() + ms, ring };
    let at = this.#alarms.length;
    while (at > 0 && (this.#alarms[at - 1]?.dueMs ?? 0) < alarm.dueMs) at--;
    this.#alarms.splice(at, 0, alarm);
    return () => this.#cancel(alarm);
  }

  /** Whole ms until the next one, 0 = now, -1 = there is none. */
  dueIn(): number {
    const next = this.#alarms.at(-1);
    return next ? Math.max(0, Math.ceil(next.dueMs - this.#clock())) : -1;
  }

  /** Rings what is due. */
  run(): void {
    if (this.#alarms.length === 0) return;
    const now = this.#clock();
    for (let next = this.#alarms.at(-1); next && next.dueMs <= now; next = this.#alarms.at(-1)) {
      this.#alarms.pop();
      next.ring();
    }
  }

  /** At once: deadlines that were met would pile up until they pass. */
  #cancel(alarm: Alarm): void {
    const at = this.#alarms.indexOf(alarm);
    if (at >= 0) this.#alarms.splice(at, 1);
  }
}
