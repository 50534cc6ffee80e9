// SPDX-License-Identifier: MIT
// Measuring a thread of this process: the own engine's, or the one that observes.
import type { EngineCaller } from "../engine/engine-link.js";
import type { LatencyTicket } from "./latency-desk.js";
import type { RawReports } from "./measurement.js";
import { reportsOf } from "./reading.js";
import type { LatencyOptions, LatencyReports } from "./report.js";
import type { LatencySource } from "./source.js";

export class EngineSource implements LatencySource {
  readonly #caller: EngineCaller;
  /** Null: not begun, or ended. */
  #id: number | null = null;

  constructor(
    caller: EngineCaller,
    readonly role: "owner" | "observer" = "owner",
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

  /** All that is measured from now on; what was measured until then. */
  reset(): Promise<LatencyReports> {
    return this.#ask("latency.reset");
  }

  async stop(): Promise<LatencyReports> {
    const reports = await this.#ask("latency.stop");
    this.#id = null;
    return reports;
  }

  async #ask(method: string): Promise<LatencyReports> {
    if (this.#id === null) return { reports: [], broke: null };
    return reportsOf((await this.#caller.call(method, { id: this.#id })) as RawReports);
  }
}

/** The parameters of `latency.start`. */
export function startParams({ mode, worst, breakUs, scheduling }: LatencyOptions): object {
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
