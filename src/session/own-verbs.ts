// SPDX-License-Identifier: MIT
// The verbs of a session, asked from the thread that started it.
import { processText } from "../device/char-device.js";
import { TgtctlError } from "../errors.js";
import { unitMethods } from "./control/unit-methods.js";
import type { Verbs } from "./observation.js";
import type { Session } from "./session.js";

const ANSWER_MS = 10_000;

/** `disks`: its units are disks of this machine, which has to be told when they change. */
export function ownVerbs({ engine }: Session, disks: boolean): Verbs {
  const units = unitMethods(engine, disks);
  return {
    owner: processText(process.pid),
    call: async (method, params, { timeoutMs = ANSWER_MS } = {}) => {
      const late = new AbortController();
      const timer = setTimeout(() => late.abort(), timeoutMs).unref();
      try {
        const own = units[method];
        return await (own ? own(params, late) : engine.call(method, params, late.signal));
      } catch (error) {
        throw late.signal.aborted ? tooLate(method, timeoutMs) : error;
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

function tooLate(method: string, timeoutMs: number): TgtctlError {
  const text = `${method}: no answer in ${timeoutMs / 1000} s`;
  return new TgtctlError("busy", text, "the engine may be stuck in a store: try again");
}
