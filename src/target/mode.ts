// SPDX-License-Identifier: MIT
// What the mode pages of a unit say now: the parts that other commands look at.

export class ModeState {
  /** WCE: a WRITE ends when its data are in the page cache. SBC-3 6.5.5. */
  writeCache = true;
  /** D_SENSE: sense data in descriptor format. SPC-4 7.5.8. */
  descriptorSense = false;
  /** SWP: WRITEs are refused. SPC-4 7.5.8. */
  softwareWriteProtect = false;
}
