// SPDX-License-Identifier: MIT
// A thread that sends TEST UNIT READY at a steady pace, whether or not the ones before are over.
import { closeSync, constants, openSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { native } from "../../device/native.js";
import { causeText } from "../../errors.js";
import { STOP, type StimulusNews, type StimulusOrders } from "./stimulus-protocol.js";

/** sg queues so many for one open file (SG_MAX_QUEUE). */
const MOST_OPEN = 16;
const TIMEOUT_MS = 10_000;
const SENSE_BYTES = 96;
const TEST_UNIT_READY = new Uint8Array(6);
/** What is still open at the end is waited for. */
const LAST_MS = 5000;

class Stimulus {
  readonly #shim = native();
  readonly #fd: number;
  readonly #sense = this.#shim.arena(MOST_OPEN * SENSE_BYTES);
  readonly #none = new Uint8Array(this.#sense.buffer, 0, 0);
  #open = 0;
  #next = 0;
  sent = 0;
  /** Times that there were `MOST_OPEN` already. */
  leftOut = 0;

  constructor(node: string) {
    this.#fd = openSync(node, constants.O_RDWR | constants.O_NONBLOCK);
  }

  tick(): void {
    this.#drain();
    if (this.#open === MOST_OPEN) {
      this.leftOut++;
      return;
    }
    // answers come in any order, but their sense is read by nobody
    const at = (this.#next++ % MOST_OPEN) * SENSE_BYTES;
    const sense = new Uint8Array(this.#sense.buffer, at, SENSE_BYTES);
    this.#shim.sgSend(this.#fd, TEST_UNIT_READY, "none", this.#none, sense, TIMEOUT_MS);
    this.#open++;
    this.sent++;
  }

  #drain(): void {
    while (this.#open > 0 && this.#shim.sgReceive(this.#fd) !== null) this.#open--;
  }

  end(): void {
    const until = performance.now() + LAST_MS;
    const nobody = new Int32Array(new SharedArrayBuffer(4));
    for (this.#drain(); this.#open > 0 && performance.now() < until; this.#drain()) {
      Atomics.wait(nobody, 0, 0, 1);
    }
    closeSync(this.#fd);
    // sense of a command that is not over may still be written
    if (this.#open === 0) this.#shim.unmap(this.#sense);
  }
}

function run({ node, intervalNs, control }: StimulusOrders): void {
  const word = new Int32Array(control);
  const pause = (ms: number): boolean => Atomics.wait(word, STOP, 0, ms) === "timed-out";
  const stimulus = new Stimulus(node);
  tell({ kind: "ready" });
  const began = performance.now();
  const everyMs = intervalNs / 1e6;
  for (let nth = 1; ; nth++) {
    const due = began + nth * everyMs;
    const ms = due - performance.now();
    if (ms > 0 ? !pause(ms) : Atomics.load(word, STOP) !== 0) break;
    stimulus.tick();
  }
  stimulus.end();
  tell({ kind: "ended", sent: stimulus.sent, leftOut: stimulus.leftOut });
}

function tell(news: StimulusNews): void {
  parentPort?.postMessage(news);
}

try {
  run(workerData as StimulusOrders);
} catch (error) {
  tell({ kind: "failed", cause: causeText(error) });
}
