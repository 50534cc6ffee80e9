// SPDX-License-Identifier: MIT
// One owner of one device: starts the engine in its thread, hands its journal to whoever looks, and
// stops it in order.
import { MessageChannel, type MessagePort, Worker } from "node:worker_threads";
import { CharDevice } from "../device/char-device.js";
import type { DeviceSpec } from "../device/device-spec.js";
import { type Native, native } from "../device/native.js";
import type { LiveDevice } from "../device/ring-device.js";
import { SimulatorDevice } from "../device/simulator.js";
import { TgtctlError } from "../errors.js";
import { SLOT_BYTES } from "../ring/live-layout.js";
import type { ControlHost } from "./control/control-host.js";
import { EngineCounters } from "./engine/engine-counters.js";
import { EngineCaller, type EngineLink } from "./engine/engine-link.js";
import {
  type EngineNews,
  type EngineOrders,
  errorOfNews,
  LEAVE,
  type Serials,
  type Served,
  SIZES,
  STOP,
} from "./engine/engine-protocol.js";
import { standBehind } from "./engine/helper-threads.js";
import type { FaultCount } from "./faults/fault-rules.js";
import type { HandlerHost } from "./handlers/handler-host.js";
import { createJournal, JournalReader } from "./journal.js";

/** Events the journal holds for a reader that is late: 20 MB, a third of a second at 500,000/s. */
const JOURNAL_ENTRIES = 1 << 17;
/** Longer than the engine's own limit for finishing what it has consumed. */
const STOP_MS = 12_000;

export interface SessionOptions {
  readonly spec: DeviceSpec;
  readonly served: Served;
  /** Fault rules as text, known to be good. */
  readonly faults: readonly string[];
  /** Users' handlers, loaded; closed with the session, once that has started. */
  readonly handlers: HandlerHost | null;
  readonly force: boolean;
  /** Whether somebody will read the journal. */
  readonly journal: boolean;
  /** Called for each thing the engine thinks a person should know of. */
  readonly onRemark?: (text: string) => void;
}

export class Session {
  /** This thread's own read-only mapping of the same rings. */
  readonly device: LiveDevice;
  /** Serial numbers of the units served, by LUN. */
  readonly serials: Serials;
  readonly events: JournalReader | null;
  readonly counters: EngineCounters;
  /** Verbs (verbs.ts), asked from this thread. */
  readonly engine: EngineCaller;
  /** The same for another thread: to be transferred there once. */
  readonly link: EngineLink;
  /** Rejects when the engine dies or the device goes away. */
  readonly failed: Promise<never>;
  readonly #native: Native;
  readonly #worker: Worker;
  readonly #control: Int32Array;
  readonly #wakeFd: number;
  readonly #sim: number | null;
  readonly #handlers: HandlerHost | null;
  /** The engine has answered what it owed and now flushes and closes: that takes what it takes. */
  readonly #finished: Promise<void>;
  readonly #stopped: Promise<number>;
  #socket: ControlHost | null = null;
  #stopping: Promise<number> | null = null;
  #watch: NodeJS.Timeout | undefined;
  #faults: readonly FaultCount[] = [];

