// SPDX-License-Identifier: MIT
// Measures the wake-ups of an observer, beside whoever owns the device: keeps the thread that does it.
import { MessageChannel, Worker } from "node:worker_threads";
import { type Native, native } from "../../device/native.js";
import { TgtctlError } from "../../errors.js";
import { EngineCaller } from "../engine/engine-link.js";
import { errorOfNews } from "../engine/engine-protocol.js";
import { EngineSource } from "./engine-source.js";
import type { ObserverNews, ObserverOrders } from "./observer-protocol.js";
import type { LatencySource } from "./source.js";

const STOP_MS = 2000;

export interface LatencyObserverOptions {
  readonly device: ObserverOrders["device"];
  /** Default: the program beside this file. */
  readonly program?: URL;
}

export class LatencyObserver {
  readonly source: LatencySource;
  /** Rejects when the device goes away or the thread dies. */
  readonly failed: Promise<never>;
  readonly #native: Native = native();
  readonly #wakeFd = this.#native.wakeFd();
  readonly #stop = new Int32Array(new SharedArrayBuffer(4));
  readonly #worker: Worker;
  readonly #ended: Promise<void>;
  readonly #caller: EngineCaller;

  private constructor({ device, program }: LatencyObserverOptions) {
    const { port1, port2 } = new MessageChannel();
    const stop = this.#stop.buffer as SharedArrayBuffer;
    const orders: ObserverOrders = { device, port: port2, wakeFd: this.#wakeFd, stop };
    this.#worker = new Worker(program ?? new URL("./observer.js", import.meta.url), {
      workerData: orders,
      transferList: [port2],
    });
    this.failed = new Promise((_, reject) => {
      this.#worker.on("message", (news: ObserverNews) => {
        if (news.kind === "failed") reject(errorOfNews(news.error));
      });
      this.#worker.on("error", (error) => reject(died(error.message)));
      this.#worker.on("exit", () => reject(died("it ended")));
    });
    this.failed.catch(() => {}); // whoever cares awaits it
    this.#ended = new Promise((resolve) => {
      this.#worker.on("exit", () => resolve());
    });
    this.#caller = new EngineCaller({ port: port1, wakeFd: this.#wakeFd });
    this.source = new EngineSource(this.#caller, "observer");
  }

  /** Errors: those of opening the device; `unavailable`, its kernel has no telemetry. */
  static async start(options: LatencyObserverOptions): Promise<LatencyObserver> {
    const observer = new LatencyObserver(options);
    try {
      await Promise.race([observer.#ready(), observer.failed]);
      return observer;
    } catch (error) {
      await observer.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    Atomics.store(this.#stop, 0, 1);
    this.#caller.close();
    this.#native.wake(this.#wakeFd);
    const late = new Promise<void>((resolve) => setTimeout(resolve, STOP_MS).unref());
    await Promise.race([this.#ended, late]);
    await this.#worker.terminate();
    this.#native.close(this.#wakeFd);
  }

  #ready(): Promise<void> {
    return new Promise((resolve) => {
      this.#worker.on("message", (news: ObserverNews) => {
        if (news.kind === "ready") resolve();
      });
    });
  }
}

function died(cause: string): TgtctlError {
  const remedy = "run again with --debug and report it";
  return new TgtctlError("internal", `measuring thread: ${cause}`, remedy);
}
