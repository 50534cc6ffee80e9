// SPDX-License-Identifier: MIT
// One life of the handlers' worker: started, loaded, connected to the engine, ended.

import type { Readable } from "node:stream";
import { MessageChannel, type MessagePort, Worker } from "node:worker_threads";
import { native } from "../../device/native.js";
import { TgtctlError } from "../../errors.js";
import type { FileRule } from "../../handler/definition.js";
import {
  type HandlerLine,
  type HandlerNews,
  type HandlerOrders,
  type HandlerService,
  STATE_BYTES,
  WORD,
} from "../../handler/protocol.js";
import { thrownText } from "../../handler/thrown.js";

const LOAD_MS = 60_000;
/** Heap of a worker, in MB; buffers are not in it. */
const LIMITS = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 32 };
/** Node's exit code where an await at the top level is left hanging. */
const UNSETTLED = 13;
const LONGEST_LINE = 1000;

export interface HandlerThreadOptions {
  /** Absolute paths. */
  readonly files: readonly string[];
  /** The worker's program. */
  readonly program: URL;
  /** What it printed, line by line. */
  onLine(line: string): void;
  /** A handler threw: place and message; so often, the last time this. */
  onThrew(text: string, times: number): void;
}

export class HandlerThread {
  readonly words: Int32Array;
  /** Rejects with a TgtctlError if the files are no handlers, take too long, or end the worker. */
  readonly loaded: Promise<readonly FileRule[]>;
  /** Why it ended, once it has. */
  readonly ended: Promise<string>;
  readonly #state = new SharedArrayBuffer(STATE_BYTES);
  readonly #worker: Worker;
  readonly #news: MessagePort;

  constructor({ files, program, onLine, onThrew }: HandlerThreadOptions) {
    const { port1, port2 } = new MessageChannel();
    const orders: HandlerOrders = { files, state: this.#state, news: port2 };
    this.words = new Int32Array(this.#state);
    this.#news = port1;
    this.#worker = new Worker(program, {
      workerData: orders,
      transferList: [port2],
      ...{ stdout: true, stderr: true, resourceLimits: LIMITS },
    });
    eachLine(this.#worker.stdout, onLine);
    eachLine(this.#worker.stderr, onLine);
    this.ended = endOf(this.#worker);
    this.loaded = this.#load(files);
    this.loaded.catch(() => {}); // whoever starts it awaits it
    port1.on("message", (news: HandlerNews) => {
      if (news?.kind !== "threw") return;
      Atomics.add(this.words, WORD.HEARD, 1);
      onThrew(String(news.text), news.times);
    });
  }

  /** The engine's end of a line to it. */
  connect(rules: readonly FileRule[], wakeFd: number): HandlerLine {
    const { port1, port2 } = new MessageChannel();
    const service: HandlerService = { port: port2, wakeFd };
    this.#news.postMessage(service, [port2]);
    return { port: port1, state: this.#state, rules };
  }

  /** No line of its code runs after this call; resolves when the thread is gone. */
  async terminate(): Promise<void> {
    this.#news.close();
    await this.#worker.terminate();
  }

  /** Instead of waiting for a thread that cannot be ended: the process leaves it behind when it exits. */
  abandon(): void {
    this.#worker.unref();
    // being read they keep the event loop alive, unref() or not
    for (const stream of [this.#worker.stdout, this.#worker.stderr]) stream.push(null);
    // last of all: Node joins every worker, also in process.exit()
    process.once("exit", (code) => native().exitNow(code));
  }

  #load(files: readonly string[]): Promise<readonly FileRule[]> {
    const named = files.join(", ");
    return new Promise((resolve, reject) => {
      const fail = (what: string, remedy: string): void =>
        reject(new TgtctlError("undecodable", `--handler ${named}: ${what}`, remedy));
      const late = setTimeout(
        () =>
          fail(
            `not loaded after ${LOAD_MS / 1000} s`,
            "mend the file: it loops or waits at its top level",
          ),
        LOAD_MS,
      );
      this.#news.on("message", (news: HandlerNews) => {
        clearTimeout(late);
        if (news?.kind === "loaded") resolve(news.rules);
        if (news?.kind === "failed") {
          const { kind, message, remedy } = news.error;
          reject(new TgtctlError(kind, message, remedy));
        }
      });
      void this.ended.then((cause) => {
        clearTimeout(late);
        fail(cause, "mend the file");
      });
    });
  }
}

function endOf(worker: Worker): Promise<string> {
  return new Promise((resolve) => {
    let cause: string | undefined;
    worker.on("error", (error: unknown) => {
      cause ??= thrownText(error);
    });
    worker.on("exit", (code) => {
      const how =
        code === UNSETTLED ? "it waits at its top level for ever" : `it ended itself (${code})`;
      resolve(cause ?? how);
    });
  });
}

function eachLine(stream: Readable, say: (line: string) => void): void {
  let rest = "";
  stream.setEncoding("utf8");
  stream.on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) say(line.slice(0, LONGEST_LINE));
    if (rest.length <= LONGEST_LINE) return;
    say(rest.slice(0, LONGEST_LINE));
    rest = "";
  });
  stream.on("end", () => {
    if (rest !== "") say(rest);
  });
}
