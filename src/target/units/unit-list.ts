// SPDX-License-Identifier: MIT
// The logical units of a target: found by LUN, added and removed while commands run.
import { LUNS_CHANGED } from "./attentions.js";
import type { LogicalUnit } from "./logical-unit.js";

export class UnitList {
  readonly #units: (LogicalUnit | undefined)[] = [];
  /** Off the list, to be closed with their last users. */
  readonly #retiring = new Set<LogicalUnit>();
  readonly #onError: (error: unknown) => void;

  constructor(units: readonly LogicalUnit[], onError: (error: unknown) => void) {
    this.#onError = onError;
    for (const unit of units) this.#units[unit.lun] = unit;
  }

  /** Any number: -1 and LUNs nobody has are undefined. */
  at(lun: number): LogicalUnit | undefined {
    return lun < 0 ? undefined : this.#units[lun];
  }

  /** By ascending LUN. */
  all(): LogicalUnit[] {
    return this.#units.filter((unit): unit is LogicalUnit => unit !== undefined);
  }

  /**
   * The initiators of the other units are told. False: the LUN is taken, maybe by one that was removed
   * and is still used: the two would share the name of their memory.
   */
  add(unit: LogicalUnit): boolean {
    if (this.open().some((other) => other.lun === unit.lun)) return false;
    this.#tellLunsChanged();
    this.#units[unit.lun] = unit;
    return true;
  }

  /** Its store is closed with its last user. False: no such unit. */
  remove(lun: number): boolean {
    const unit = this.at(lun);
    if (!unit) return false;
    this.#units[lun] = undefined;
    this.#tellLunsChanged();
    this.#retiring.add(unit);
    this.unused(unit);
    return true;
  }

  /** The nexus has heard of it at one unit, or has asked which there are: once is enough. SPC-4 6.33. */
  lunsKnown(hostNo: number): void {
    for (const unit of this.all()) unit.attentions.remove(hostNo, LUNS_CHANGED);
  }

  /** A user of the unit is gone; closes a removed one after its last. */
  unused(unit: LogicalUnit): void {
    if (this.#retiring.size === 0 || unit.users > 0 || !this.#retiring.delete(unit)) return;
    try {
      unit.store.close(false);
    } catch (error) {
      this.#onError(error);
    }
  }

  /** Every unit whose store is open: also those off the list that are still used. */
  open(): LogicalUnit[] {
    return [...this.all(), ...this.#retiring];
  }

  /** `open`, taken off the list: the caller closes them. */
  drain(): LogicalUnit[] {
    const units = this.open();
    this.#units.length = 0;
    this.#retiring.clear();
    return units;
  }

  #tellLunsChanged(): void {
    for (const unit of this.all()) unit.attentions.addToAll(LUNS_CHANGED);
  }
}
