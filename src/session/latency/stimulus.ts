// SPDX-License-Identifier: MIT
// Commands of our own for a target that is idle: TEST UNIT READY, which moves no data, from a thread of its own.
import { Worker } from "node:worker_threads";
import { TgtctlError } from "../../errors.js";
import { STOP, type StimulusNews, type StimulusOrders } from "./stimulus-protocol.js";

/** The worker waits for its last commands so long, and then some. */
const END_MS = 8000;

export class Stimulus {
  readonly #worker: Worker;
  readonly #control: Int32Array;
  #ended: Promise<StimulusNews | null>;
  #trouble: string | null = null;

  private constructor(worker: Worker, control: SharedArrayBuffer) {
    this.#worker = worker;
    this.#control = new Int32Array(control);
    this.#ended = new Promise((resolve) => {
      worker.on("message", (news: StimulusNews) => {
        if (news.kind === "failed") this.#trouble = news.cause;
        if (news.kind !== "ready") resolve(news);
      });
      worker.once("exit", () => resolve(null));
    });
  }

  /** Errors: `permission`, `unavailable`: the node cannot be opened. */
  static async start(node: string, intervalNs: number): Promise<Stimulus> {
    const control = new SharedArrayBuffer(4);
    const orders: StimulusOrders = { node, intervalNs, control };
    const worker = new Worker(new URL("./stimulus.js", import.meta.url), { workerData: orders });
    const first = await new Promise<StimulusNews>((resolve) => {
      worker.once("message", resolve);
      worker.once("error", ({ message }) => resolve({ kind: "failed", cause: message }));
    });
    if (first.kind !== "failed") return new Stimulus(worker, control);
    await worker.terminate();
    throw new TgtctlError(
      /EACCES|EPERM/.test(first.cause) ? "permission" : "unavailable",
      `${node}: ${first.cause}: no command can be sent to its disk`,
      "run as root, or send commands to its disk otherwise",
    );
  }

  /** What ended it before its time; null: nothing did. */
  get trouble(): string | null {
    return this.#trouble;
  }

  /** How many were due and not sent, because sixteen had no answer yet. */
  async stop(): Promise<number> {
    Atomics.store(this.#control, STOP, 1);
    Atomics.notify(this.#control, STOP);
    const late = new Promise<null>((resolve) => setTimeout(() => resolve(null), END_MS).unref());
    const news = await Promise.race([this.#ended, late]);
    await this.#worker.terminate();
    return news?.kind === "ended" ? news.leftOut : 0;
  }
}
