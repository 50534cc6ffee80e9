// SPDX-License-Identifier: MIT
// What a measurement of wake-ups found: plain data, as it crosses threads and the control socket.

/** How a thread waits for the device: blocking poll(2), epoll(7), a libuv loop, or reading the slot until it changes. */
export const WAIT_MODES = ["poll", "epoll", "uv", "spin"] as const;
export type WaitMode = (typeof WAIT_MODES)[number];

/**
 * The way of one answered event, in order: published by the kernel .. poll returned .. consumed from kuring ..
 * answer published in ukring .. consumed by the kernel .. doorbell returned. Each begins where the one before ends.
 */
export const STAGES = ["wakeup", "consume", "answer", "kernel", "return"] as const;
export type Stage = (typeof STAGES)[number];

/** Nanoseconds, 3 significant digits but for `count`, `sum`, `min` and `max`, which are exact. All null where count is 0. */
export interface Distribution {
  readonly count: number;
  readonly sum: number;
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
  readonly stddev: number | null;
  readonly p50: number | null;
  readonly p90: number | null;
  readonly p99: number | null;
  readonly p999: number | null;
  /** [highest value that counts as the same, how many], ascending, none empty. */
  readonly histogram: readonly (readonly [number, number])[];
}

/**
 * How an event met the thread: it slept and this was the first to wake it; it slept when this was published, too,
 * but another one had woken it; it was about other things, and found it without having slept for it.
 */
export type Meeting = "woken" | "coalesced" | "awake";

export interface WorstSample {
  /** CLOCK_MONOTONIC ns of the publish, or of the doorbell where a round trip is measured. */
  readonly t_ns: number;
  readonly wakeup_ns: number;
  readonly index: number;
  readonly slot: number;
  readonly type: number;
  readonly host_no: number;
  readonly cid: number;
  /** The processor the thread ran on when it had been woken; null: not known. */
  readonly cpu: number | null;
  /** Events that this wake-up found. */
  readonly events: number;
  readonly meeting: Meeting;
  /** Of an answered event, once it is; null for others. They add up to `whole_ns`. */
  readonly stages: Readonly<Record<Stage, number>> | null;
  readonly whole_ns: number | null;
}

/** At most so many, each as long as the others. */
export const MOST_PERIODS = 240;

/** A piece of the measured time; as many as MOST_PERIODS, and then each twice as long. */
export interface Period {
  /** From the beginning of the measurement, ms. */
  readonly from_ms: number;
  readonly length_ms: number;
  readonly count: number;
  readonly mean: number | null;
  readonly max: number | null;
}

/**
 * Of one mode. `samples` = woken + coalesced + awake; `samples + missed` = `published`; of a round trip the
 * CMD_DONEs consumed.
 */
export interface LatencyReport {
  readonly mode: WaitMode;
  /**
   * "round-trip": without telemetry, from our doorbell to poll returning for the CMD_DONE. One that is found
   * while awake ends where it is found, and is in `wakeup` and `worst` like the others.
   */
  readonly measure: "wakeup" | "round-trip";
  readonly samples: number;
  /**
   * What the kernel counted meanwhile: while this mode goes on up to the last event consumed, then all.
   * Null: it does not tell.
   */
  readonly published: number | null;
  readonly missed: number;
  readonly coalesced: number;
  readonly awake: number;
  /** Samples that may have been answered and are not in `stages`: too many at once, or their stamp was overwritten. */
  readonly unfollowed: number;
  /** Times that the wait returned with something to take. */
  readonly wakeups: number;
  /** Measured time of this mode, ms. */
  readonly measured_ms: number;
  /** Publish to poll's return, of woken and coalesced events. */
  readonly wakeup: Distribution;
  /** Of answered events only, all five of the same count; `wakeup` is 0 and `consume` begins at the publish where the thread was awake. Null: only the wake-up can be measured. */
  readonly stages: Readonly<Record<Stage, Distribution>> | null;
  /** Publish to the doorbell's return, of the same events. */
  readonly whole: Distribution | null;
  readonly worst: readonly WorstSample[];
  readonly over_time: readonly Period[];
}

/** The first wake-up above --break-us. */
export interface LatencyBreak {
  readonly mode: WaitMode;
  readonly sample: WorstSample;
  /** Both rings as they were then: 2 x 65536 bytes. */
  readonly rings: Uint8Array;
  /** What became of the trace buffer: null: marked and stopped; else why not. */
  readonly trace: string | null;
}

/** All that a measurement has so far. */
export interface LatencyReports {
  readonly reports: readonly LatencyReport[];
  readonly broke: LatencyBreak | null;
}

/** [least, most] of what a measurement is asked for, for the command line and for whoever measures. */
export const LATENCY_LIMITS = {
  cpu: [0, 8191],
  priority: [1, 99],
  breakUs: [1, 3_600_000_000],
  worst: [0, 1000],
} as const;

/** An hour: what takes longer counts as that in a histogram, and as itself in `max`. */
export const HIGHEST_NS = 3_600_000_000_000;

/** What a measurement is asked for; as the parameters of `latency.start`. */
export interface LatencyOptions {
  readonly mode: WaitMode;
  /** Worst samples kept, 0..1000. */
  readonly worst: number;
  /** Above this many us the measurement ends with a LatencyBreak; null: never. */
  readonly breakUs: number | null;
  /** Where the measuring thread is ours: what it asks the scheduler for, at the first start only. */
  readonly scheduling?: Scheduling | undefined;
}

export interface Scheduling {
  /** The only processor it may run on; null: as before. */
  readonly cpu: number | null;
  /** Of SCHED_FIFO; null: as before. */
  readonly priority: number | null;
  /** All memory of the process stays in place. */
  readonly lockMemory: boolean;
}
