// SPDX-License-Identifier: MIT
// What passes between a stimulus and whoever started it.

export interface StimulusOrders {
  /** Of a disk that the target serves: `/dev/sg1`. */
  readonly node: string;
  readonly intervalNs: number;
  /** One word of it, other than 0: end. */
  readonly control: SharedArrayBuffer;
}

/** Index in `control`. */
export const STOP = 0;

export type StimulusNews =
  | { readonly kind: "ready" }
  | { readonly kind: "ended"; readonly sent: number; readonly leftOut: number }
  | { readonly kind: "failed"; readonly cause: string };
