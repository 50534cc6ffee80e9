// SPDX-License-Identifier: MIT
// Everything that ends the screen, as one promise: the user, a signal, the terminal gone, a fault of ours.
import type { Leaving } from "../session/leaving.js";

/** What `kill` is used with, and would end us in the middle of a screen; SIGHUP is the terminal's. */
const SIGNALS = [
  ...(["SIGINT", "SIGTERM", "SIGQUIT", "SIGALRM", "SIGVTALRM", "SIGXCPU", "SIGUSR2"] as const),
  ...(["SIGIO", "SIGPWR"] as const),
];

const HANG_UPS = new Set(["EPIPE", "EIO", "ENXIO", "EBADF"]);

/** Writing to the terminal or reading from it failed. */
function isHangUp(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code = "", syscall } = error as NodeJS.ErrnoException;
  return HANG_UPS.has(code) && (syscall === "write" || syscall === "read");
}

export class Ending {
  /** Rejects with a fault that nobody caught. */
  readonly promise: Promise<Leaving>;
  end: (leaving: Leaving) => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;
  readonly #undo: (() => void)[] = [];

  constructor() {
    this.promise = new Promise((resolve, reject) => {
      this.end = resolve;
      this.#reject = reject;
    });
    this.promise.catch(() => undefined); // nobody waits for it yet
    const hungUp = (): void => this.end({ how: "hungUp" });
    for (const signal of SIGNALS) this.#on(signal, () => this.end({ how: "signal", signal }));
    this.#on("SIGHUP", hungUp);
    // the screen would hide the report: it is made after the terminal is restored
    this.#on("uncaughtException", this.fail);
    this.#on("unhandledRejection", this.fail);
    process.stdin.on("end", hungUp).on("error", this.fail);
    this.onRelease(() => process.stdin.off("end", hungUp).off("error", this.fail));
  }

  readonly fail = (error: unknown): void => {
    if (isHangUp(error)) this.end({ how: "hungUp" });
    else this.#reject(error);
  };

  onRelease(undo: () => void): void {
    this.#undo.push(undo);
  }

  release(): void {
    for (const undo of this.#undo.splice(0)) undo();
  }

  #on(event: string, listener: (error: unknown) => void): void {
    process.on(event, listener);
    this.onRelease(() => process.off(event, listener));
  }
}
