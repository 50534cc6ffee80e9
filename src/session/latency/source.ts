// SPDX-License-Identifier: MIT
// Who measures: our own engine, a joined owner's, or a thread that only looks. Whoever shows it sees one face.
import type { LatencyOptions, LatencyReports } from "./report.js";

export interface LatencySource {
  /** "observer": only the own wake-up can be measured. */
  readonly role: "owner" | "viewer" | "observer";
  /**
   * Begins, or goes on in another mode, which has a report of its own. Errors: `busy`, somebody else measures;
   * `permission`, the right for what was asked is missing; `usage`, this one cannot do that.
   */
  start(options: LatencyOptions): Promise<void>;
  read(): Promise<LatencyReports>;
  /** Begins anew, in the mode that was started with; what was measured until then. */
  reset(): Promise<LatencyReports>;
  /** Ends it: the last reports. */
  stop(): Promise<LatencyReports>;
}
