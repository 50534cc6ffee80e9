// SPDX-License-Identifier: MIT
// Another process, stopped in all its threads for a moment, and let go again whatever happens to us.
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { causeText, TgtctlError } from "../../errors.js";

const LOOK_MS = 2;
/** What a person or a terminal sends to end or stop us. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGTSTP"] as const;

export class StoppedProcess {
  readonly #pid: number;
  /** Somebody else had stopped it: it stays so. */
  readonly #wasStopped: boolean;
  #interrupted = false;
  readonly #onSignal = (): void => {
    this.#interrupted = true;
  };

  /** Stops nothing yet; from here on signals that would end or stop us only set `interrupted`, until `release`. */
  constructor(pid: number) {
    this.#pid = pid;
    this.#wasStopped = this.#standsStill();
    for (const signal of SIGNALS) process.on(signal, this.#onSignal);
  }

  get interrupted(): boolean {
    return this.#interrupted;
  }

  /** Resolves when every thread stands still; false: not within `timeoutMs`. Errors: `permission`. */
  async stop(timeoutMs: number): Promise<boolean> {
    this.#signal("SIGSTOP");
    const deadline = performance.now() + timeoutMs;
    while (!this.#standsStill()) {
      if (performance.now() >= deadline || this.#interrupted) return false;
      await sleep(LOOK_MS);
    }
    return true;
  }

  goOn(): void {
    if (this.#wasStopped) return;
    try {
      process.kill(this.#pid, "SIGCONT");
    } catch {
      // it has ended meanwhile
    }
  }

  /** Lets it go, and signals reach us again as before. */
  release(): void {
    this.goOn();
    for (const signal of SIGNALS) process.off(signal, this.#onSignal);
  }

  #signal(signal: NodeJS.Signals): void {
    try {
      process.kill(this.#pid, signal);
    } catch (error) {
      throw new TgtctlError(
        "permission",
        `pid ${this.#pid} cannot be stopped: ${causeText(error)}`,
        "run as root, or as the user it runs as",
        { cause: error },
      );
    }
  }

  /** State T of all threads: in none is a system call under way. */
  #standsStill(): boolean {
    try {
      const threads = readdirSync(`/proc/${this.#pid}/task`);
      return threads.every((thread) => {
        const stat = readFileSync(`/proc/${this.#pid}/task/${thread}/stat`, "latin1");
        // the name before it is in brackets and may hold anything
        return /^[Tt]$/.test(stat.slice(stat.lastIndexOf(")") + 2, stat.lastIndexOf(")") + 3));
      });
    } catch {
      return false;
    }
  }
}
