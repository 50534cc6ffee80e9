// SPDX-License-Identifier: MIT
// The N longest wake-ups: a heap whose root is the shortest of them, so that nearly all others cost one look.
import type { Stage, WorstSample } from "./report.js";

/** A sample that may still be told what became of its event. */
export interface OpenSample extends WorstSample {
  events: number;
  stages: Record<Stage, number> | null;
  whole_ns: number | null;
}

export class WorstSamples {
  readonly #most: number;
  readonly #heap: OpenSample[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  /** Whether a sample of so many ns would be kept. */
  wants(wakeupNs: number): boolean {
    if (this.#heap.length < this.#most) return true;
    const [shortest] = this.#heap;
    return shortest !== undefined && wakeupNs > shortest.wakeup_ns;
  }

  /** One that is wanted. */
  keep(sample: OpenSample): void {
    const heap = this.#heap;
    if (heap.length < this.#most) {
      heap.push(sample);
      this.#rise(heap.length - 1);
    } else {
      heap[0] = sample;
      this.#sink(0);
    }
  }

  /** The longest first. */
  read(): WorstSample[] {
    return this.#heap
      .map((sample) => ({ ...sample, stages: sample.stages && { ...sample.stages } }))
      .sort((a, b) => b.wakeup_ns - a.wakeup_ns || a.t_ns - b.t_ns);
  }

  #ns(at: number): number {
    return this.#heap[at]?.wakeup_ns ?? Number.POSITIVE_INFINITY;
  }

  #swap(a: number, b: number): void {
    const heap = this.#heap;
    const [first, second] = [heap[a], heap[b]];
    if (first && second) [heap[a], heap[b]] = [second, first];
  }

  #rise(at: number): void {
    for (let here = at; here > 0; ) {
      const parent = (here - 1) >> 1;
      if (this.#ns(parent) <= this.#ns(here)) return;
      this.#swap(parent, here);
      here = parent;
    }
  }

  #sink(at: number): void {
    for (let here = at; ; ) {
      const left = 2 * here + 1;
      const child = this.#ns(left + 1) < this.#ns(left) ? left + 1 : left;
      if (this.#ns(child) >= this.#ns(here)) return;
      this.#swap(child, here);
      here = child;
    }
  }
}
