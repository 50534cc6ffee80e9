// SPDX-License-Identifier: MIT
// Injecting through the owner that runs, over its control socket; where nothing comes whose answer could
// be spoilt, a command that changes nothing is sent to its disk.
import { setTimeout as sleep } from "node:timers/promises";
import type { Telemetry } from "../../device/telemetry.js";
import type { EngineStatus } from "../../session/engine/verbs.js";
import type { InjectOutcome, InjectPlan, VictimKind } from "../../session/inject/inject-plan.js";
import type { Injectee } from "./injectee.js";
import { type Alive, commandsEnd, diskAnswers, stimulate } from "./target-probe.js";

/** Of ControlClient what is needed here. */
export interface Caller {
  call(method: string, params: object, options: { readonly timeoutMs: number }): Promise<unknown>;
  close(): void;
}

export interface RemoteOptions {
  readonly name: string;
  readonly hostNo: number;
  readonly client: Caller;
  /** An observer's; it is closed by whoever opened it. */
  readonly telemetry: Telemetry | null;
  /** sg nodes of its disks. */
  readonly nodes: readonly string[];
}

/** Longer than the plan's own wait. */
const ANSWER_MS = 10_000;
/** What is under way anyway is waited for so long before a command is made up. */
const PATIENCE_MS = 300;
/** Once one had to be made up, nothing much is under way. */
const IDLE_PATIENCE_MS = 20;
const TRAFFIC_MS = 1000;
const LOOK_MS = 20;

export class RemoteOwner implements Injectee {
  readonly #options: RemoteOptions;
  #patienceMs = PATIENCE_MS;

  constructor(options: RemoteOptions) {
    this.#options = options;
  }

  get name(): string {
    return this.#options.name;
  }

  get hostNo(): number {
    return this.#options.hostNo;
  }

  async inject(plan: InjectPlan): Promise<InjectOutcome> {
    const ended = new AbortController();
    const timeoutMs = plan.waitMs + ANSWER_MS;
    const outcome = this.#options.client.call("inject", plan, { timeoutMs });
    if (plan.base.kind === "victim") void this.#keepAsking(plan.base.wants, ended.signal);
    try {
      return (await outcome) as InjectOutcome;
    } finally {
      ended.abort();
    }
  }

  async #keepAsking(wants: VictimKind, ended: AbortSignal): Promise<void> {
    const [node] = this.#options.nodes;
    while (node !== undefined) {
      await sleep(this.#patienceMs, undefined, { ref: false });
      if (ended.aborted) return;
      this.#patienceMs = IDLE_PATIENCE_MS;
      await stimulate(node, wants).catch(() => {}); // the plan says in the end that nothing came
    }
  }

  async alive(): Promise<Alive> {
    const { telemetry, nodes } = this.#options;
    const status = telemetry ? null : await this.#status();
    if (telemetry?.held || status?.hold.on) return { answers: null, how: "the target is held" };
    const [node] = nodes;
    const asked = node === undefined ? null : await diskAnswers(node);
    if (asked && (asked.answers !== null || telemetry === null)) return asked;
    return telemetry ? commandsEnd(telemetry) : this.#commandsCome(status?.counters.commands);
  }

  async #status(): Promise<EngineStatus> {
    const status = this.#options.client.call("engine.status", {}, { timeoutMs: ANSWER_MS });
    return (await status) as EngineStatus;
  }

  /** Where nothing but the socket is in reach: its engine counts the commands it takes. */
  async #commandsCome(before: number | undefined): Promise<Alive> {
    const deadline = performance.now() + TRAFFIC_MS;
    while (performance.now() < deadline) {
      const { counters } = await this.#status();
      if (counters.commands !== before) return { answers: true, how: "commands are taken" };
      await sleep(LOOK_MS);
    }
    return { answers: null, how: "no command came meanwhile, and there is no disk to ask" };
  }

  async close(): Promise<void> {
    this.#options.client.close();
  }
}
