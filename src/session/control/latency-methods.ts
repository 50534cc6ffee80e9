// SPDX-License-Identifier: MIT
// Measuring over the socket: what JSON can carry of it, and an end with the connection that began it, or its silence.
import { TgtctlError } from "../../errors.js";
import { Params } from "../engine/params.js";
import type { LatencyTicket } from "../latency/latency-desk.js";
import type { RawReports } from "../latency/measurement.js";
import { reportsOf } from "../latency/reading.js";
import { MOST_WIRE_WORST, type WireReports, wireOf } from "../latency/wire.js";
import { LatencyLease } from "./latency-lease.js";

interface Asked {
  /** Aborted when nobody waits for answers any more. */
  readonly signal: AbortSignal;
}

interface Engine {
  call(method: string, params: unknown, signal?: AbortSignal): Promise<unknown>;
}

export type LatencyMethods = Readonly<
  Record<string, (params: unknown, asked: Asked) => Promise<LatencyTicket | WireReports>>
>;

/** `latency.start`, `latency.read`, `latency.reset`, `latency.stop`. */
export function latencyMethods(engine: Engine): LatencyMethods {
  const reports =
    (method: string) =>
    async (params: unknown, { signal }: Asked): Promise<WireReports> => {
      const ask = () => engine.call(method, params, signal);
      const answer = await (begun.get(signal)?.lease.during(ask) ?? ask());
      return wireOf(reportsOf(answer as RawReports));
    };
  return {
    "latency.start": (params, { signal }) => start(engine, params, signal),
    "latency.read": reports("latency.read"),
    "latency.reset": reports("latency.reset"),
    "latency.stop": reports("latency.stop"),
  };
}

/** The engine's thread is its owner's: who joins it may look at how it waits, and choose another way. */
async function start(engine: Engine, given: unknown, signal: AbortSignal): Promise<LatencyTicket> {
  const params = new Params("latency.start", given, PARAMETERS);
  for (const name of OWNERS) {
    if (params.has(name) && params.raw(name) !== false) throw notYours(name);
  }
  if (params.has("worst")) params.number("worst", 0, MOST_WIRE_WORST);
  const known = begun.get(signal);
  // without the signal: whoever has gone meanwhile leaves something to be stopped
  const ask = () => engine.call("latency.start", given) as Promise<LatencyTicket>;
  const ticket = await (known ? known.lease.during(ask) : ask());
  if (known) known.ticket = ticket;
  else begin(signal, engine, ticket);
  return ticket;
}

interface Begun {
  ticket: LatencyTicket;
  readonly lease: LatencyLease;
}

/** By connection, what it began last: of an engine only one measures at a time. */
const begun = new WeakMap<AbortSignal, Begun>();

function begin(signal: AbortSignal, engine: Engine, ticket: LatencyTicket): void {
  const stop = (): void => {
    engine.call("latency.stop", one.ticket).catch(() => {}); // it has ended already
  };
  const one: Begun = { ticket, lease: new LatencyLease(stop) };
  begun.set(signal, one);
  const gone = (): void => {
    one.lease.end();
    stop();
  };
  if (signal.aborted) gone();
  else signal.addEventListener("abort", gone, { once: true });
}

const OWNERS = ["cpu", "priority", "lock_memory"];
const PARAMETERS = ["mode", "worst", "break_us", "id", ...OWNERS];

function notYours(name: string): TgtctlError {
  return new TgtctlError(
    "usage",
    `latency: ${name} is the owner's to choose: its thread is measured`,
    "leave it out, or stop the owner and measure with tgtctl latency as owner",
  );
}
