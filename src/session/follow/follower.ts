// SPDX-License-Identifier: MIT
// Follows both rings from outside: every event once, in time order, with what was missed counted.

import type { EventSource, ObservedEvent } from "../journal.js";
import { ComparingFollower } from "./comparing-follower.js";
import type { Followed, FollowOptions } from "./followed.js";
import { StampedFollower } from "./stamped-follower.js";

/** Follows a device this process does not own. One reader, one thread. */
export class RingFollower implements EventSource {
  /** A new owner wiped the rings; called before its first event is delivered. Needs telemetry. */
  onOwnerChange: (() => void) | null = null;
  readonly #follower: EventSource;

  constructor(device: Followed, options: FollowOptions = {}) {
    this.#follower = device.telemetry
      ? new StampedFollower(device, device.telemetry, options, () => this.onOwnerChange?.())
      : new ComparingFollower(device, options);
  }

  /** Exact with telemetry, else null. */
  get missed(): number | null {
    return this.#follower.missed;
  }

  get missedAtLeast(): number {
    return this.#follower.missedAtLeast ?? this.#follower.missed ?? 0;
  }

  get gaps(): number {
    return this.#follower.gaps ?? 0;
  }

  read(sink: (event: ObservedEvent) => void, limit?: number): void {
    this.#follower.read(sink, limit);
  }
}
