// SPDX-License-Identifier: MIT
// What an owner keeps back, as a view last heard of it: asked again when the owner says that it changed.
import { TgtctlError } from "../../errors.js";
import type { HeldList, HeldView } from "../engine/verbs.js";
import type { HoldState } from "./engine-control.js";

const NOTHING: HeldList = { on: false, tmf: false, held: 0, by: null, items: [] };

const nameOf = (hostNo: number, cid: number): string => `${hostNo}:${cid}`;

/** One per view, on its thread. */
export class HeldBoard {
  readonly #ask: () => Promise<unknown>;
  readonly #clock: () => bigint;
  #listedNs = 0;
  #list: HeldList = NOTHING;
  #names = new Set<string>();
  #changed = true;
  #asking = false;

  /** `ask` calls the verb `held`. `clock`: CLOCK_MONOTONIC in ns. */
  constructor(ask: () => Promise<unknown>, clock: () => bigint = process.hrtime.bigint) {
    this.#ask = ask;
    this.#clock = clock;
  }

  get state(): HoldState {
    return this.#list;
  }

  /** When `items` came, by the clock; their `held_ms` is as of then. */
  get listedNs(): number {
    return this.#listedNs;
  }

  /** Oldest first; of very many the first ones. */
  get items(): readonly HeldView[] {
    return this.#list.items;
  }

  has(hostNo: number, cid: number): boolean {
    return this.#names.size > 0 && this.#names.has(nameOf(hostNo, cid));
  }

  /** The owner says that something changed. */
  noteChange(): void {
    this.#changed = true;
  }

  /** Asks if there is news; what the owner says then is there for the next look. Never throws. */
  async refresh(): Promise<void> {
    if (!this.#changed || this.#asking) return;
    this.#changed = false;
    this.#asking = true;
    try {
      this.#take((await this.#ask()) as HeldList);
    } catch (error) {
      // no answer in time: nothing is known to have changed, and it is asked again
      if (error instanceof TgtctlError && error.kind === "busy") this.#changed = true;
      else this.#take(NOTHING); // the owner has gone, and with it what it held
    } finally {
      this.#asking = false;
    }
  }

  /** Nobody is there to hold any more. */
  clear(): void {
    this.#changed = false;
    this.#take(NOTHING);
  }

  #take(list: HeldList): void {
    this.#list = list;
    this.#listedNs = Number(this.#clock());
    const answers = list.items.filter((item) => item.kind === "CMD_RSP");
    this.#names = new Set(answers.map((item) => nameOf(item.host_no, item.cid)));
  }
}
