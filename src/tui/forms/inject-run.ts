// SPDX-License-Identifier: MIT
// An event injected so many times, until the target no longer answers or somebody stops it.
import { injectOnce } from "../../features/inject/inject-once.js";
import { InjectTally } from "../../features/inject/inject-report.js";
import type { InjectRequest } from "../../features/inject/inject-request.js";
import type { Injectee } from "../../features/inject/injectee.js";
import { KernelLog } from "../../features/inject/kernel-log.js";
import type { Injected } from "./verdict.js";

/** Of many only some, and always the last, are followed by the question whether the target lives. */
const ASK_MS = 250;

/** Injecting that is under way; who stops it gets the verdict on what was injected until then. */
export class InjectRun {
  readonly count: number;
  readonly #request: InjectRequest;
  readonly #injectee: Injectee;
  readonly #closed: AbortSignal;
  readonly #stop = new AbortController();
  readonly #tally = new InjectTally();
  #askedMs = Number.NEGATIVE_INFINITY;

  /** `count`: at least 1; `closed`: nobody is there any more, so nothing is found out, either. */
  constructor(request: InjectRequest, injectee: Injectee, count: number, closed: AbortSignal) {
    this.count = count;
    this.#request = request;
    this.#injectee = injectee;
    this.#closed = closed;
  }

  get done(): number {
    return this.#tally.count;
  }

  /** After the event that is under way. */
  stop(): void {
    this.#stop.abort();
  }

  /** Errors: those of the injectee. */
  async result(): Promise<Injected> {
    const log = new KernelLog();
    const stop = AbortSignal.any([this.#stop.signal, this.#closed]);
    const tally = this.#tally;
    try {
      for (;;) {
        const ask = () => this.#asks(stop);
        const { report, how } = await injectOnce(this.#request, this.#injectee, log, ask, stop);
        tally.add(report);
        if (this.done < this.count && report.target_alive !== false && !stop.aborted) continue;
        const { found } = tally;
        return { report, how, into: this.#injectee.name, tally: this.#text(stop), found };
      }
    } finally {
      log.close();
    }
  }

  /** One has just been injected. */
  #asks(stop: AbortSignal): boolean {
    if (this.#closed.aborted) return false;
    const now = performance.now();
    const last = this.done >= this.count - 1 || stop.aborted;
    if (!last && now - this.#askedMs < ASK_MS) return false;
    this.#askedMs = now;
    return true;
  }

  #text(stop: AbortSignal): string | null {
    if (this.count === 1) return null;
    const text = this.#tally.text.trimEnd();
    return stop.aborted && this.done < this.count ? `${text}; stopped before ${this.count}` : text;
  }
}

/** `injecting 120 of 1000000` */
export function progressText({ done, count }: InjectRun): string {
  return `injecting ${Math.min(done + 1, count)} of ${count}`;
}
