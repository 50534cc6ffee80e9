// SPDX-License-Identifier: MIT
// Logical units while they are served: added, removed, resized, listed.
import { causeText, TgtctlError } from "../../errors.js";
import type { DefaultResponder } from "../../target/default-responder.js";
import type { StoreIo } from "../../target/stores/store.js";
import type { LogicalUnit } from "../../target/units/logical-unit.js";
import { formatLunSpec, type LunSpec, parseLunSpecs } from "../../target/units/lun-spec.js";
import { abandonUnits, openUnit } from "../../target/units/open-units.js";
import type { Served } from "./engine-protocol.js";
import type { UnitView } from "./verbs.js";

export interface UnitDeskOptions {
  readonly io: StoreIo;
  readonly responder: DefaultResponder;
  readonly served: Served;
  /** What is served has changed: the next owner shall find word of it. */
  readonly onChange: (served: Served) => void;
}

/** Engine thread. */
export class UnitDesk {
  readonly #options: UnitDeskOptions;
  readonly #specs = new Map<number, LunSpec>();

  constructor(options: UnitDeskOptions) {
    this.#options = options;
    for (const spec of parseLunSpecs(options.served.specs)) this.#specs.set(spec.lun, spec);
  }

  list(): UnitView[] {
    return this.#options.responder.units().map((unit) => this.#view(unit));
  }

  /**
   * `text`: a SPEC, relative paths from `directory`. Errors: `usage`, those of its store.
   */
  add(text: string, directory: string): UnitView {
    const { io, responder, served } = this.#options;
    const [spec] = parseLunSpecs([text], this.#specs.keys(), directory);
    if (!spec) throw new TgtctlError("internal", "lun.add: no spec", "report it");
    this.#refuseSerial(spec.serial);
    const unit = openUnit(io, spec, { sharedMemoryPrefix: served.memoryPrefix });
    if (!responder.addUnit(unit)) {
      abandonUnits([unit]);
      const remedy = "use another number, or wait until the commands of the one removed are over";
      throw new TgtctlError("usage", `LUN ${spec.lun} is already taken`, remedy);
    }
    this.#specs.set(spec.lun, spec);
    this.#changed();
    return this.#view(unit);
  }

  /** Errors: `usage`, no such unit. */
  remove(lun: number): UnitView {
    const unit = this.#need(lun);
    const view = this.#view(unit);
    this.#options.responder.removeUnit(lun);
    this.#specs.delete(lun);
    this.#changed();
    return view;
  }

  /** `size` in bytes. Errors: `usage`: no such unit, or its store does not take that size. */
  resize(lun: number, size: number): UnitView {
    const unit = this.#need(lun);
    if (size < unit.blockSize || size % unit.blockSize !== 0) {
      const remedy = `give a multiple of ${unit.blockSize} bytes`;
      throw new TgtctlError("usage", `LUN ${lun}: ${size} bytes are no whole blocks`, remedy);
    }
    try {
      this.#options.responder.resizeUnit(lun, size);
    } catch (error) {
      if (error instanceof TgtctlError) throw error;
      const remedy = "make room for it, or choose another size";
      throw new TgtctlError("io", `LUN ${lun}: not resized: ${causeText(error)}`, remedy);
    }
    const spec = this.#specs.get(lun);
    if (spec) this.#specs.set(lun, { ...spec, size } as LunSpec);
    this.#changed();
    return this.#view(unit);
  }

  /** Initiators take two units of one serial for two paths to the same disk. */
  #refuseSerial(serial: string | null): void {
    const other = this.#options.responder.units().find((each) => each.identity.serial === serial);
    if (!other) return;
    const remedy = "give every LUN its own serial";
    throw new TgtctlError("usage", `LUN ${other.lun} has serial ${serial} already`, remedy);
  }

  #need(lun: number): LogicalUnit {
    const unit = this.#options.responder.units().find((each) => each.lun === lun);
    if (unit) return unit;
    const served = [...this.#specs.keys()].join(", ") || "none";
    throw new TgtctlError("usage", `LUN ${lun} is not served`, `served are: ${served}`);
  }

  #view(unit: LogicalUnit): UnitView {
    const spec = this.#specs.get(unit.lun);
    return {
      lun: unit.lun,
      spec: spec ? formatLunSpec(spec) : "",
      size: unit.store.size,
      block_size: unit.blockSize,
      serial: unit.identity.serial,
      in_flight: unit.users,
    };
  }

  #changed(): void {
    const { served, responder, onChange } = this.#options;
    const specs = [...this.#specs.values()].map((spec) =>
      formatLunSpec(spec.kind === "file" ? { ...spec, size: null } : spec),
    );
    const serials = Object.fromEntries(
      responder.units().map((unit) => [unit.lun, unit.identity.serial]),
    );
    onChange({ ...served, specs, serials });
  }
}
