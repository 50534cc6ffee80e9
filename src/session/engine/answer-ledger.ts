// SPDX-License-Identifier: MIT
// Which answer lies in which ukring slot, and what the kernel has said of it.
import type { Telemetry } from "../../device/telemetry.js";
import { INDEX_MASK, NR_ENTRY } from "../../ring/live-layout.js";

const FREE = 0;
const ANSWER = 1;
const DATA_ONLY = 2;

/** Numbers only and no allocation per event; keys are made only for the rare cases. */
export class AnswerLedger {
  readonly #telemetry: Telemetry | null;
  readonly #kind = new Uint8Array(NR_ENTRY);
  readonly #host = new Int32Array(NR_ENTRY);
  readonly #cid = new Uint32Array(NR_ENTRY);
  readonly #moving = new Set<string>();
  #rung = 0;
  /** Index of the oldest answer whose verdict has not been read. */
  unread = 0;

  constructor(telemetry: Telemetry | null) {
    this.#telemetry = telemetry;
  }

  /** A command went to the kernel at `index`. Slots of other events stay FREE. */
  published(index: number, hostNo: number, cid: number, dataOnly: boolean): void {
    const slot = index & INDEX_MASK;
    this.#kind[slot] = dataOnly ? DATA_ONLY : ANSWER;
    this.#host[slot] = hostNo;
    this.#cid[slot] = cid;
    // before the doorbell: its CMD_DONE may be in kuring before the verdict is read
    if (dataOnly) this.#moving.add(`${hostNo}:${cid}`);
  }

  /** A data-only answer of that command was accepted: one CMD_DONE ends it and not the command. */
  moving(hostNo: number, cid: number): void {
    this.#moving.add(`${hostNo}:${cid}`);
  }

  unrung(produced: number): boolean {
    return this.#rung !== produced;
  }

  /** What lies before this index has been rung for. */
  get upTo(): number {
    return this.#rung;
  }

  rung(upTo: number): void {
    this.#rung = upTo;
  }

  /** The kernel's word on `index`; null: it gives none; undefined: not consumed yet. */
  verdictOf(index: number): number | null | undefined {
    if (this.#telemetry === null) return null;
    return this.#telemetry.verdict(index) ?? undefined;
  }

  accepted(index: number): void {
    this.#kind[index & INDEX_MASK] = FREE;
    this.unread = (index + 1) >>> 0;
  }

  /** The refused answer's command, null if the slot held none. */
  refused(index: number): { hostNo: number; cid: number } | null {
    const slot = index & INDEX_MASK;
    const kind = this.#kind[slot];
    this.accepted(index);
    if (kind === FREE) return null;
    const hostNo = this.#host[slot] ?? 0;
    const cid = this.#cid[slot] ?? 0;
    if (kind === DATA_ONLY) this.#moving.delete(`${hostNo}:${cid}`);
    return { hostNo, cid };
  }

  /** Its data are to move, or on their way. */
  isMoving(hostNo: number, cid: number): boolean {
    return this.#moving.has(`${hostNo}:${cid}`);
  }

  /** True once if this CMD_DONE ends a data-only answer and the command lives on. */
  takeMoved(hostNo: number, cid: number): boolean {
    return this.#moving.size > 0 && this.#moving.delete(`${hostNo}:${cid}`);
  }
}
