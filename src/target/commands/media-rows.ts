// SPDX-License-Identifier: MIT
// Rows of the commands that verify, compare, fill, unmap or prefetch blocks. SBC-3 5.
import { type CommandRow, row } from "./command-row.js";
import { compareAndWrite } from "./compare-and-write.js";
import { getLbaStatus } from "./lba-status.js";
import { prefetch } from "./prefetch.js";
import { isThin } from "./provisioning.js";
import { unmap } from "./unmap.js";
import { verify, writeAndVerify } from "./verify.js";
import { writeSame } from "./write-same.js";

const LBA4 = [0xff, 0xff, 0xff, 0xff];
const LBA8 = [...LBA4, ...LBA4];
const LENGTH2 = [0xff, 0xff];
const LENGTH4 = LBA4;
const MEDIUM = { medium: true };
const DATA_ONLY = { medium: true, dataOnly: true };

/** Bits of byte 1; DPO goes with DPOFUA of the MODE SENSE data. */
const DPO_BYTCHK = 0x16;
const DPO_BYTCHK_BIT = 0x12;
const DPO_FUA = 0x18;
const UNMAP = 0x08;
const UNMAP_NDOB = 0x09;
const IMMED = 0x02;
/** GROUP NUMBER: a hint, like the command itself. */
const GROUP = 0x1f;

/** `dataOnly`: the kernel moves data before the status. Without it VERIFY has no data to compare. */
export function mediaRows(dataOnly: boolean): readonly CommandRow[] {
  const check = dataOnly ? DPO_BYTCHK : 0;
  return [
    row(
      "WRITE AND VERIFY(10)",
      [0x2e, DPO_BYTCHK_BIT, ...LBA4, 0, ...LENGTH2, 0],
      writeAndVerify,
      DATA_ONLY,
    ),
    row("VERIFY(10)", [0x2f, check, ...LBA4, 0, ...LENGTH2, 0], verify, MEDIUM),
    row("PRE-FETCH(10)", [0x34, IMMED, ...LBA4, GROUP, ...LENGTH2, 0], prefetch, MEDIUM),
    row("WRITE SAME(10)", [0x41, UNMAP, ...LBA4, 0, ...LENGTH2, 0], writeSame, DATA_ONLY),
    row("UNMAP", [0x42, 0, 0, 0, 0, 0, 0, ...LENGTH2, 0], unmap, {
      ...DATA_ONLY,
      offered: (unit) => isThin(unit, dataOnly),
    }),
    row("COMPARE AND WRITE", [0x89, DPO_FUA, ...LBA8, 0, 0, 0, 0xff, 0, 0], compareAndWrite, {
      ...DATA_ONLY,
      exclusive: true,
    }),
    row(
      "WRITE AND VERIFY(16)",
      [0x8e, DPO_BYTCHK_BIT, ...LBA8, ...LENGTH4, 0, 0],
      writeAndVerify,
      DATA_ONLY,
    ),
    row("VERIFY(16)", [0x8f, check, ...LBA8, ...LENGTH4, 0, 0], verify, MEDIUM),
    row("PRE-FETCH(16)", [0x90, IMMED, ...LBA8, ...LENGTH4, GROUP, 0], prefetch, MEDIUM),
    row("WRITE SAME(16)", [0x93, UNMAP_NDOB, ...LBA8, ...LENGTH4, 0, 0], writeSame, DATA_ONLY),
    row("GET LBA STATUS", [0x9e, 0x1f, ...LBA8, ...LENGTH4, 0, 0], getLbaStatus, {
      serviceAction: 0x12,
      ...MEDIUM,
    }),
    row(
      "WRITE AND VERIFY(12)",
      [0xae, DPO_BYTCHK_BIT, ...LBA4, ...LENGTH4, 0, 0],
      writeAndVerify,
      DATA_ONLY,
    ),
    row("VERIFY(12)", [0xaf, check, ...LBA4, ...LENGTH4, 0, 0], verify, MEDIUM),
  ];
}
