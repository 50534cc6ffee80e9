// SPDX-License-Identifier: MIT
// The latency verbs in the thread that is measured: one measurement at a time, and whose it is.
import { TgtctlError } from "../../errors.js";
import type { Params } from "../engine/params.js";
import type { LatencyMethod } from "../engine/verbs.js";
import { type Measured, Measurement, type RawReports } from "./measurement.js";
import {
  LATENCY_LIMITS,
  type LatencyOptions,
  type Scheduling,
  WAIT_MODES,
  type WaitMode,
} from "./report.js";
import { TraceBuffer } from "./trace-buffer.js";

/** Where the parameters of each are named. */
export const LATENCY_PARAMETERS: Readonly<Record<LatencyMethod, readonly string[]>> = {
  "latency.start": ["mode", "worst", "break_us", "id", "cpu", "priority", "lock_memory"],
  "latency.read": ["id"],
  "latency.reset": ["id"],
  "latency.stop": ["id"],
};

/** `latency.start`: what the others ask for. */
export interface LatencyTicket {
  readonly id: number;
}

export class LatencyDesk {
  readonly #measured: Measured;
  readonly #schedule: (scheduling: Scheduling) => void;
  readonly #openTrace: () => TraceBuffer;
  #last = 0;
  #options: LatencyOptions | null = null;
  #measurement: Measurement | null = null;

  /** `schedule` acts on the calling thread. Errors: its own. */
  constructor(
    measured: Measured,
    schedule: (scheduling: Scheduling) => void,
    openTrace: () => TraceBuffer = () => new TraceBuffer(),
  ) {
    this.#measured = measured;
    this.#schedule = schedule;
    this.#openTrace = openTrace;
  }

  run(method: LatencyMethod, params: Params): unknown {
    switch (method) {
      case "latency.start":
        return this.#start(params);
      case "latency.read":
        return this.#mine(params).read();
      case "latency.reset":
        return this.#reset(params);
      case "latency.stop":
        return this.#stop(params);
    }
  }

  /** After each round of whoever waits. */
  settle(): void {
    this.#measurement?.endIfBroken();
  }

  #start(params: Params): LatencyTicket {
    const options = optionsOf(params);
    if (params.has("id")) {
      this.#mine(params).change(options.mode);
      return { id: this.#last };
    }
    if (this.#measurement?.running) {
      const remedy =
        "wait until it has ended, or close the page or the tgtctl latency that does it";
      throw new TgtctlError("busy", "latency: somebody else is measuring already", remedy);
    }
    if (options.scheduling) this.#schedule(options.scheduling);
    this.#measurement = new Measurement(this.#measured, options, this.#openTrace);
    this.#options = options;
    return { id: ++this.#last };
  }

  /** Everything from now on, in the mode that was asked for first. */
  #reset(params: Params): RawReports {
    const measurement = this.#mine(params);
    const reports = measurement.read();
    if (!measurement.running || this.#options === null) return reports;
    measurement.end();
    this.#measurement = new Measurement(this.#measured, this.#options, this.#openTrace);
    return reports;
  }

  #stop(params: Params): RawReports {
    const measurement = this.#mine(params);
    measurement.end();
    this.#measurement = null;
    return measurement.read();
  }

  #mine(params: Params): Measurement {
    const id = params.number("id", 1, Number.MAX_SAFE_INTEGER);
    if (this.#measurement && id === this.#last) return this.#measurement;
    const remedy = "start another one; for a client that asks nothing for 10 s it ends";
    const kind = id > this.#last ? "usage" : "unavailable";
    throw new TgtctlError(kind, `latency: measurement ${id} has ended`, remedy);
  }
}

function optionsOf(params: Params): LatencyOptions {
  const mode = params.text("mode");
  if (!isMode(mode)) {
    const remedy = `modes are ${WAIT_MODES.join(", ")}`;
    throw new TgtctlError("usage", `latency: ${mode.slice(0, 20)} is no mode`, remedy);
  }
  const { cpu, priority, breakUs, worst } = LATENCY_LIMITS;
  const optional = (name: string, [least, most]: readonly [number, number]): number | null =>
    params.has(name) ? params.number(name, least, most) : null;
  const scheduling = {
    cpu: optional("cpu", cpu),
    priority: optional("priority", priority),
    lockMemory: params.flag("lock_memory"),
  };
  const asks = scheduling.cpu !== null || scheduling.priority !== null || scheduling.lockMemory;
  return {
    mode,
    worst: optional("worst", worst) ?? 0,
    breakUs: optional("break_us", breakUs),
    scheduling: asks ? scheduling : undefined,
  };
}

function isMode(text: string): text is WaitMode {
  return (WAIT_MODES as readonly string[]).includes(text);
}
