// SPDX-License-Identifier: MIT
// What a screen, a batch of frames or a dump looks at: one open device, its events and its owner.

import type { RingDevice } from "../device/ring-device.js";
import type { HeldBoard } from "./hold/held-board.js";
import type { EventSource } from "./journal.js";
import type { HandedOver } from "./leaving.js";

/** How this process relates to the device; a viewer has joined its owner over the control socket. */
export type ObserverRole = "owner" | "viewer" | "observer" | "offline";

/** The verbs of the owner (engine/verbs.ts), whether it is this process or another. */
export interface Verbs {
  /** `pid 4121`, for a person. */
  readonly owner: string;
  /** Errors: what the verb fails of; `busy` for no answer in time, `unavailable` for an owner that has gone. */
  call(
    method: string,
    params: object,
    options?: { readonly timeoutMs?: number | undefined },
  ): Promise<unknown>;
}

/**
 * Everything a view needs, and nothing it could change. `rings` of `device` are this thread's own
 * mapping; drawing from it asks the engine nothing.
 */
export interface Observation {
  readonly device: RingDevice;
  readonly role: ObserverRole;
  /** Null for an image: nothing ever happens there. */
  readonly events: EventSource | null;
  /** LUNs served here: ours as owner, the disks attached as observer (`spec` empty). */
  readonly luns: readonly ServedLun[];
  /** What the owner holds; absent where it cannot be asked. */
  readonly held?: HeldBoard;
  /** Absent where nobody can be asked to do anything. */
  readonly verbs?: Verbs;
  /** Nothing is to be changed from here, by --read-only; then there are no `verbs`. Absent: false. */
  readonly readOnly?: boolean;
  /** What somebody loses if this ends, in words; null: nobody does. Absent where we own nothing. */
  readonly stake?: () => string | null;
  /**
   * Closes this and leaves the device to a process in the background. Absent where that cannot be: a
   * simulator ends with its owner. Errors: hand-over.ts.
   */
  readonly handOver?: () => Promise<HandedOver>;
  /** Rejects when the device goes away or the engine dies; never resolves otherwise. */
  readonly failed: Promise<never>;
  close(): Promise<void>;
}

export interface ServedLun {
  readonly lun: number;
  readonly spec: string;
  /** `host3:0 -> /dev/sdb, /dev/sg1`, empty where no disk appeared. */
  readonly nodes: string;
}
