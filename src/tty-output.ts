// SPDX-License-Identifier: MIT
// Bytes to a terminal that may have stopped taking any: written without waiting, the rest when there is room.

import { closeSync, constants, openSync, writeSync } from "node:fs";

/** Writes what there is room for, returns how much that was. Errors: EAGAIN for none, others: it is gone. */
export type WriteSome = (bytes: Uint8Array) => number;

/** After a write that found no room, and at most, where there goes on being none. */
const RETRY_MS = 10;
const MOST_RETRY_MS = 200;
/** How long the last words wait for room. */
const LAST_WORDS_MS = 300;

export interface TtyOutputOptions {
  readonly write: WriteSome;
  /** There is room again, and nothing is left over. */
  readonly drained: () => void;
  /** Once; then nothing is written any more. */
  readonly failed: (error: unknown) => void;
}

function isFull(error: unknown): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === "EAGAIN";
}

/** In order and without a limit: whoever writes frames looks at `isBlocked` before. */
export class TtyOutput {
  readonly #options: TtyOutputOptions;
  #rest: Uint8Array = new Uint8Array(0);
  #timer: NodeJS.Timeout | null = null;
  #retryMs = RETRY_MS;
  #gone = false;

  constructor(options: TtyOutputOptions) {
    this.#options = options;
  }

  /** Something is left over: a frame made now would be old when it is shown. */
  get isBlocked(): boolean {
    return this.#rest.length > 0;
  }

  write(text: string): void {
    if (this.#gone || text === "") return;
    this.#rest = Buffer.concat([this.#rest, Buffer.from(text)]);
    if (this.#timer === null) this.#flush();
  }

  #flush(): void {
    const before = this.#rest.length;
    this.#writeSome();
    if (!this.isBlocked) return;
    const moves = this.#rest.length < before;
    this.#retryMs = moves ? RETRY_MS : Math.min(MOST_RETRY_MS, this.#retryMs * 2);
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#flush();
      if (!this.isBlocked && !this.#gone) this.#options.drained();
    }, this.#retryMs);
  }

  #writeSome(): void {
    try {
      while (this.#rest.length > 0) {
        this.#rest = this.#rest.subarray(this.#options.write(this.#rest));
      }
    } catch (error) {
      if (isFull(error)) return;
      this.#gone = true;
      this.#rest = new Uint8Array(0);
      this.#options.failed(error);
    }
  }

  /** What is left over, then `text`, for which it waits a moment. False: the terminal took it not, or not all. */
  finish(text: string): boolean {
    this.write(text);
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    const end = performance.now() + LAST_WORDS_MS;
    while (this.isBlocked && performance.now() < end) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
      this.#writeSome();
    }
    const took = !this.isBlocked && !this.#gone;
    this.#rest = new Uint8Array(0);
    return took;
  }

  /** What is left over is never written. */
  drop(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#rest = new Uint8Array(0);
  }
}

/** A way to write to the terminal at `fd` that never waits, and the end of it. */
export interface OwnWay {
  readonly write: WriteSome;
  close(): void;
}

/**
 * Node makes writes to a terminal synchronous. Where nobody reads it (flow control on a serial line, an ssh that
 * hangs) this thread would sit in write(2) until somebody does: deaf to signals, unable to end. So the terminal
 * is opened a second time: O_NONBLOCK is a matter of the open file, and whoever shares `fd` with us keeps theirs.
 * Null where it cannot be opened, after su for one: then a stopped terminal stops the screen, and only that:
 * engine and control socket have threads of their own.
 */
export function openOwnWay(fd: number): OwnWay | null {
  try {
    const flags = constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY;
    const own = openSync(`/proc/self/fd/${fd}`, flags);
    return { write: (bytes) => writeSync(own, bytes), close: () => closeSync(own) };
  } catch {
    return null;
  }
}

/** One line for a terminal that may have stopped: it waits for room a moment at most. */
export function writeLastLine(fd: number, line: string): void {
  const way = openOwnWay(fd);
  if (way === null) return; // to wait for it may be to wait for ever
  const output = new TtyOutput({ write: way.write, drained: () => {}, failed: () => {} });
  output.finish(`${line}\n`);
  way.close();
}
