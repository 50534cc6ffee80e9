// SPDX-License-Identifier: MIT
// Injecting into a simulator of our own: a session with its workload, for as long as it takes.
import type { DeviceSpec } from "../../device/device-spec.js";
import { TgtctlError } from "../../errors.js";
import type { InjectOutcome, InjectPlan } from "../../session/inject/inject-plan.js";
import { startOwner } from "../../session/owner.js";
import type { Session } from "../../session/session.js";
import type { Injectee } from "./injectee.js";
import { type Alive, commandsEnd } from "./target-probe.js";

type SimulatorSpec = Extract<DeviceSpec, { kind: "simulator" }>;

/** The simulator's one target host. */
const HOST = 0;
/** Of a workload that never pauses. */
const PATIENCE_MS = 10_000;
/** So that something is aborted at once: now and then a READ is lost, and soon missed. */
const LOSING = ["opcode == READ_10 : drop every 500"];
const SOON_MS = 100;

export class PrivateSimulator implements Injectee {
  readonly name = "a simulator of its own";
  readonly hostNo = HOST;
  readonly #session: Session;

  private constructor(session: Session) {
    this.#session = session;
  }

  /** `losing`: commands are lost and aborted meanwhile. */
  static async start(spec: SimulatorSpec, losing: boolean): Promise<PrivateSimulator> {
    // for as long as we need it, and with an initiator that is not patient
    const options = Object.assign({}, spec.options, { count: 0 }, losing && { timeoutMs: SOON_MS });
    const { session } = await startOwner(
      { ...spec, options },
      {
        luns: [],
        faults: losing ? LOSING : [],
        handlers: [],
        scan: false,
        force: false,
        journal: false,
      },
    );
    return new PrivateSimulator(session);
  }

  async inject(plan: InjectPlan): Promise<InjectOutcome> {
    const { engine, failed } = this.#session;
    return (await Promise.race([engine.call("inject", plan), failed])) as InjectOutcome;
  }

  async alive(): Promise<Alive> {
    const { telemetry } = this.#session.device;
    if (telemetry === null) return { answers: null, how: "no telemetry" };
    const alive = await commandsEnd(telemetry, { patienceMs: PATIENCE_MS });
    const corrupt = this.#session.simStats()?.corrupt ?? 0;
    if (corrupt === 0) return alive;
    return { answers: false, how: `${corrupt} READs brought wrong data` };
  }

  /** Errors: `found` if a byte was not what had been written. */
  async close(): Promise<void> {
    const corrupt = this.#session.simStats()?.corrupt ?? 0;
    await this.#session.stop();
    if (corrupt === 0) return;
    throw new TgtctlError(
      "found",
      `the simulator's initiator read wrong data ${corrupt} times`,
      "this is a bug: report the command line",
    );
  }
}
