// SPDX-License-Identifier: MIT
// An event injected so many times, until the target no longer answers.
import { injectOnce } from "../../features/inject/inject-once.js";
import { InjectTally } from "../../features/inject/inject-report.js";
import type { InjectRequest } from "../../features/inject/inject-request.js";
import type { Injectee } from "../../features/inject/injectee.js";
import { KernelLog } from "../../features/inject/kernel-log.js";
import type { Injected } from "./verdict.js";

/** Of many only some, and always the last, are followed by the question whether the target lives. */
const ASK_MS = 250;

/** `count`: at least 1. Errors: those of the injectee. */
export async function injectAll(
  request: InjectRequest,
  injectee: Injectee,
  count: number,
): Promise<Injected> {
  const log = new KernelLog();
  const tally = new InjectTally();
  try {
    for (let asked = Number.NEGATIVE_INFINITY; ; ) {
      const last = tally.count >= count - 1;
      const ask = last || performance.now() - asked >= ASK_MS;
      if (ask) asked = performance.now();
      const { report, how } = await injectOnce(request, injectee, log, ask);
      tally.add(report);
      if (!last && report.target_alive !== false) continue;
      const text = count > 1 ? tally.text.trimEnd() : null;
      return { report, how, into: injectee.name, tally: text, found: tally.found };
    }
  } finally {
    log.close();
  }
}
