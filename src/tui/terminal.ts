// SPDX-License-Identifier: MIT
// The user's terminal: taken over on entry, given back as it was on every way out.

import type { Size } from "./layout.js";
import { saneSize } from "./layout.js";
import { type OwnWay, openOwnWay, TtyOutput } from "./tty-output.js";

// alternate screen, cursor hidden, no wrapping at the right edge
const ENTER = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[0m\x1b[H\x1b[2J";
const LEAVE = "\x1b[0m\x1b[?7h\x1b[?25h\x1b[?1049l";

/** Terminals whose colours are not worth relying on. */
const MONO = /^(dumb|unknown|vt\d|.*-m$|.*-mono$)/;

export function hasColors(wanted: boolean, term: string | undefined): boolean {
  return wanted && !MONO.test(term ?? "dumb");
}

type OutputTerminal = NodeJS.WriteStream & { readonly fd: number };

export class Terminal {
  readonly #stdout: OutputTerminal;
  readonly #stdin: NodeJS.ReadStream;
  readonly #fixed: Size | null;
  #entered = false;
  #way: OwnWay | null = null;
  #output: TtyOutput | null = null;
  /** It takes bytes again, and nothing is left over. */
  onDrain: () => void = () => undefined;
  // also where somebody ends the process without asking us
  readonly #onExit = (): void => this.leave();

  constructor(stdout: OutputTerminal, stdin: NodeJS.ReadStream, fixed: Size | null) {
    this.#stdout = stdout;
    this.#stdin = stdin;
    this.#fixed = fixed;
  }

  size(): Size {
    if (this.#fixed) return saneSize(this.#fixed.columns, this.#fixed.rows);
    return saneSize(this.#stdout.columns, this.#stdout.rows);
  }

  enter(): void {
    if (this.#entered) return;
    this.#entered = true;
    process.on("exit", this.#onExit);
    this.#output = this.#open();
    this.#output.write(ENTER);
  }

  #open(): TtyOutput {
    const stdout = this.#stdout;
    this.#way = openOwnWay(stdout.fd);
    const waiting = (bytes: Uint8Array): number => {
      stdout.write(bytes);
      return bytes.length;
    };
    return new TtyOutput({
      write: this.#way?.write ?? waiting,
      drained: () => this.onDrain(),
      failed: (error) => process.nextTick(() => stdout.emit("error", error)),
    });
  }

  /** It has not taken yet what it was given: frames wait. */
  get isBlocked(): boolean {
    return this.#output?.isBlocked ?? false;
  }

  /** Synchronous and silent: also for a terminal that is gone. */
  leave(): void {
    if (!this.#entered) return;
    this.#entered = false;
    process.off("exit", this.#onExit);
    try {
      // where there is no alternate screen the prompt at least gets a line of its own
      const took = this.#output?.finish(`\x1b[${this.size().rows};1H${LEAVE}`);
      // would wait for a stopped terminal; what the terminal's modes were node sets at the exit in any case
      if (took) this.#stdin.setRawMode(false);
    } catch {
      // hung up: nobody is left to restore anything for
    }
    this.#output = null;
    this.#way?.close();
  }

  write(bytes: string): void {
    this.#output?.write(bytes);
  }

  /**
   * Stops the process group as the terminal's own Ctrl-Z would, the terminal given back meanwhile.
   * `resumed` is called once it runs again, also where nothing could stop it.
   */
  suspend(resumed: () => void): void {
    this.leave();
    process.kill(0, "SIGTSTP");
    // a stopped process runs no timers: this one fires after SIGCONT
    setTimeout(() => {
      this.#stdin.setRawMode(true);
      this.enter();
      resumed();
    }, 20);
  }
}
