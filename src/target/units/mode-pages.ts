// SPDX-License-Identifier: MIT
// The mode pages of a disk: defaults, and which bits MODE SELECT may change. SPC-4 7.5, SBC-3 6.5.

/** A field of a mode page that other commands look at. */
export interface ModeFlag {
  readonly page: number;
  readonly byte: number;
  readonly mask: number;
}

export interface ModePage {
  readonly code: number;
  /** Header (code and length) included. */
  readonly defaults: readonly number[];
  readonly changeable: readonly ModeFlag[];
  /** Of a page with allowed changes only: a combination it may not have, as its byte and bit. */
  readonly conflict?: (page: Uint8Array) => { readonly byte: number; readonly bit: number } | null;
}

const RECOVERY_PAGE = 0x01;
const CACHING_PAGE = 0x08;
const CONTROL_PAGE = 0x0a;
const EXCEPTIONS_PAGE = 0x1c;

/** Data are in the page cache when a WRITE ends. */
export const WCE: ModeFlag = { page: CACHING_PAGE, byte: 2, mask: 0x04 };
/** Sense data in descriptor format. */
export const D_SENSE: ModeFlag = { page: CONTROL_PAGE, byte: 2, mask: 0x04 };
/** Software write protect. */
export const SWP: ModeFlag = { page: CONTROL_PAGE, byte: 4, mask: 0x08 };
/** Informational exceptions are not reported. */
export const DEXCPT: ModeFlag = { page: EXCEPTIONS_PAGE, byte: 2, mask: 0x08 };
/** An informational exception is feigned. */
export const TEST: ModeFlag = { page: EXCEPTIONS_PAGE, byte: 2, mask: 0x04 };

export function isSet(page: Uint8Array, flag: ModeFlag): boolean {
  return ((page[flag.byte] ?? 0) & flag.mask) !== 0;
}

const zeros = (count: number): number[] => new Array<number>(count).fill(0);

/** Nothing is retried or reallocated here. SBC-3 6.5.8. */
const RECOVERY: ModePage = {
  code: RECOVERY_PAGE,
  defaults: [RECOVERY_PAGE, 0x0a, ...zeros(10)],
  changeable: [],
};

/** SBC-3 6.5.5. */
const CACHING: ModePage = {
  code: CACHING_PAGE,
  defaults: [CACHING_PAGE, 0x12, WCE.mask, ...zeros(17)],
  changeable: [WCE],
};

/**
 * GLTSD: no log parameters are saved. QUEUE ALGORITHM MODIFIER 1: unrestricted reordering, since a
 * flush lets later commands pass. TAS: commands cleared by another nexus end with TASK ABORTED.
 * SPC-4 7.5.8.
 */
const CONTROL: ModePage = {
  code: CONTROL_PAGE,
  defaults: [CONTROL_PAGE, 0x0a, 0x02, 0x10, 0x00, 0x40, ...zeros(6)],
  changeable: [D_SENSE, SWP],
};

/** MRIE 6: an exception is told to those who ask (REQUEST SENSE, LOG SENSE). SPC-4 7.5.11. */
const EXCEPTIONS: ModePage = {
  code: EXCEPTIONS_PAGE,
  defaults: [EXCEPTIONS_PAGE, 0x0a, 0x00, 0x06, ...zeros(8)],
  changeable: [DEXCPT, TEST],
  // What is feigned is to be reported.
  conflict: (page) => (isSet(page, DEXCPT) && isSet(page, TEST) ? { byte: 2, bit: 3 } : null),
};

/** Ascending by code, as page 3Fh returns them. */
export const MODE_PAGES: readonly ModePage[] = [RECOVERY, CACHING, CONTROL, EXCEPTIONS];

/** What PC = 01b returns: header, and a one for each bit that can be changed. SPC-4 6.11.3. */
export function changeableMask({ defaults, changeable }: ModePage): Uint8Array {
  const mask = new Uint8Array(defaults.length);
  mask.set(defaults.slice(0, 2));
  for (const flag of changeable) mask[flag.byte] = (mask[flag.byte] ?? 0) | flag.mask;
  return mask;
}
