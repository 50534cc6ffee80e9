// SPDX-License-Identifier: MIT
// Being stopped and going on: Ctrl-Z and fg, bg, kill -STOP and -CONT from elsewhere. In the background the
// terminal is somebody else's: nothing is written to it, read from it or set, and the session goes on.
import { readFileSync } from "node:fs";
import type { Terminal } from "./terminal.js";

/** Shells say nothing to a job they bring back that was not stopped: it has to look. */
const LOOK_MS = 250;
const STOPPED_MS = 20;

export interface JobControlOptions {
  readonly terminal: Terminal;
  /** The terminal is ours again, and shows anything. */
  readonly redraw: () => void;
  /** Said to the shell's user when we stop; "": nothing. */
  readonly farewell: () => string;
}

export class JobControl {
  readonly #options: JobControlOptions;
  #timer: NodeJS.Timeout | undefined;
  // without a listener the signal does what it is for
  readonly #stop = (): void => this.suspend();
  readonly #continued = (): void => this.#back();

  constructor(options: JobControlOptions) {
    this.#options = options;
    process.on("SIGTSTP", this.#stop).on("SIGCONT", this.#continued);
  }

  /** Stops the process group as the terminal's own Ctrl-Z would, the terminal given back meanwhile. */
  suspend(): void {
    const { terminal, farewell } = this.#options;
    process.off("SIGTSTP", this.#stop);
    terminal.leave(farewell());
    process.kill(0, "SIGTSTP");
    // for where nothing could stop it; a stopped process runs no timers
    this.#timer = setTimeout(() => this.#back(), STOPPED_MS);
  }

  close(): void {
    clearTimeout(this.#timer);
    process.off("SIGTSTP", this.#stop).off("SIGCONT", this.#continued);
  }

  #back(): void {
    clearTimeout(this.#timer);
    const { terminal, redraw } = this.#options;
    if (!process.listeners("SIGTSTP").includes(this.#stop)) process.on("SIGTSTP", this.#stop);
    if (!inForeground()) {
      terminal.letGo();
      this.#timer = setTimeout(() => this.#back(), LOOK_MS).unref();
      return;
    }
    terminal.reclaim();
    redraw();
  }
}

/** The terminal is ours to write to. Also where there is no job control. proc_pid_stat(5): pgrp and tpgid. */
export function inForeground(): boolean {
  try {
    const stat = readFileSync("/proc/self/stat", "latin1");
    const [, , group, , , foreground] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return foreground === "-1" || foreground === group;
  } catch {
    return true;
  }
}
