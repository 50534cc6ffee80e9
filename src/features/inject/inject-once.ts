// SPDX-License-Identifier: MIT
// One event injected: what the kernel made of it, whether the target lives, what the log says.
import { type InjectReport, injectReport } from "./inject-report.js";
import type { InjectRequest } from "./inject-request.js";
import { type Injectee, injectInto } from "./injectee.js";
import type { KernelLog } from "./kernel-log.js";
import type { Alive } from "./target-probe.js";

export interface InjectedOnce {
  readonly report: InjectReport;
  /** How it was found out whether the target lives. */
  readonly how: string;
}

const NOT_ASKED: Alive = { answers: null, how: "not asked again so soon" };

/** `ask`, once it is injected: whether the target still answers. Errors: those of the injectee. */
export async function injectOnce(
  request: InjectRequest,
  injectee: Injectee,
  log: KernelLog,
  ask: () => boolean,
  stop?: AbortSignal,
): Promise<InjectedOnce> {
  const outcome = await injectInto(injectee, request.next(injectee.hostNo), stop);
  const alive = ask() ? await injectee.alive() : NOT_ASKED;
  const said = log.readable ? log.take() : null;
  return { report: injectReport(request, outcome, alive, said), how: alive.how };
}
