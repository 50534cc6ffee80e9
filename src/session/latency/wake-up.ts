// SPDX-License-Identifier: MIT
// One wake-up of the thread that waits: when and where it came, and what it found.
import { CMD_REQ, INDEX_MASK, TYPE, TYPE_TSK_MGMT_REQ } from "../../ring/live-layout.js";
import type { Meeting } from "./report.js";
import type { OpenSample } from "./worst-samples.js";

/** The processor where none is known: a stamp that nobody wrote. */
export const NO_CPU = 0xffff_ffff;

export class WakeUp {
  /** CLOCK_MONOTONIC ns: when the wait returned. */
  t1 = 0;
  #sleptNs = 0;
  #cpu: number | null = null;
  #events = 0;
  /** Samples of it that are to say how many it found. */
  #kept: OpenSample[] = [];

  /** The next one, of a wait that began at `sleptNs`. `cpu`: where, or NO_CPU. */
  woke(t1: number, cpu: number, sleptNs: number): void {
    if (this.#kept.length > 0) {
      this.settle();
      this.#kept = [];
    }
    this.t1 = t1;
    this.#sleptNs = sleptNs;
    this.#cpu = cpu === NO_CPU ? null : cpu;
    this.#events = 0;
  }

  /** What is kept of it says how many events it has found so far. */
  settle(): void {
    for (const sample of this.#kept) sample.events = this.#events;
  }

  /** How an event of that time is met. What came before the wait had nobody to wake. */
  meet(tNs: number): Meeting {
    return tNs < this.#sleptNs ? "awake" : this.meetSince(tNs);
  }

  /** One that came nobody knows when, but after that time. */
  meetSince(tNs: number): Meeting {
    if (tNs > this.t1) return "awake";
    return this.#events++ === 0 ? "woken" : "coalesced";
  }

  /** The event that was met last, in the slot at `words[at]`. `index`: the kernel's. */
  sample(
    meeting: Meeting,
    tNs: number,
    ns: number,
    index: number,
    words: Int32Array,
    at: number,
  ): OpenSample {
    const sample: OpenSample = {
      ...{ t_ns: tNs, wakeup_ns: ns, index, slot: index & INDEX_MASK },
      type: words[at + TYPE] as number,
      host_no: words[at + CMD_REQ.host_no] as number,
      cid: cidOf(words, at),
      ...{ cpu: this.#cpu, events: Math.max(1, this.#events), meeting },
      ...{ stages: null, whole_ns: null },
    };
    if (meeting !== "awake") this.#kept.push(sample);
    return sample;
  }
}

/** Commands have one, functions none: 0. */
export function cidOf(words: Int32Array, at: number): number {
  return words[at + TYPE] === TYPE_TSK_MGMT_REQ ? 0 : (words[at + CMD_REQ.cid] as number) >>> 0;
}
