// SPDX-License-Identifier: MIT
// A measurement that goes as a test says: each read has a hundred samples more in the mode that runs.
import type {
  LatencyBreak,
  LatencyOptions,
  LatencyReport,
  LatencyReports,
  WaitMode,
} from "../../../src/session/latency/report.js";
import type { LatencySource } from "../../../src/session/latency/source.js";
import { steadyReport } from "./reports.js";

const PER_READ = 100;

export class FakeSource implements LatencySource {
  readonly role = "owner" as const;
  readonly asked: LatencyOptions[] = [];
  readonly calls: string[] = [];
  /** Thrown by the next call of that name. */
  fails: { call: string; error: Error } | null = null;
  /** Handed out from the next read on. */
  broke: LatencyBreak | null = null;
  readonly #samples = new Map<WaitMode, number>();

  async start(options: LatencyOptions): Promise<void> {
    this.#called("start");
    this.asked.push(options);
    if (!this.#samples.has(options.mode)) this.#samples.set(options.mode, 0);
  }

  async read(): Promise<LatencyReports> {
    this.#called("read");
    const mode = this.asked.at(-1)?.mode ?? "poll";
    this.#samples.set(mode, (this.#samples.get(mode) ?? 0) + PER_READ);
    return this.#reports();
  }

  async reset(): Promise<LatencyReports> {
    this.#called("reset");
    const until = this.#reports();
    for (const mode of this.#samples.keys()) this.#samples.set(mode, 0);
    return until;
  }

  async stop(): Promise<LatencyReports> {
    this.#called("stop");
    return this.#reports();
  }

  #called(call: string): void {
    this.calls.push(call);
    if (this.fails?.call === call) throw this.fails.error;
  }

  #reports(): LatencyReports {
    const reports = [...this.#samples].map(
      ([mode, samples]): LatencyReport => steadyReport(mode, { samples }),
    );
    return { reports, broke: this.broke };
  }
}
