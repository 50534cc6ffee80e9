// SPDX-License-Identifier: MIT
// Who keeps the handlers' worker: starts it, watches it, starts it again, and at last leaves it.
import { MessageChannel, type MessagePort } from "node:worker_threads";
import { native } from "../../device/native.js";
import { causeText, TgtctlError } from "../../errors.js";
import type { FileRule } from "../../handler/definition.js";
import type { HandlerLine, HandlerLink } from "../../handler/protocol.js";
import { RemarkLimit } from "../remark-limit.js";
import { handlerFiles } from "./handler-files.js";
import { HandlerThread } from "./handler-thread.js";
import { HandlerWatch, LOOK_MS } from "./handler-watch.js";

/** Failures in a row, each after a life shorter than LIFE_MS, after which nobody starts it again. */
const MOST_FAILURES = 5;
const LIFE_MS = 30_000;
const FIRST_PAUSE_MS = 100;
/** A thread in a system call cannot be ended; none of its code runs any more all the same. */
const CLOSE_MS = 2000;

const TROUBLES = {
  stuck: "an endless loop",
  clogged: "too many commands left without an answer",
};

export interface HandlerHostOptions {
  /** FILEs of --handler. */
  readonly files: readonly string[];
  readonly onRemark?: ((text: string) => void) | undefined;
  /** Aborted: nobody wants it any more, loaded or not. */
  readonly stop?: AbortSignal | undefined;
  /** Default: the one beside this file. */
  readonly program?: URL;
}

interface Engine {
  readonly control: MessagePort;
  readonly posted: Int32Array;
  readonly wakeFd: number;
}

export class HandlerHost {
  readonly #files: readonly string[];
  readonly #program: URL;
  readonly #remarks: RemarkLimit;
  /** What it prints has a limit of its own: it must not crowd out what we have to say. */
  readonly #printed: RemarkLimit;
  #engine: Engine | null = null;
  #thread: HandlerThread;
  #rules: readonly FileRule[] = [];
  #looking: NodeJS.Timeout | undefined;
  /** Says what the worker's words tell since the last look. */
  #lastLook: () => void = () => {};
  #pause: NodeJS.Timeout | undefined;
  #failures = 0;
  #closed = false;

  private constructor(files: readonly string[], { onRemark, program }: HandlerHostOptions) {
    this.#files = files;
    this.#program = program ?? new URL("./handler.js", import.meta.url);
    const tell = (text: string): void => onRemark?.(`handler: ${printable(text)}`);
    this.#remarks = new RemarkLimit(tell);
    this.#printed = new RemarkLimit(tell);
    this.#thread = this.#newThread();
  }

  /** Loads the files. Errors: `inputMissing`, `permission`, `usage`, `undecodable`, `interrupted`. */
  static async start(options: HandlerHostOptions): Promise<HandlerHost> {
    const host = new HandlerHost(handlerFiles(options.files), options);
    try {
      host.#rules = await Promise.race([host.#thread.loaded, interrupted(options.stop)]);
    } catch (error) {
      await host.close();
      throw error;
    }
    return host;
  }

  /** What the engine's thread is given; `wakeFd` is its eventfd. Once. */
  connect(wakeFd: number): HandlerLink {
    const { port1, port2 } = new MessageChannel();
    port1.unref();
    const posted = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
    this.#engine = { control: port1, posted: new Int32Array(posted), wakeFd };
    this.#serve(this.#thread, this.#rules);
    return { control: port2, posted };
  }

  /** Ends it; nothing of it calls `wake` any more. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#looking);
    clearTimeout(this.#pause);
    const ended = this.#thread.terminate().then(() => true);
    const late = new Promise<false>((resolve) =>
      setTimeout(() => resolve(false), CLOSE_MS).unref(),
    );
    if (!(await Promise.race([ended, late]))) this.#thread.abandon();
    this.#lastLook();
    this.#printed.close();
    this.#remarks.close();
    this.#engine?.control.close();
  }

  #newThread(): HandlerThread {
    return new HandlerThread({
      files: this.#files,
      program: this.#program,
      onLine: (line) => this.#printed.say(line, line),
      onThrew: (text, times) => this.#remarks.say(text, `${text}: answered with 4/44/00`, times),
    });
  }

  /** From here on the engine asks it. */
  #serve(thread: HandlerThread, rules: readonly FileRule[]): void {
    const began = performance.now();
    const watch = new HandlerWatch(thread.words);
    let trouble: string | null = null;
    this.#offer(thread.connect(rules, this.#engine?.wakeFd ?? -1));
    const look = (): void => {
      trouble = this.#look(watch, rules);
      if (trouble === null) return;
      clearInterval(this.#looking);
      this.#offer(null);
      void thread.terminate();
      const held = `${trouble}, in a system call: the default answers until that returns`;
      this.#pause = setTimeout(() => this.#remarks.say("held", held), CLOSE_MS);
    };
    this.#lastLook = () => this.#look(watch, rules);
    this.#looking = setInterval(look, LOOK_MS);
    this.#looking.unref();
    void thread.ended.then((cause) => {
      if (this.#closed) return;
      clearInterval(this.#looking);
      clearTimeout(this.#pause);
      if (trouble === null) this.#offer(null);
      this.#look(watch, rules);
      if (performance.now() - began > LIFE_MS) this.#failures = 0;
      this.#again(trouble ?? cause);
    });
  }

  /** Says what there is to say; returns why it cannot go on, or null. */
  #look(watch: HandlerWatch, rules: readonly FileRule[]): string | null {
    const { late, full, trouble, running } = watch.look();
    if (late > 0) this.#remarks.say("late", "a deadline passed, the default answered", late);
    if (full > 0) this.#remarks.say("full", "too much waits already, the default answered", full);
    const file = rules[running - 1]?.file;
    return trouble && (file ? `${file}: ${TROUBLES[trouble]}` : TROUBLES[trouble]);
  }

  #again(cause: string): void {
    if (++this.#failures >= MOST_FAILURES) {
      this.#remarks.say(
        "end",
        `${cause}: given up after ${MOST_FAILURES} failures, the default answers`,
      );
      return;
    }
    const pause = FIRST_PAUSE_MS * 2 ** (this.#failures - 1);
    this.#remarks.say("again", `${cause}: started again`);
    this.#pause = setTimeout(() => void this.#restart(), pause);
  }

  async #restart(): Promise<void> {
    this.#thread = this.#newThread();
    try {
      const rules = await this.#thread.loaded;
      if (!this.#closed) this.#serve(this.#thread, rules);
    } catch (error) {
      await this.#thread.terminate();
      if (!this.#closed) this.#again(causeText(error));
    }
  }

  #offer(line: HandlerLine | null): void {
    if (!this.#engine) return;
    const { control, posted, wakeFd } = this.#engine;
    control.postMessage(line, line ? [line.port] : []);
    Atomics.add(posted, 0, 1);
    native().wake(wakeFd);
  }
}

function interrupted(stop: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    const end = (): void =>
      reject(new TgtctlError("interrupted", "told to stop before it was ready", "start again"));
    stop?.addEventListener("abort", end, { once: true });
    if (stop?.aborted) end();
  });
}

/** What a handler prints must not move the cursor. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (char) => (char === "\t" ? " " : "?"));
}
