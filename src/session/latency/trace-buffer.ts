// SPDX-License-Identifier: MIT
// The kernel's trace buffer: opened before it is needed, marked and stopped at the moment that matters.
import { closeSync, existsSync, openSync, writeSync } from "node:fs";
import { causeText, errnoName } from "../../errors.js";

const PLACES = ["/sys/kernel/tracing", "/sys/kernel/debug/tracing"];

export class TraceBuffer {
  #marker = -1;
  #switch = -1;
  /** Null: it is open; else why not. */
  #why: string | null = null;

  constructor(places: readonly string[] = PLACES) {
    try {
      const place = places.find((each) => existsSync(`${each}/tracing_on`));
      if (place === undefined) {
        this.#why = `no trace buffer: ${PLACES[0]} is not mounted, or not for this user`;
        return;
      }
      this.#marker = openSync(`${place}/trace_marker`, "w");
      this.#switch = openSync(`${place}/tracing_on`, "w");
    } catch (error) {
      this.#why = `trace buffer: ${causeText(error)}`;
    }
  }

  /** Null: marked and stopped; else why not. The mark is written first: it is to be in the buffer. */
  stop(mark: string): string | null {
    if (this.#why !== null) return this.#why;
    try {
      writeSync(this.#marker, mark);
      writeSync(this.#switch, "0");
      return null;
    } catch (error) {
      // that is how the kernel refuses a mark while tracing_on is 0
      if (errnoName(error) === "EBADF")
        return "trace buffer: not recording, so there was nothing to mark";
      return `trace buffer: ${causeText(error)}`;
    }
  }

  close(): void {
    for (const fd of [this.#marker, this.#switch]) if (fd >= 0) closeSync(fd);
    this.#marker = this.#switch = -1;
    this.#why ??= "trace buffer: closed";
  }
}
