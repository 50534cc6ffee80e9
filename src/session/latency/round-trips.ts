// SPDX-License-Identifier: MIT
// Where the kernel stamps nothing: when the doorbell rang for a command's answer, until its CMD_DONE comes.
import { INDEX_MASK, NR_ENTRY } from "../../ring/live-layout.js";
import { COMMAND, FlightTable } from "./flight-table.js";

const NONE = -1;

export class RoundTrips {
  readonly #flights = new FlightTable();
  /** By ukring slot, whose answer lies there and has not been rung for. */
  readonly #unrung = new Int32Array(NR_ENTRY).fill(NONE);

  /** The command's answer lies at `index` of ukring. */
  published(index: number, host: number, cid: number): void {
    const id = this.#flights.open(COMMAND, host, cid, 0);
    this.#unrung[index & INDEX_MASK] = id;
    if (id >= 0) this.#flights.t0[id] = Number.POSITIVE_INFINITY;
  }

  /** The doorbell is about to ring for what lies from `from` to before `upTo`. */
  rings(now: number, from: number, upTo: number): void {
    for (let index = from; index !== upTo; index = (index + 1) >>> 0) {
      const slot = index & INDEX_MASK;
      const id = this.#unrung[slot] as number;
      this.#unrung[slot] = NONE;
      if (id >= 0) this.#flights.t0[id] = now;
    }
  }

  /** The command's CMD_DONE has come: when the doorbell rang, once. Null: nobody knows. */
  done(host: number, cid: number): number | null {
    const id = this.#flights.take(COMMAND, host, cid, 0);
    if (id < 0) return null;
    const rang = this.#flights.t0[id] as number;
    this.#flights.free(id);
    return Number.isFinite(rang) ? rang : null;
  }
}
