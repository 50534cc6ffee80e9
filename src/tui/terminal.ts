// SPDX-License-Identifier: MIT
// The user's terminal: taken over on entry, given back as it was on every way out.

import { type OwnWay, openOwnWay, TtyOutput } from "../tty-output.js";
import type { Size } from "./layout.js";
import { saneSize } from "./layout.js";
import { MOUSE_ON } from "./mouse.js";

// alternate screen, cursor hidden, no wrapping at the right edge, pastes told from keys
const ENTER = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[?2004h\x1b[0m\x1b[H\x1b[2J";
/** Mouse, focus, bracketed paste: whoever turned them on, the shell gets them off. */
const MODES = [1000, 1002, 1003, 1004, 1006, 2004].map((mode) => `\x1b[?${mode}l`).join("");
const LEAVE = `${MODES}\x1b[0m\x1b[?7h\x1b[?25h\x1b[?1049l`;

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

  /** `mouse`: it is to report clicks and the wheel. */
  constructor(
    stdout: OutputTerminal,
    stdin: NodeJS.ReadStream,
    fixed: Size | null,
    private readonly mouse = false,
  ) {
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
    this.#output.write(this.mouse ? `${ENTER}${MOUSE_ON}` : ENTER);
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
      failed: (error) => process.nextTick(() => this.#failed(error)),
    });
  }

  /** That the last words do not get through is nobody's concern any more. */
  #failed(error: unknown): void {
    if (this.#entered) this.#stdout.emit("error", error);
  }

  /** It has not taken yet what it was given: frames wait. */
  get isBlocked(): boolean {
    return this.#output?.isBlocked ?? false;
  }

  /** Synchronous and silent: also for a terminal that is gone. `word`: a last line, "": none. */
  leave(word = ""): void {
    if (!this.#entered) return;
    try {
      // where there is no alternate screen the prompt at least gets a line of its own
      const last = word === "" ? "" : `${word}\n`;
      const took = this.#output?.finish(`\x1b[${this.size().rows};1H${LEAVE}${last}`);
      // would wait for a stopped terminal; what the terminal's modes were node sets at the exit in any case
      if (took) this.#stdin.setRawMode(false);
    } catch {
      // hung up: nobody is left to restore anything for
    }
    this.letGo();
  }

  write(bytes: string): void {
    this.#output?.write(bytes);
  }

  /** It is somebody else's from here on, as it is: what is typed there is not read. */
  letGo(): void {
    this.#shut();
    // node stops reading at its next tick; pause() alone does not, where readable is listened to
    this.#stdin.emit("pause");
  }

  /** Ours again, whatever others made of it. */
  reclaim(): void {
    this.#shut();
    this.#stdin.setRawMode(false); // node sets only what it thinks has changed
    this.#stdin.setRawMode(true);
    this.#stdin._read(0);
    this.enter();
  }

  #shut(): void {
    if (!this.#entered) return;
    this.#entered = false;
    this.#output?.drop();
    this.#output = null;
    this.#way?.close();
    process.off("exit", this.#onExit);
  }
}
