// SPDX-License-Identifier: MIT
// One verb as it is asked of an owner: its parameters, and its answer in words.

export interface OwnerVerb<Result> {
  readonly method: string;
  readonly params: object;
  /** Of the JSON document: `tgtctl.NAME/1`. */
  readonly schema: string;
  /** Lines for a person, as long as they happen to be. */
  readonly text: (result: Result) => readonly string[];
}
