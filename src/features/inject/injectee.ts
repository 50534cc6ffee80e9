// SPDX-License-Identifier: MIT
// Whom an event is injected into, whatever the way there.
import { setTimeout as sleep } from "node:timers/promises";
import { TgtctlError } from "../../errors.js";
import type { InjectOutcome, InjectPlan } from "../../session/inject/inject-plan.js";
import type { Alive } from "./target-probe.js";

export interface Injectee {
  /** `pid 4121 (tgtctl)`, for a person. */
  readonly name: string;
  /** A target host there is. */
  readonly hostNo: number;
  /** Errors: `busy` if there is no room, or no command to spoil the answer of. */
  inject(plan: InjectPlan): Promise<InjectOutcome>;
  alive(): Promise<Alive>;
  close(): Promise<void>;
}

const AGAIN_MS = 20;

/** What needs something to have happened before is tried until it has, as long as the plan waits, or `stop`. */
export async function injectInto(
  injectee: Injectee,
  plan: InjectPlan,
  stop?: AbortSignal,
): Promise<InjectOutcome> {
  const needs = plan.base.kind === "again" || plan.base.kind === "late";
  const deadline = performance.now() + (needs ? plan.waitMs : 0);
  for (;;) {
    try {
      return await injectee.inject(plan);
    } catch (error) {
      const busy = error instanceof TgtctlError && error.kind === "busy";
      if (!busy || stop?.aborted || performance.now() >= deadline) throw error;
      await sleep(AGAIN_MS);
    }
  }
}
