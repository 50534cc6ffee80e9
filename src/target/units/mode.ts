// SPDX-License-Identifier: MIT
// What the mode pages of a unit say now. Nothing is saved: a reset brings back the defaults.
import { D_SENSE, DEXCPT, isSet, MODE_PAGES, type ModeFlag, SWP, TEST, WCE } from "./mode-pages.js";

const NO_PAGE = new Uint8Array(0);

export class ModeState {
  readonly #pages = new Map<number, Uint8Array>();

  constructor() {
    this.reset();
  }

  /** SPC-4 5.11: without saved values. */
  reset(): void {
    for (const { code, defaults } of MODE_PAGES) this.#pages.set(code, Uint8Array.from(defaults));
  }

  /** The current page, header included; not to be written to. */
  page(code: number): Uint8Array {
    return this.#pages.get(code) ?? NO_PAGE;
  }

  /** Takes whole pages, checked before. True: something is different now. */
  select(pages: readonly Uint8Array[]): boolean {
    let changed = false;
    for (const page of pages) {
      const code = page[0] ?? 0;
      if (Buffer.compare(this.page(code), page) === 0) continue;
      changed = true;
      this.#pages.set(code, Uint8Array.from(page));
    }
    return changed;
  }

  /** A WRITE ends when its data are in the page cache. */
  get writeCache(): boolean {
    return this.#is(WCE);
  }

  get descriptorSense(): boolean {
    return this.#is(D_SENSE);
  }

  /** WRITEs are refused. */
  get softwareWriteProtect(): boolean {
    return this.#is(SWP);
  }

  /** An informational exception is to be reported: the feigned one, there is no other. */
  get failurePredicted(): boolean {
    return this.#is(TEST) && !this.#is(DEXCPT);
  }

  #is(flag: ModeFlag): boolean {
    return isSet(this.page(flag.page), flag);
  }
}
