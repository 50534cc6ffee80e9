// SPDX-License-Identifier: MIT
// Measuring by verbs: the own engine's thread, one that observes, or an engine behind a control socket.
import type { LatencyTicket } from "./latency-desk.js";
import type { RawReports } from "./measurement.js";
import { reportsOf } from "./reading.js";
import type { LatencyOptions, LatencyReports } from "./report.js";
import type { LatencySource } from "./source.js";
import { reportsOfWire, type WireReports } from "./wire.js";

/** An EngineCaller, a ControlClient, or the verbs of an Observation. */
export interface VerbCaller {
  call(method: string, params: object): Promise<unknown>;
}

export class EngineSource implements LatencySource {
  readonly #caller: VerbCaller;
  /** Null: not begun, or ended. */
  #id: number | null = null;

  /** "viewer": the caller reaches another process, where numbers come as JSON. */
  constructor(
    caller: VerbCaller,
    readonly role: LatencySource["role"] = "owner",
  ) {
    this.#caller = caller;
  }

  async start(options: LatencyOptions): Promise<void> {
    const params = { ...startParams(options), ...(this.#id !== null && { id: this.#id }) };
    const ticket = (await this.#caller.call("latency.start", params)) as LatencyTicket;
    this.#id = ticket.id;
  }

  read(): Promise<LatencyReports> {
    return this.#ask("latency.read");
  }

  /** Begins anew, in the mode that was started with; returns what was measured until then. */
  reset(): Promise<LatencyReports> {
    return this.#ask("latency.reset");
  }

  /** Nothing is measured any more, whether this succeeds or not: an engine that has gone does not. */
  async stop(): Promise<LatencyReports> {
    const reports = await this.#ask("latency.stop");
    this.#id = null;
    return reports;
  }

  async #ask(method: string): Promise<LatencyReports> {
    if (this.#id === null) return { reports: [], broke: null };
    const answer = await this.#caller.call(method, { id: this.#id });
    return this.role === "viewer"
      ? reportsOfWire(answer as WireReports)
      : reportsOf(answer as RawReports);
  }
}

/** The parameters of `latency.start`. */
function startParams({ mode, worst, breakUs, scheduling }: LatencyOptions): object {
  return {
    ...{ mode, worst },
    ...(breakUs !== null && { break_us: breakUs }),
    ...(scheduling && {
      ...(scheduling.cpu !== null && { cpu: scheduling.cpu }),
      ...(scheduling.priority !== null && { priority: scheduling.priority }),
      lock_memory: scheduling.lockMemory,
    }),
  };
}