  private constructor(parts: SessionParts) {
    this.device = parts.device;
    this.serials = parts.serials;
    this.events = parts.orders.journal ? new JournalReader(parts.orders.journal, SLOT_BYTES) : null;
    this.counters = new EngineCounters(parts.orders.counters);
    this.engine = new EngineCaller(parts.own);
    this.link = parts.other;
    this.#native = parts.native;
    this.#worker = parts.worker;
    this.#control = new Int32Array(parts.orders.control);
    this.#wakeFd = parts.orders.wakeFd;
    this.#sim = parts.sim;
    this.#handlers = parts.handlers;
    this.failed = new Promise((_, reject) => {
      parts.worker.on("message", (news: EngineNews) => {
        if (news.kind === "failed") reject(errorOfNews(news.error));
        else if (news.kind === "remark") parts.onRemark?.(news.text);
      });
      parts.worker.on("error", (error) => reject(engineDied(error.message)));
    });
    this.failed.catch(() => {}); // whoever cares awaits it
    this.#finished = new Promise((resolve) => {
      parts.worker.on("message", (news: EngineNews) => {
        if (news.kind !== "finished") return;
        this.#faults = news.faults;
        resolve();
      });
    });
    this.#stopped = new Promise((resolve) => {
      parts.worker.on("message", (news: EngineNews) => {
        if (news.kind === "stopped") resolve(news.unfinished);
      });
      parts.worker.on("exit", () => resolve(0));
    });
  }

  /**
   * Owns the device and answers for it from now on.
   * Errors: those of opening the device and the stores.
   */
  static async start(options: SessionOptions): Promise<Session> {
    standBehind();
    const shim = native();
    const sim = options.spec.kind === "simulator" ? shim.simCreate(options.spec.options) : null;
    const wakeFd = shim.wakeFd();
    const own = connect(wakeFd);
    const other = connect(wakeFd);
    const ports = [own.engine, other.engine];
    const orders = engineOrders(options, sim, wakeFd, ports);
    const worker = new Worker(new URL("./engine.js", import.meta.url), {
      workerData: orders,
      transferList: [...ports, ...(orders.handlers ? [orders.handlers.control] : [])],
    });
    try {
      const serials = await engineReady(worker, options.onRemark);
      const device = observe(shim, options.spec, sim, options.force);
      const { handlers, onRemark } = options;
      return new Session({
        native: shim,
        orders,
        worker,
        sim,
        handlers,
        device,
        serials,
        onRemark,
        own: own.link,
        other: other.link,
      });
    } catch (error) {
      await worker.terminate();
      if (sim !== null) shim.simDestroy(sim);
      throw error;
    }
  }

  /** How often each fault rule fired, once stopped; none if the engine died. */
  get faults(): readonly FaultCount[] {
    return this.#faults;
  }

  /** The simulator's initiator begins; nothing on a real device. */
  startWorkload(): void {
    if (this.#sim !== null) this.#native.simStart(this.#sim);
  }

  /** What the simulator's initiator says of its data; null on a real device. */
  simStats(): ReturnType<Native["simStats"]> | null {
    return this.#sim === null ? null : this.#native.simStats(this.#sim);
  }

  /** Resolves when the simulator's initiator is through with its `count`; never on a device. */
  workloadFinished(): Promise<void> {
    if (this.#sim === null) return new Promise(() => {});
    return new Promise((resolve) => {
      const look = (): void => {
        if (this.simStats()?.finished !== true) return;
        clearInterval(this.#watch);
        resolve();
      };
      this.#watch = setInterval(look, 10);
      this.#watch.unref();
    });
  }

  /** The socket through which others ask for verbs: closed with the session. */
  offer(control: ControlHost): void {
    this.#socket = control;
  }

  /** Connections to that socket. */
  get clients(): number {
    return this.#socket?.clients ?? 0;
  }

  /** For who shall look at a simulator's memory from another process: rings, then telemetry. */
  get simMemory(): number | null {
    return this.#sim === null ? null : this.#native.simMemory(this.#sim);
  }

  /** Units whose file or memory has another size now get it; remarks say which. */
  followSizes(): void {
    Atomics.store(this.#control, SIZES, 1);
    this.#native.wake(this.#wakeFd);
  }

  /**
   * Consumes no more, finishes what was consumed, leaves the rest to the next owner. `leave`: with the
   * content of `ram:` units, which otherwise stays only for commands that are unfinished.
   * Returns how many commands stayed unanswered; once stopped, the same again.
   * Errors: `io` if a store could not be flushed, what the engine died of; all is given back first.
   */
  stop(leave = false): Promise<number> {
    this.#stopping ??= this.#stop(leave);
    return this.#stopping;
  }

  async #stop(leave: boolean): Promise<number> {
    clearInterval(this.#watch);
    await this.#socket?.close();
    Atomics.store(this.#control, STOP, leave ? LEAVE : 1);
    this.#native.wake(this.#wakeFd);
    try {
      const unfinished = await this.#engineStopped();
      return this.#sim === null ? unfinished : 0; // a simulator ends with its owner
    } finally {
      await this.#handlers?.close();
      this.engine.close();
      await this.#worker.terminate();
      this.device.close();
      if (this.#sim !== null) this.#native.simDestroy(this.#sim);
      this.#native.close(this.#wakeFd);
    }
  }

  async #engineStopped(): Promise<number> {
    const stopped = Promise.race([this.failed, this.#stopped]);
    const late = new Promise<never>((_, reject) => {
      setTimeout(() => reject(engineDied("it does not stop")), STOP_MS).unref();
    });
    late.catch(() => {}); // nobody listens once the engine has finished
    await Promise.race([stopped, this.#finished, late]);
    return stopped;
  }
}

interface SessionParts {
  readonly native: Native;
  readonly orders: EngineOrders;
  readonly worker: Worker;
  readonly sim: number | null;
  readonly handlers: HandlerHost | null;
  readonly device: LiveDevice;
  readonly serials: Serials;
  readonly onRemark: SessionOptions["onRemark"];
  readonly own: EngineLink;
  readonly other: EngineLink;
}

/** A line to the engine: its end, and the caller's. */
function connect(wakeFd: number): { engine: MessagePort; link: EngineLink } {
  const { port1, port2 } = new MessageChannel();
  return { engine: port2, link: { port: port1, wakeFd } };
}

function engineOrders(
  options: SessionOptions,
  sim: number | null,
  wakeFd: number,
  ports: readonly MessagePort[],
): EngineOrders {
  const { spec } = options;
  return {
    device:
      spec.kind === "simulator"
        ? { kind: "simulator", sim: sim ?? 0, name: spec.text }
        : { kind: "char", path: spec.path, force: options.force },
    served: options.served,
    faults: options.faults,
    journal: options.journal ? createJournal(SLOT_BYTES, JOURNAL_ENTRIES) : null,
    counters: new EngineCounters().memory,
    control: new SharedArrayBuffer(8),
    wakeFd,
    handlers: options.handlers?.connect(wakeFd) ?? null,
    ports,
  };
}

function observe(shim: Native, spec: DeviceSpec, sim: number | null, force: boolean): LiveDevice {
  return spec.kind === "simulator"
    ? new SimulatorDevice(shim, sim ?? 0, spec.text, "observer")
    : new CharDevice(shim, spec.path, "observer", force);
}

/** What the engine remarks before it is ready is passed on here, later remarks by the session. */
function engineReady(worker: Worker, onRemark: SessionOptions["onRemark"]): Promise<Serials> {
  return new Promise((resolve, reject) => {
    const hear = (news: EngineNews): void => {
      if (news.kind === "remark") onRemark?.(news.text);
      else worker.off("message", hear);
      if (news.kind === "failed") reject(errorOfNews(news.error));
      else if (news.kind === "ready") resolve(news.serials);
    };
    worker.on("message", hear);
    worker.once("error", (error) => reject(engineDied(error.message)));
    worker.once("exit", () => reject(engineDied("it ended before it was ready")));
  });
}

function engineDied(cause: string): TgtctlError {
  return new TgtctlError("internal", `engine: ${cause}`, "run again with --debug and report it");
}
