// SPDX-License-Identifier: MIT
// The engine's thread: opens the device and the stores, answers until told to stop, gives all back.
import { parentPort, workerData } from "node:worker_threads";
import { native, WAIT_GONE, WAIT_WAKE } from "../../device/native.js";
import type { LiveDevice } from "../../device/ring-device.js";
import { FEATURE_DATA_ONLY } from "../../device/telemetry.js";
import { causeText, TgtctlError } from "../../errors.js";
import { DefaultResponder } from "../../target/default-responder.js";
import { abandonUnits } from "../../target/units/open-units.js";
import { parseFaultRule } from "../faults/fault-rule.js";
import { FaultRules } from "../faults/fault-rules.js";
import { HandlerPort } from "../handlers/handler-port.js";
import { parseInjectPlan } from "../inject/inject-plan.js";
import { JournalWriter } from "../journal.js";
import { LatencyDesk } from "../latency/latency-desk.js";
import { scheduleThread } from "../latency/thread-schedule.js";
import { Remarks } from "../remarks.js";
import { writeServed } from "../runtime-state.js";
import { Engine } from "./engine.js";
import { EngineCounters } from "./engine-counters.js";
import { type EngineCall, EngineDesk, type Outcome, outcomeOfError } from "./engine-link.js";
import { becomeFlusher, kernelHold, openOwner, openStores, peek } from "./engine-opening.js";
import {
  type EngineNews,
  type EngineOrders,
  errorNews,
  LEAVE,
  SIZES,
  STOP,
} from "./engine-protocol.js";
import { EngineVerbs } from "./engine-verbs.js";
import { goFirst } from "./go-first.js";
import { UnitDesk } from "./unit-desk.js";

/** How long answers that are owed may take once we are asked to stop. */
const FINISH_MS = 10_000;
const FINISH_LOOK_MS = 5;

function tell(news: EngineNews): void {
  parentPort?.postMessage(news);
}

/** Stores first: a device that is owned is answered at once, and a bad store disturbs nobody. */
function run(orders: EngineOrders): void {
  const shim = native();
  const units = openStores(shim, orders);
  let device: LiveDevice;
  try {
    device = openOwner(shim, orders);
  } catch (error) {
    abandonUnits(units); // an owner who was faster may use what was there before
    throw error;
  }
  const { handlers, wakeFd } = orders;
  const faults = new FaultRules(orders.faults.map((text) => parseFaultRule(text)));
  const remarks = new Remarks((text) => tell({ kind: "remark", text }));
  const responder = new DefaultResponder({
    io: shim,
    units,
    wakeFd,
    faults,
    inherited: device.telemetry?.outstanding ?? 0,
    ...(handlers && { handlers: new HandlerPort(handlers, () => shim.wake(wakeFd)) }),
    onError: (error) => remarks.add(`responder: ${causeText(error)}`),
    dataOnlySupported: ((device.telemetry?.features ?? 0) & FEATURE_DATA_ONLY) !== 0,
  });
  becomeFlusher(shim);
  goFirst(shim);
  const counters = new EngineCounters(orders.counters);
  const desk = new EngineDesk(orders.ports);
  const hold = kernelHold(device, orders, (text) => remarks.add(text));
  const engine = new Engine({
    device,
    responder,
    counters,
    journal: orders.journal && new JournalWriter(orders.journal),
    wakeFd,
    onHold: (on) => hold.set(on),
    onChange: () => desk.notify({ notice: "hold", params: engine.control.state }),
  });
  const latency = new LatencyDesk(
    {
      ...{ device, stamps: device.telemetry, wakeFd, answers: true },
      produced: () => engine.produced,
      measure: (meter, waiter) => engine.measure(meter, waiter),
    },
    (scheduling) => scheduleThread(shim, scheduling),
  );
  const verbs = new EngineVerbs({
    control: engine.control,
    latency,
    responder,
    faults,
    counters,
    units: new UnitDesk({
      io: shim,
      responder,
      served: orders.served,
      onChange: (served) => {
        if (orders.device.kind === "char") writeServed(orders.device.path, served);
      },
    }),
    read: (address, length) => peek(shim, address, length),
  });
  const serials = Object.fromEntries(units.map((unit) => [unit.lun, unit.identity.serial]));
  tell({ kind: "ready", serials });
  const control = new Int32Array(orders.control);
  try {
    serve({ engine, responder, desk, verbs, latency, control, name: device.name });
    finish(engine);
  } finally {
    if (engine.control.holding) hold.set(false); // what is held is the next owner's, and times out as ever
  }
  tell({ kind: "finished", faults: faults.list() });
  const unfinished = device.telemetry?.outstanding ?? engine.owed + engine.control.state.held;
  try {
    responder.close(unfinished > 0 || Atomics.load(control, STOP) === LEAVE);
  } finally {
    device.close();
  }
  tell({ kind: "stopped", unfinished });
}

interface Serving {
  readonly engine: Engine;
  readonly responder: DefaultResponder;
  readonly desk: EngineDesk;
  readonly verbs: EngineVerbs;
  readonly latency: LatencyDesk;
  readonly control: Int32Array;
  readonly name: string;
}

function serve({ engine, responder, desk, verbs, latency, control, name }: Serving): void {
  while (Atomics.load(control, STOP) === 0) {
    const bits = engine.wait(engine.dueIn);
    if (Atomics.load(control, STOP) !== 0) return;
    if ((bits & WAIT_GONE) !== 0) {
      throw new TgtctlError(
        "unavailable",
        `${name}: the device has gone`,
        "is the module still loaded?",
      );
    }
    if (Atomics.exchange(control, SIZES, 0) === 1) followSizes(responder);
    engine.settle();
    engine.drain();
    if ((bits & WAIT_WAKE) !== 0) {
      desk.serve((method, params, reply, call) => {
        if (method === "inject") inject(engine, params, reply, call);
        else reply({ result: verbs.run(method, params) });
      });
      engine.settle();
    }
    engine.control.tellChanges();
    latency.settle();
  }
}

function inject(
  engine: Engine,
  params: unknown,
  reply: (outcome: Outcome) => void,
  call: EngineCall,
): void {
  const plan = parseInjectPlan(params);
  engine.injector.inject(plan, {
    now: performance.now(),
    done: (result) => reply(result instanceof TgtctlError ? outcomeOfError(result) : { result }),
    abandoned: () => call.abandoned,
  });
}

function followSizes(responder: DefaultResponder): void {
  for (const { lun, size, error } of responder.followSizes()) {
    const text = error === null ? `now ${size} bytes` : `not resized: ${causeText(error)}`;
    tell({ kind: "remark", text: `LUN ${lun}: ${text}` });
  }
}

function finish(engine: Engine): void {
  const deadline = Date.now() + FINISH_MS;
  const never = new Int32Array(new SharedArrayBuffer(4));
  engine.settle();
  while (engine.owed > 0 && Date.now() < deadline) {
    // Not for the device: events that nobody takes any more would end each wait at once.
    Atomics.wait(never, 0, 0, FINISH_LOOK_MS);
    engine.settle();
  }
}

try {
  run(workerData as EngineOrders);
} catch (error) {
  tell({ kind: "failed", error: errorNews(error) });
}
