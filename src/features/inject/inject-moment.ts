// SPDX-License-Identifier: MIT
// Injecting where nobody owns the device: we own it for the moment, answer nothing and have nothing
// scanned; what an earlier owner left unfinished is sent again to the next.
import type { LiveDevice } from "../../device/ring-device.js";
import { RINGS_SIZE } from "../../device/ring-device.js";
import { TgtctlError } from "../../errors.js";
import { Producer } from "../../ring/producer.js";
import type { InjectOutcome, InjectPlan } from "../../session/inject/inject-plan.js";
import { Injector, type InjectorPort } from "../../session/inject/injector.js";
import type { Injectee } from "./injectee.js";
import type { Alive } from "./target-probe.js";

export class MomentaryOwner implements Injectee {
  readonly name = "nobody: owned for the moment";
  readonly #device: LiveDevice;
  readonly #injector: Injector;

  /** `device`: opened as its owner. */
  constructor(
    device: LiveDevice,
    readonly hostNo: number,
  ) {
    this.#device = device;
    holdQuietly(device);
    this.#injector = new Injector(portOf(device));
  }

  async inject(plan: InjectPlan): Promise<InjectOutcome> {
    if (plan.base.kind !== "bytes" && plan.base.kind !== "stale" && plan.base.kind !== "nothing") {
      throw noCommands();
    }
    return new Promise((resolve, reject) => {
      const done = (result: InjectOutcome | TgtctlError): void =>
        result instanceof TgtctlError ? reject(result) : resolve(result);
      this.#injector.inject(plan, { now: performance.now(), done });
    });
  }

  async alive(): Promise<Alive> {
    return { answers: null, how: "nobody serves the device" };
  }

  async close(): Promise<void> {
    this.#device.close();
  }
}

/** What waits for the next owner does not time out over us, where the kernel knows that. */
function holdQuietly(device: LiveDevice): void {
  try {
    device.hold(true);
  } catch {
    // the interface of 2006: nothing is held, and we are quick
  }
}

function portOf(device: LiveDevice): InjectorPort {
  const words = new Int32Array(device.rings, 0, RINGS_SIZE >> 2);
  const producer = new Producer(words);
  let rung = 0;
  const ring = (kick: () => void): void => {
    rung = producer.index;
    kick();
  };
  return {
    words,
    producer,
    settle: () => {
      if (rung !== producer.index) ring(() => device.kick());
    },
    ring: () => ring(() => device.kick()),
    ringRacing: (at, first, second) => ring(() => device.kickRacing(at, first, second)),
    leaveUnrung: () => {
      rung = producer.index;
    },
    readOnlyAddress: () => device.readOnlyAddress(),
    verdictOf: (index) =>
      device.telemetry === null ? null : (device.telemetry.verdict(index) ?? undefined),
    aborted: () => null,
    dataMoves: () => {},
    held: () => null,
    heldAnswered: () => {},
  };
}

function noCommands(): TgtctlError {
  return new TgtctlError(
    "busy",
    "inject: nobody serves the device, so there is no answer to a command that could be spoilt",
    "start an owner, e.g. tgtctl serve, and inject again",
  );
}
