// SPDX-License-Identifier: MIT
// One look at a device and the session that owns it, as data and in words.
import type { EngineStatus } from "../session/engine/verbs.js";
import type { Watch } from "../session/watch.js";
import { faultReportText } from "./fault-report.js";
import { buildFrame, type Frame } from "./frame.js";
import { frameLines } from "./frame-text.js";

/** Who can be asked. */
export interface SessionFacts {
  readonly pid: number;
  readonly version: string;
  readonly status: EngineStatus;
}

export interface StatusDocument extends Omit<Frame, "schema" | "frame"> {
  readonly schema: "tgtctl.status/1";
  /** Null: no owner, one that is no tgtctl, or one that this user may not ask. */
  readonly session: (EngineStatus & { pid: number; version: string }) | null;
}

/** Call `watch.refresh()` twice before, some time apart: rates need two looks. */
export function statusDocument(watch: Watch, session: SessionFacts | null): StatusDocument {
  const { schema: _, frame: __, ...rest } = buildFrame(watch, 1);
  return {
    schema: "tgtctl.status/1",
    ...rest,
    session: session && { pid: session.pid, version: session.version, ...session.status },
  };
}

export function statusLines(watch: Watch, session: SessionFacts | null): string[] {
  const frame = frameLines(watch, 1);
  if (!session) return [...frame, "session none of ours that could be asked"];
  const { status, pid, version } = session;
  const who = `session tgtctl ${version}, pid ${pid}: `;
  const [first = "", ...more] = engineLines(status);
  return [...frame, first.replace(/^session /, () => who), ...more];
}

/** A session by itself. */
export function engineLines(status: EngineStatus): string[] {
  const { counters, in_flight, owed } = status;
  return [
    `session ${in_flight} in flight, ${owed} owed`,
    `        ${counterText(counters)}`,
    ...status.luns.map((unit) => `lun     ${unit.spec}  serial ${unit.serial}`),
    ...status.breakpoints.map(
      ({ id, expression, hits, once }) =>
        `break   ${id}: ${expression}  (${hits} hits${once ? ", once" : ""})`,
    ),
    ...status.faults.map((fault) => `fault   ${faultReportText(fault).replace(/^fault /, "")}`),
  ];
}

/** What went wrong, and how often; names as in --json. */
function counterText(counters: Readonly<Record<string, number>>): string {
  const quiet = new Set(["wakeups", "doorbells", "commands"]);
  const shown = Object.entries(counters).filter(([name, count]) => count > 0 && !quiet.has(name));
  const totals = `${counters.commands ?? 0} commands, ${counters.doorbells ?? 0} doorbells`;
  return [totals, ...shown.map(([name, count]) => `${name} ${count}`)].join(", ");
}
