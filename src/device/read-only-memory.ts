// SPDX-License-Identifier: MIT
// Memory of this process that may be read and not written, made when somebody asks where it is.
import type { Mapping, Native } from "./native.js";

const SIZE = 1 << 20;

export class ReadOnlyMemory {
  readonly #native: Native;
  #mapping: Mapping | null = null;

  constructor(native: Native) {
    this.#native = native;
  }

  get address(): bigint {
    this.#mapping ??= this.#map();
    return this.#mapping.address;
  }

  #map(): Mapping {
    const fd = this.#native.sharedMemory("", BigInt(SIZE), true);
    try {
      return this.#native.map(fd, 0, SIZE, false);
    } finally {
      this.#native.close(fd);
    }
  }

  close(): void {
    if (this.#mapping) this.#native.unmap(this.#mapping);
    this.#mapping = null;
  }
}
