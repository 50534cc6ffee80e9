// SPDX-License-Identifier: MIT
// How long a measurement goes on for a client that asks nothing: one that was stopped (Ctrl-Z, a debugger)
// keeps its connection, and would keep the engine measuring, or spinning, for nobody.

export const LEASE_MS = 10_000;

export class LatencyLease {
  readonly #over: () => void;
  #underWay = 0;
  #timer: NodeJS.Timeout | undefined;

  /** `over`: for so long nothing was asked. */
  constructor(over: () => void) {
    this.#over = over;
    this.#begin();
  }

  /** What the client asks: while it waits for the answer it is alive, however slow the engine is. */
  async during<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#underWay++;
    clearTimeout(this.#timer);
    try {
      return await work();
    } finally {
      this.#underWay--;
      if (this.#underWay === 0) this.#begin();
    }
  }

  end(): void {
    clearTimeout(this.#timer);
  }

  #begin(): void {
    this.#timer = setTimeout(this.#over, LEASE_MS).unref();
  }
}
