// SPDX-License-Identifier: MIT
// The engine's thread: opens the device and the stores, answers until told to stop, gives all back.
import { parentPort, workerData } from "node:worker_threads";
import { CharDevice } from "../device/char-device.js";
import { type Native, native, WAIT_GONE } from "../device/native.js";
import type { LiveDevice } from "../device/ring-device.js";
import { SimulatorDevice } from "../device/simulator.js";
import { FEATURE_DATA_ONLY } from "../device/telemetry.js";
import { causeText, TgtctlError } from "../errors.js";
import { DefaultResponder } from "../target/default-responder.js";
import { CONTENT_REPLACED } from "../target/units/attentions.js";
import type { LogicalUnit } from "../target/units/logical-unit.js";
import { parseLunSpecs } from "../target/units/lun-spec.js";
import { abandonUnits, openUnits } from "../target/units/open-units.js";
import { Engine } from "./engine.js";
import { EngineCounters } from "./engine-counters.js";
import { type EngineNews, type EngineOrders, errorNews, SIZES, STOP } from "./engine-protocol.js";
import { parseFaultRule } from "./fault-rule.js";
import { FaultRules } from "./fault-rules.js";
import { HandlerPort } from "./handler-port.js";
import { JournalWriter } from "./journal.js";
import { Remarks } from "./remarks.js";

/** How long answers that are owed may take once we are asked to stop. */
const FINISH_MS = 10_000;
const FINISH_LOOK_MS = 5;

function tell(news: EngineNews): void {
  parentPort?.postMessage(news);
}

function openOwner(shim: Native, orders: EngineOrders): LiveDevice {
  return orders.device.kind === "simulator"
    ? new SimulatorDevice(shim, orders.device.sim, orders.device.name, "owner")
    : new CharDevice(shim, orders.device.path, "owner", orders.device.force);
}

function openStores(shim: Native, { served }: EngineOrders): LogicalUnit[] {
  const { specs, memoryPrefix, serials } = served;
  const units = openUnits(shim, parseLunSpecs(specs), { sharedMemoryPrefix: memoryPrefix });
  for (const unit of units) {
    const earlier = serials[unit.lun];
    if (earlier !== undefined && earlier !== unit.identity.serial) {
      unit.attentions.addFirst(CONTENT_REPLACED);
    }
  }
  return units;
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
  const engine = new Engine({
    device,
    responder,
    counters: new EngineCounters(orders.counters),
    journal: orders.journal && new JournalWriter(orders.journal),
    wakeFd,
  });
  const serials = Object.fromEntries(units.map((unit) => [unit.lun, unit.identity.serial]));
  tell({ kind: "ready", serials });
  serve(engine, responder, new Int32Array(orders.control), device.name);
  finish(engine);
  tell({ kind: "finished", faults: faults.list() });
  const unfinished = device.telemetry?.outstanding ?? engine.owed;
  try {
    responder.close(unfinished > 0);
  } finally {
    device.close();
  }
  tell({ kind: "stopped", unfinished });
}

/** Writeback into our own file: LUN must not wait for us. Only root may ask for that. */
function becomeFlusher(shim: Native): void {
  try {
    shim.setIoFlusher();
  } catch {
    // without it only a machine out of memory can tell the difference
  }
}

function serve(
  engine: Engine,
  responder: DefaultResponder,
  control: Int32Array,
  name: string,
): void {
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
  }
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
