// SPDX-License-Identifier: MIT
// What a PERSISTENT RESERVE OUT service action comes to: a refusal, or whom to tell and whose commands to end.
import type { PendingSense } from "./attentions.js";

const preempted = (ascq: number): PendingSense => ({ key: 6, asc: 0x2a, ascq });
export const RESERVATIONS_PREEMPTED = preempted(0x03);
export const RESERVATIONS_RELEASED = preempted(0x04);
export const REGISTRATIONS_PREEMPTED = preempted(0x05);

/** A unit attention for another nexus. */
interface Notice {
  readonly hostNo: number;
  readonly sense: PendingSense;
}

export type Refusal =
  /** RESERVATION CONFLICT */
  | "conflict"
  /** Released with another scope or type than it was made with. */
  | "release"
  /** SCOPE or TYPE of the CDB. */
  | "type"
  /** SERVICE ACTION RESERVATION KEY of the parameter list. */
  | "action key";

export interface Done {
  readonly notices: readonly Notice[];
  /** Other nexuses whose registrations a PREEMPT removed: PREEMPT AND ABORT ends their commands. */
  readonly lost: readonly number[];
}

/** What came of a service action; a refusal changed nothing. */
export type Verdict = Done | Refusal;

/** Done, and nobody has to hear of it. */
export const DONE: Done = { notices: [], lost: [] };

export function tell(hosts: readonly number[], sense: PendingSense): Notice[] {
  return hosts.map((hostNo) => ({ hostNo, sense }));
}
