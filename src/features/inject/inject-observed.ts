// SPDX-License-Identifier: MIT
// Injecting through the owner that is looked at, be it this process or another.
import type { Observation, Verbs } from "../../session/observation.js";
import { loopHosts } from "../../session/scan.js";
import { RemoteOwner } from "./inject-remote.js";
import type { Injectee } from "./injectee.js";
import { targetNodes } from "./target-probe.js";

/** Closing it leaves the observation open. */
export function intoObserved({ device }: Observation, verbs: Verbs): Injectee {
  const real = device.source === "device";
  return new RemoteOwner({
    name: verbs.owner,
    hostNo: real ? (loopHosts()[0] ?? 0) : 0,
    client: {
      call: (method, params, options) => verbs.call(method, params, options),
      close: () => {},
    },
    telemetry: device.telemetry,
    nodes: real ? targetNodes() : [],
  });
}
