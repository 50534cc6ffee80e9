// SPDX-License-Identifier: MIT
// What a logical unit has to tell each I_T nexus before it does anything else: unit attentions and deferred errors.
import type { SenseFields } from "../../scsi/sense.js";

export interface PendingSense extends SenseFields {
  /** About an earlier command that had already ended GOOD. */
  readonly deferred?: boolean;
}

const UNIT_ATTENTION = 6;

export const POWER_ON: PendingSense = { key: UNIT_ATTENTION, asc: 0x29, ascq: 0x00 };
export const RESET_OCCURRED: PendingSense = { key: UNIT_ATTENTION, asc: 0x29, ascq: 0x03 };
export const COMMANDS_CLEARED: PendingSense = { key: UNIT_ATTENTION, asc: 0x2f, ascq: 0x00 };
export const MODE_PARAMETERS_CHANGED: PendingSense = { key: UNIT_ATTENTION, asc: 0x2a, ascq: 0x01 };
export const CAPACITY_CHANGED: PendingSense = { key: UNIT_ATTENTION, asc: 0x2a, ascq: 0x09 };
/** INQUIRY DATA HAVE CHANGED: other content, and so another identity, than an earlier owner served. */
export const CONTENT_REPLACED: PendingSense = { key: UNIT_ATTENTION, asc: 0x3f, ascq: 0x03 };
export const LUNS_CHANGED: PendingSense = { key: UNIT_ATTENTION, asc: 0x3f, ascq: 0x0e };

/** INITIALIZING COMMAND REQUIRED: stopped by START STOP UNIT. Kept in no queue, but true while it lasts. */
export const STOPPED: PendingSense = { key: 2, asc: 0x04, ascq: 0x02 };
/** FAILURE PREDICTION THRESHOLD EXCEEDED (FALSE): by the TEST bit of the exceptions mode page. Likewise. */
export const FEIGNED_EXCEPTION: PendingSense = { key: 0, asc: 0x5d, ascq: 0xff };

/** SAM-5 5.14: one queue per I_T nexus (here: host_no), each condition in it once. */
export class Attentions {
  readonly #first: PendingSense[];
  readonly #queues = new Map<number, PendingSense[]>();

  /** `first` waits for every nexus that was not seen before. */
  constructor(first: PendingSense | null) {
    this.#first = first ? [first] : [];
  }

  /** Told to every nexus after that; before commands come. */
  addFirst(sense: PendingSense): void {
    this.#first.push(sense);
  }

  /** The nexus' queue, made on its first command; empty = nothing to tell. */
  queue(hostNo: number): PendingSense[] {
    let queue = this.#queues.get(hostNo);
    if (!queue) {
      queue = [...this.#first];
      this.#queues.set(hostNo, queue);
    }
    return queue;
  }

  add(hostNo: number, sense: PendingSense): void {
    const queue = this.queue(hostNo);
    const known = queue.some((other) => other.asc === sense.asc && other.ascq === sense.ascq);
    if (!known) queue.push(sense);
  }

  /** For every nexus seen so far; the others will hear that the power came on. */
  addToAll(sense: PendingSense): void {
    for (const hostNo of this.#queues.keys()) this.add(hostNo, sense);
  }

  /** For every nexus seen so far but one: it knows. */
  addToOthers(hostNo: number, sense: PendingSense): void {
    for (const other of this.#queues.keys()) if (other !== hostNo) this.add(other, sense);
  }

  /** The nexus knows already. */
  remove(hostNo: number, sense: PendingSense): void {
    const queue = this.#queues.get(hostNo);
    const at = queue?.indexOf(sense) ?? -1;
    if (at >= 0) queue?.splice(at, 1);
  }

  /** A reset makes what waited before it pointless. */
  reset(): void {
    for (const queue of this.#queues.values()) {
      if (!queue.includes(POWER_ON)) queue.splice(0, queue.length, RESET_OCCURRED);
    }
  }
}
