// SPDX-License-Identifier: MIT
// Who keeps the control socket's thread: starts it, and ends it before the engine's eventfd goes.
import { setFlagsFromString } from "node:v8";
import { Worker } from "node:worker_threads";
import { causeText, TgtctlError } from "../../errors.js";
import type { EngineLink, Outcome } from "../engine/engine-link.js";
import type { Hello } from "./protocol.js";

/** Heap of the thread, in MB; more is a fault of ours, and the owner goes on without it. */
const LIMITS = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 32 };
const CLOSE_MS = 2000;

export interface ControlHostOptions {
  /** Of the socket. */
  readonly path: string;
  /** Its port is transferred. */
  readonly link: EngineLink;
  readonly hello: Omit<Hello, "protocol" | "methods">;
  /** Names the engine answers; others are no methods. */
  readonly methods: readonly string[];
  /** The units are disks of this machine, which has to be told when they change. */
  readonly disks: boolean;
  readonly onRemark?: ((text: string) => void) | undefined;
  /** Default: the one beside this file. */
  readonly program?: URL;
}

/** Everything the thread needs; structured-cloneable. */
export type ControlOrders = Pick<
  ControlHostOptions,
  "path" | "link" | "hello" | "methods" | "disks"
>;

export type ControlWord =
  | { readonly kind: "close" }
  | {
      readonly kind: "notify";
      readonly method: string;
      readonly params: Readonly<Record<string, unknown>>;
    };

export type ControlNews =
  | { readonly kind: "ready" }
  /** So many are connected now. */
  | { readonly kind: "clients"; readonly count: number }
  | { readonly kind: "failed"; readonly outcome: Outcome };

export class ControlHost {
  readonly #worker: Worker;
  readonly #ended: Promise<void>;
  #closed = false;
  #clients = 0;

  private constructor({ onRemark, program, ...orders }: ControlHostOptions) {
    const { link } = orders;
    // Clients decide how much garbage that thread makes. V8 would have up to four helpers collect it at
    // full priority, several times a second, on the processors the engine needs.
    setFlagsFromString("--no-parallel-scavenge");
    this.#worker = new Worker(program ?? new URL("./control.js", import.meta.url), {
      workerData: orders satisfies ControlOrders,
      transferList: [link.port],
      resourceLimits: LIMITS,
    });
    this.#worker.on("message", (news: ControlNews) => {
      if (news.kind === "clients") this.#clients = news.count;
    });
    let cause = "it ended";
    this.#worker.on("error", (error) => {
      cause = causeText(error);
    });
    this.#ended = new Promise((resolve) => {
      this.#worker.on("exit", () => {
        resolve();
        if (!this.#closed) onRemark?.(`control socket: ${cause}: nobody can connect any more`);
      });
    });
  }

  /** Resolves once the socket takes connections. Errors: those of `listenAt`. */
  static async start(options: ControlHostOptions): Promise<ControlHost> {
    const host = new ControlHost(options);
    try {
      await host.#ready();
      return host;
    } catch (error) {
      await host.close();
      throw error;
    }
  }

  /** Connections, as last heard. */
  get clients(): number {
    return this.#clients;
  }

  /** To the clients that subscribed. */
  notify(method: string, params: Readonly<Record<string, unknown>>): void {
    this.#tell({ kind: "notify", method, params });
  }

  /** Clients are cut off and the socket's file goes; the eventfd is not written any more. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#tell({ kind: "close" });
    const late = new Promise<void>((resolve) => setTimeout(resolve, CLOSE_MS).unref());
    await Promise.race([this.#ended, late]);
    await this.#worker.terminate();
  }

  #tell(word: ControlWord): void {
    this.#worker.postMessage(word);
  }

  #ready(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#worker.once("message", (news: ControlNews) => {
        if (news.kind === "ready") resolve();
        else if (news.kind === "failed" && "error" in news.outcome) {
          const { kind, message, remedy } = news.outcome.error;
          reject(new TgtctlError(kind, message, remedy));
        }
      });
      this.#worker.once("error", (error) => reject(died(causeText(error))));
      this.#worker.once("exit", () => reject(died("it ended before it was ready")));
    });
  }
}

function died(cause: string): TgtctlError {
  return new TgtctlError(
    "internal",
    `control socket: ${cause}`,
    "run again with --debug and report it",
  );
}
