// SPDX-License-Identifier: MIT
// One verb as it is asked of an owner: its parameters, and its answer in words.

import type { Verbs } from "../../session/observation.js";

export interface OwnerVerb<Result> {
  readonly method: string;
  readonly params: object;
  /** Of the JSON document: `tgtctl.NAME/1`. */
  readonly schema: string;
  /** Lines for a person, as long as they happen to be. */
  readonly text: (result: Result) => readonly string[];
}

/** Asks `owner`; the answer in words. Errors: what the verb fails of. */
export async function askVerb<Result>(
  owner: Verbs,
  { method, params, text }: OwnerVerb<Result>,
): Promise<readonly string[]> {
  return text((await owner.call(method, params)) as Result);
}
