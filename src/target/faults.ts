// SPDX-License-Identifier: MIT
// What fault rules ask of the responder; the rules themselves are the session's.
import type { Command } from "./responder.js";

/** What a rule does to a command. */
export type FaultAction =
  /** CHECK CONDITION with this sense, the command not executed. */
  | { readonly kind: "sense"; readonly key: number; readonly asc: number; readonly ascq: number }
  /** This SAM status, the command not executed. */
  | { readonly kind: "status"; readonly status: number }
  /** Executed so much later; until then it can be aborted. */
  | { readonly kind: "delay"; readonly ms: number }
  /** Never answered; task management ends it. */
  | { readonly kind: "drop" }
  /** Answered twice. */
  | { readonly kind: "duplicate" }
  /** At most so many bytes are moved, with the status the command earned. */
  | { readonly kind: "short"; readonly bytes: number };

export interface Faults {
  /** Asked once per command; counts and chances are the rules' own. */
  match(command: Command): FaultAction | null;
}
