// SPDX-License-Identifier: MIT
// From LUN specs to logical units with open stores: all of them, or none and an error.
import { openFileStore } from "../stores/file-store.js";
import { type FileSystem, nodeFileSystem } from "../stores/file-system.js";
import { openNullStore } from "../stores/null-store.js";
import { openRamStore } from "../stores/ram-store.js";
import type { Store, StoreIo } from "../stores/store.js";
import { LogicalUnit } from "./logical-unit.js";
import type { LunSpec } from "./lun-spec.js";

export interface OpenUnitsOptions {
  /** `ram:` LUN n lives in /dev/shm/`<prefix>-lun<n>`; null: in memory without a name. */
  readonly sharedMemoryPrefix: string | null;
  /** Default true; see LogicalUnit. */
  readonly powerOnAttention?: boolean;
  readonly files?: FileSystem;
}

function openStore(io: StoreIo, spec: LunSpec, options: OpenUnitsOptions): Store {
  const { files = nodeFileSystem, sharedMemoryPrefix: prefix } = options;
  switch (spec.kind) {
    case "ram":
      return openRamStore(io, files, {
        name: prefix === null ? "" : `${prefix}-lun${spec.lun}`,
        size: spec.size,
        readOnly: spec.readOnly,
        text: spec.text,
      });
    case "file":
      return openFileStore(io, files, spec);
    case "null":
      return openNullStore(io, spec);
  }
}

/** Opens one unit. Errors: those of its store. */
export function openUnit(io: StoreIo, spec: LunSpec, options: OpenUnitsOptions): LogicalUnit {
  const { powerOnAttention = true } = options;
  const store = openStore(io, spec, options);
  const { lun, blockSize, serial, queue } = spec;
  return new LogicalUnit({ lun, store, blockSize, serial, powerOnAttention, queue });
}

/** Closes units that were never served, as they were found: memory made for them goes again. */
export function abandonUnits(units: readonly LogicalUnit[]): void {
  for (const { store } of units) store.close(!store.fresh);
}

/** Opens a unit per spec. If one fails, the others are abandoned and it throws. */
export function openUnits(
  io: StoreIo,
  specs: readonly LunSpec[],
  options: OpenUnitsOptions,
): LogicalUnit[] {
  const units: LogicalUnit[] = [];
  try {
    for (const spec of specs) units.push(openUnit(io, spec, options));
    return units;
  } catch (error) {
    abandonUnits(units);
    throw error;
  }
}
