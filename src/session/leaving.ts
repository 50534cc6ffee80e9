// SPDX-License-Identifier: MIT
// How a screen ended, as whoever closes the session has to know it.

export type Leaving =
  /** The user left, and what is served ends with that. */
  | { readonly how: "stop" }
  /** The user left, and another process shall go on serving. */
  | { readonly how: "handOver" }
  /** Somebody ended the process. */
  | { readonly how: "signal"; readonly signal: NodeJS.Signals }
  /** The terminal went away, and nobody could be asked. */
  | { readonly how: "hungUp" };

/** What serves in our place. */
export interface HandedOver {
  readonly pid: number;
  /** As given: `/dev/tgt`. */
  readonly device: string;
  /** The file with what it says. */
  readonly log: string;
}
