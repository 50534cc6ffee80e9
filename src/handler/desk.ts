// SPDX-License-Identifier: MIT
// The worker's desk: gives each request to its handler, waits for what is async, sends back what came out.
import type { HandlerReply } from "../target/handlers.js";
import type { Handler } from "./api.js";
import { commandOf } from "./command.js";
import { BEAT_MS, beatNow, type HandlerMessage, WORD } from "./protocol.js";
import { readReply } from "./reply.js";
import { thrownAt, thrownText } from "./thrown.js";

export interface LoadedHandler {
  readonly handler: Handler;
  /** URL of its file. */
  readonly file: string;
}

export interface DeskOptions {
  readonly handlers: readonly LoadedHandler[];
  readonly words: Int32Array;
  answer(cookie: number, reply: HandlerReply | null): void;
  threw(text: string): void;
}

type Request = Extract<HandlerMessage, { cookie: number }>;

/** A request that is being worked on. */
interface Open {
  /** Once the handler asked for its signal. */
  abort: AbortController | null;
  /** Why nobody waits any more. */
  gone: "deadline" | "aborted" | null;
}

/** HARDWARE ERROR, INTERNAL TARGET FAILURE. */
const FAILED: HandlerReply = { status: 2, data: null, sense: { key: 4, asc: 0x44, ascq: 0 } };

export class Desk {
  readonly #options: DeskOptions;
  readonly #files: readonly string[];
  readonly #open = new Map<number, Open>();
  #pulse: NodeJS.Timeout | null = null;

  constructor(options: DeskOptions) {
    this.#options = options;
    this.#files = options.handlers.map(({ file }) => file);
  }

  take(message: HandlerMessage): void {
    this.#beat();
    if ("abandon" in message) this.#abandon(message.abandon, message.why);
    else this.#begin(message);
  }

  #begin(request: Request): void {
    this.#open.set(request.cookie, { abort: null, gone: null });
    this.#pulse ??= setInterval(() => this.#beat(), BEAT_MS);
    try {
      const result = this.#call(request);
      if (isThenable(result)) void this.#wait(request, result);
      else this.#end(request, readReply(result, request.request.dataLen));
    } catch (error) {
      this.#failed(request, error);
    }
  }

  /** The synchronous part. RUNNING names who it is that does not come back. */
  #call({ cookie, rule, request }: Request): unknown {
    const { words, handlers } = this.#options;
    Atomics.store(words, WORD.RUNNING, rule + 1);
    try {
      const command = commandOf(request, () => this.#abortOf(cookie));
      return handlers[rule]?.handler.command(command);
    } finally {
      Atomics.store(words, WORD.RUNNING, 0);
    }
  }

  async #wait(request: Request, result: PromiseLike<unknown>): Promise<void> {
    try {
      this.#end(request, readReply(await result, request.request.dataLen));
    } catch (error) {
      this.#failed(request, error);
    }
  }

  #failed(request: Request, error: unknown): void {
    // after its deadline or an abort nobody sees what a handler makes of that
    if (!this.#open.get(request.cookie)?.gone) {
      const file = this.#options.handlers[request.rule]?.file ?? "";
      const at = thrownAt(error, this.#files);
      const place = at ? `${fileName(at.file)}:${at.line}` : fileName(file);
      this.#options.threw(`${place}: ${thrownText(error)}`);
    }
    this.#end(request, FAILED);
  }

  #end({ cookie }: Request, reply: HandlerReply | null): void {
    const { words, answer } = this.#options;
    const open = this.#open.get(cookie);
    this.#open.delete(cookie);
    if (this.#open.size === 0 && this.#pulse) {
      clearInterval(this.#pulse);
      this.#pulse = null;
    }
    if (open?.gone) Atomics.add(words, WORD.LEFTOVERS, 1);
    this.#beat();
    answer(cookie, reply);
  }

  #abandon(cookie: number, why: "deadline" | "aborted"): void {
    const open = this.#open.get(cookie);
    if (open) {
      open.gone = why;
      open.abort?.abort(why);
    } else {
      // its answer was on the way
      Atomics.add(this.#options.words, WORD.LEFTOVERS, 1);
    }
  }

  #abortOf(cookie: number): AbortController {
    const open = this.#open.get(cookie);
    if (open?.abort) return open.abort;
    const abort = new AbortController();
    if (open) open.abort = abort;
    if (open?.gone) abort.abort(open.gone);
    return abort;
  }

  #beat(): void {
    Atomics.store(this.#options.words, WORD.BEAT, beatNow());
  }
}

function fileName(url: string): string {
  return decodeURIComponent(url.slice(url.lastIndexOf("/") + 1));
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof (value as { then?: unknown }).then === "function"
  );
}
