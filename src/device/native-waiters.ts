// SPDX-License-Identifier: MIT
// The native waiters of one open device: none is left behind when it closes.
import type { Native } from "./native.js";
import type { Waiter } from "./ring-device.js";

export class NativeWaiters {
  readonly #native: Native;
  readonly #numbers = new Set<number>();

  constructor(native: Native) {
    this.#native = native;
  }

  /** `number`: from `waiterCreate` or `simWaiterCreate`. */
  add(number: number): Waiter {
    const native = this.#native;
    this.#numbers.add(number);
    return {
      wait: (timeoutMs, stamp, next) => native.waiterWait(number, timeoutMs, stamp, next),
      close: () => this.#end(number),
    };
  }

  close(): void {
    for (const number of this.#numbers) this.#end(number);
  }

  #end(number: number): void {
    this.#numbers.delete(number);
    this.#native.waiterDestroy(number);
  }
}
