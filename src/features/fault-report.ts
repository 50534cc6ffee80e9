// SPDX-License-Identifier: MIT
// How often each fault rule of an owner acted, for a program and for a person.
import type { FaultCount } from "../session/faults/fault-rules.js";

export interface FaultReport {
  readonly schema: "tgtctl.faults/1";
  readonly faults: readonly FaultCount[];
}

export function faultReport(faults: readonly FaultCount[]): FaultReport {
  return { schema: "tgtctl.faults/1", faults };
}

/** `fault 1 fired 3 times of 12 matches: opcode == READ_10 : drop every 4` */
export function faultReportText({ id, rule, hits, fired }: FaultCount): string {
  const times = (count: number, one: string, more: string): string =>
    `${count} ${count === 1 ? one : more}`;
  return `fault ${id} fired ${times(fired, "time", "times")} of ${times(hits, "match", "matches")}: ${rule}`;
}
