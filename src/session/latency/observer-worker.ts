// SPDX-License-Identifier: MIT
// The observer's measuring thread: opens the device read-only and waits for it as an owner would.
import { parentPort, workerData } from "node:worker_threads";
import { CharDevice } from "../../device/char-device.js";
import { type Native, native, WAIT_GONE, WAIT_WAKE } from "../../device/native.js";
import type { LiveDevice } from "../../device/ring-device.js";
import { SimulatorDevice } from "../../device/simulator.js";
import { TgtctlError } from "../../errors.js";
import { EngineDesk } from "../engine/engine-link.js";
import { errorNews } from "../engine/engine-protocol.js";
import { goFirst } from "../engine/go-first.js";
import { Params } from "../engine/params.js";
import { LATENCY_METHODS, type LatencyMethod } from "../engine/verbs.js";
import { LATENCY_PARAMETERS, LatencyDesk } from "./latency-desk.js";
import { ObserverLoop } from "./observer-loop.js";
import type { ObserverNews, ObserverOrders } from "./observer-protocol.js";
import { scheduleThread } from "./thread-schedule.js";

function tell(news: ObserverNews): void {
  parentPort?.postMessage(news);
}

function openObserver(shim: Native, { device }: ObserverOrders): LiveDevice {
  return device.kind === "simulator"
    ? new SimulatorDevice(shim, device.sim, device.name, "observer")
    : new CharDevice(shim, device.path, "observer", device.force);
}

function run(orders: ObserverOrders): void {
  const shim = native();
  const device = openObserver(shim, orders);
  try {
    if (device.telemetry === null) throw noTelemetry(device.name);
    goFirst(shim);
    const loop = new ObserverLoop(device, device.telemetry, orders.wakeFd);
    const latency = new LatencyDesk(loop, (scheduling) => scheduleThread(shim, scheduling));
    tell({ kind: "ready" });
    serve(shim, orders, loop, latency, device.name);
  } finally {
    device.close();
  }
}

function serve(
  shim: Native,
  { port, wakeFd, stop }: ObserverOrders,
  loop: ObserverLoop,
  latency: LatencyDesk,
  name: string,
): void {
  const desk = new EngineDesk([port]);
  const stopped = new Int32Array(stop);
  while (Atomics.load(stopped, 0) === 0) {
    const bits = loop.measuring ? loop.round() : shim.wait(-1, wakeFd, -1, null);
    if ((bits & WAIT_GONE) !== 0) throw gone(name);
    if ((bits & WAIT_WAKE) !== 0) {
      desk.serve((method, params, reply) => {
        if (!isLatency(method)) throw new TgtctlError("usage", `${method}: no such method`, "");
        reply({
          result: latency.run(method, new Params(method, params, LATENCY_PARAMETERS[method])),
        });
      });
    }
    latency.settle();
  }
}

function isLatency(method: string): method is LatencyMethod {
  return (LATENCY_METHODS as readonly string[]).includes(method);
}

function gone(name: string): TgtctlError {
  const remedy = "is the module still loaded?";
  return new TgtctlError("unavailable", `${name}: the device has gone`, remedy);
}

function noTelemetry(name: string): TgtctlError {
  return new TgtctlError(
    "unavailable",
    `${name}: this kernel stamps no events, so an observer has nothing to measure its wake-up by`,
    "own the device: then the round trip can be measured",
  );
}

try {
  run(workerData as ObserverOrders);
} catch (error) {
  tell({ kind: "failed", error: errorNews(error) });
}
