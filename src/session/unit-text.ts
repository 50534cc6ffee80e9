// SPDX-License-Identifier: MIT
// A logical unit in the few characters of a header: what it is made of, without number and options.
import { type LunSpec, parseLunSpecs } from "../target/units/lun-spec.js";

/** `ram:64M`, `file:/srv/disk.img` */
export function unitText(unit: LunSpec): string {
  return unit.kind === "file" ? `file:${unit.path}` : `${unit.kind}:${sizeText(unit.size)}`;
}

/** The same of a spec in full, as an owner gives it; one that is not understood stays as it is. */
export function specText(spec: string): string {
  try {
    return parseLunSpecs([spec]).map(unitText).join();
  } catch {
    return spec; // an owner may know what this tgtctl does not
  }
}

function sizeText(bytes: number): string {
  const power = ["T", "G", "M", "K"].findIndex((_, i) => bytes % 1024 ** (4 - i) === 0);
  return power < 0 ? String(bytes) : `${bytes / 1024 ** (4 - power)}${"TGMK"[power]}`;
}
