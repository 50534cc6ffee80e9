// SPDX-License-Identifier: MIT
// Mode pages: one row each. SPC-4 7.5, SBC-3 6.5.

export interface ModePage {
  readonly code: number;
  readonly name: string;
  /** The page as it is now and by default, header included. */
  readonly current: readonly number[];
}

/** WCE: data are in the page cache when a WRITE ends. SBC-3 6.5.5. */
const CACHING: ModePage = {
  code: 0x08,
  name: "Caching",
  current: [0x08, 0x12, 0x04, ...new Array<number>(17).fill(0)],
};

/**
 * GLTSD: no log parameters are saved. QUEUE ALGORITHM MODIFIER 1: unrestricted reordering, since a
 * flush lets later commands pass. TAS: commands cleared by another nexus end with TASK ABORTED.
 * SPC-4 7.5.8.
 */
const CONTROL: ModePage = {
  code: 0x0a,
  name: "Control",
  current: [0x0a, 0x0a, 0x02, 0x10, 0x00, 0x40, 0, 0, 0, 0, 0, 0],
};

/** Ascending by code, as page 3Fh returns them. */
export const MODE_PAGES: readonly ModePage[] = [CACHING, CONTROL];

/** Without MODE SELECT nothing can be changed. */
export function changeableMask(page: ModePage): readonly number[] {
  return page.current.map((byte, i) => (i < 2 ? byte : 0));
}
