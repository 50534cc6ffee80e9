// SPDX-License-Identifier: MIT
// The memory of another process's simulator: rings and telemetry, mapped read-only and never changed.
import { fstatSync } from "node:fs";
import type { Dialect } from "../abi/dialect.js";
import { dialectByName } from "../abi/dialects.js";
import { causeText, TgtctlError } from "../errors.js";
import type { Mapping, Native } from "./native.js";
import { RINGS_SIZE, type RingDevice, TELEMETRY_OFFSET } from "./ring-device.js";
import { Telemetry } from "./telemetry.js";

export class SharedRings implements RingDevice {
  readonly source = "simulator" as const;
  readonly role = "observer" as const;
  readonly dialect: Dialect = dialectByName("seed-x86_64");
  readonly telemetry: Telemetry;
  readonly #native: Native;
  readonly #mappings: Mapping[] = [];

  /** `path`: where its owner says its memory is. Errors: `unavailable`, `abiMismatch`. */
  constructor(
    native: Native,
    readonly name: string,
    path: string,
  ) {
    this.#native = native;
    const fd = openMemory(native, name, path);
    try {
      const window = fstatSync(fd).size - TELEMETRY_OFFSET;
      this.#mappings.push(native.map(fd, 0, RINGS_SIZE, false));
      this.#mappings.push(native.map(fd, TELEMETRY_OFFSET, Math.max(4096, window), false));
      this.telemetry = new Telemetry(this.#mappings[1]?.buffer ?? new ArrayBuffer(0), 0);
    } catch (error) {
      this.close();
      throw error;
    } finally {
      native.close(fd);
    }
  }

  get rings(): ArrayBuffer {
    return this.#mappings[0]?.buffer ?? new ArrayBuffer(0);
  }

  close(): void {
    for (const mapping of this.#mappings) this.#native.unmap(mapping);
  }
}

function openMemory(native: Native, name: string, path: string): number {
  try {
    return native.open(path, "ro");
  } catch (error) {
    throw new TgtctlError(
      "unavailable",
      `${name}: its rings cannot be mapped: ${causeText(error)}`,
      "only its own user and root may look at it",
      { cause: error },
    );
  }
}
