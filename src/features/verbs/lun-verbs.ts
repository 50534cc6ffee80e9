// SPDX-License-Identifier: MIT
// Logical units of an owner: what is asked, and the answer in words.
import type { UnitChange, UnitListView, UnitView } from "../../session/engine/verbs.js";
import { parseSize } from "../../target/units/lun-options.js";
import { MAX_LUN } from "../../target/units/lun-spec.js";
import type { OwnerVerb } from "./owner-verb.js";
import { wholeNumber } from "./whole-number.js";

const LUNS = [0, MAX_LUN] as const;

/** Files in `spec` are sought from the directory of this process. */
export function lunAdd(spec: string): OwnerVerb<UnitChange> {
  return {
    method: "lun.add",
    params: { spec, directory: process.cwd() },
    schema: "lun",
    text: changeLines,
  };
}

/** Errors: `usage`. */
export function lunRemove(lun: string, force: boolean): OwnerVerb<UnitChange> {
  return {
    method: "lun.remove",
    params: { lun: wholeNumber("lun remove", lun, LUNS), force },
    schema: "lun",
    text: (unit) => [`removed ${unitText(unit)}`],
  };
}

/** `size`: bytes, or with K, M, G, T. Errors: `usage`. */
export function lunResize(lun: string, size: string): OwnerVerb<UnitChange> {
  return {
    method: "lun.resize",
    params: {
      lun: wholeNumber("lun resize", lun, LUNS),
      size: parseSize(`resize ${lun}`, size),
    },
    schema: "lun",
    text: changeLines,
  };
}

export function lunList(): OwnerVerb<UnitListView> {
  return {
    method: "lun.list",
    params: {},
    schema: "luns",
    text: ({ luns }) => (luns.length === 0 ? ["no LUN is served"] : luns.map(unitText)),
  };
}

function changeLines(unit: UnitChange): string[] {
  return [unitText(unit), ...unit.disks];
}

function unitText({ spec, size, block_size, serial, in_flight }: UnitView): string {
  const blocks = `${size / block_size} blocks of ${block_size} B`;
  return `LUN ${spec}  ${blocks}, serial ${serial}, ${in_flight} in flight`;
}
