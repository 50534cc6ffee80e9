// SPDX-License-Identifier: MIT
// The catalogue of malformations as data: what kernels are held to.
import { MALFORMATIONS, type Malformation } from "./inject-catalogue.js";

export interface MalformationList {
  readonly schema: "tgtctl.malformations/1";
  readonly malformations: readonly Omit<Malformation, "apply" | "changes">[];
}

export function malformationList(): MalformationList {
  return {
    schema: "tgtctl.malformations/1",
    malformations: MALFORMATIONS.map(({ apply: _apply, changes: _changes, ...row }) => row),
  };
}
