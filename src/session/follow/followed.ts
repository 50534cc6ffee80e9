// SPDX-License-Identifier: MIT
// What a follower needs of a device, and how it is told to follow.

import type { Dialect } from "../../abi/dialect.js";
import type { Stamps } from "./stamped-ring.js";

/** What is followed: a RingDevice is one. */
export interface Followed {
  readonly dialect: Dialect;
  readonly rings: ArrayBuffer;
  readonly telemetry: FollowedTelemetry | null;
}

export interface FollowedTelemetry extends Stamps {
  /** Events ever, by type; never reset. */
  counters(): { readonly kuring_events: number[]; readonly ukring_events: number[] };
}

export interface FollowOptions {
  /** Begin with what the rings still hold (default), or only with what comes. */
  readonly backlog?: boolean;
  /** CLOCK_MONOTONIC in ns. */
  readonly clock?: () => bigint;
}
