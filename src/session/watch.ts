// SPDX-License-Identifier: MIT
// An observation being watched: events flow into the activity, totals into rates, on a timer of its own.

import { EVENT_TYPES } from "../abi/event.js";
import type { KernelCommand, LiveDevice, RingDevice } from "../device/ring-device.js";
import type { Expression } from "../expression/compile.js";
import { Activity } from "./activity.js";
import { EventFilter, type Known } from "./event-filter.js";
import { RingFollower } from "./follow/follower.js";
import { HistoryFilter } from "./history-filter.js";
import { type InFlight, inFlight } from "./in-flight.js";
import type { EventSource } from "./journal.js";
import type { Observation } from "./observation.js";
import { RateMeter } from "./rate-meter.js";
import { emptyLook, type RingsLook } from "./rings-look.js";
import type { ServiceSummary } from "./service-times.js";

/** Between two looks: the shorter the more there was to see, so that a lap never passes unseen. */
const MIN_PAUSE_MS = 5;
const MAX_PAUSE_MS = 100;
/** What the smaller ring holds, for a source that keeps nothing itself. */
const RING_HOLDS = 512;
const PER_READ = 65536;
/** Events after which Activity may do something costly again. */
const PER_ROUND = 512;
/** Events kept for those who look back. */
const HISTORY = 8192;

function isLive(device: RingDevice): device is LiveDevice {
  return device.role !== "offline" && "commands" in device;
}

/** One per view, on the view's thread. Reads; changes nothing. */
export class Watch {
  readonly activity: Activity;
  readonly look: RingsLook;
  /** Null: everything counts. */
  readonly filter: EventFilter | null;
  /** Null: every command in flight is shown. */
  #shown: EventFilter | null;
  readonly #known: Known;
  readonly #events: EventSource;
  readonly #meter = new RateMeter();
  readonly #live: Int32Array;
  readonly #clock: () => bigint;
  /** Events per look we aim for: half of what waits for us if we are late. */
  readonly #perLook: number;
  #seen = 0;
  #unseenBefore = 0;
  #kernel: readonly KernelCommand[] | null = null;
  #timer: NodeJS.Timeout | null = null;
  #pauseMs = MIN_PAUSE_MS;

  /** `clock`: CLOCK_MONOTONIC in ns. `expression`: what rates and the list in flight are about. */
  constructor(
    readonly observation: Observation,
    clock: () => bigint = process.hrtime.bigint,
    expression: Expression | null = null,
  ) {
    const { device, events, role } = observation;
    this.#clock = clock;
    this.activity = new Activity(device.dialect, HISTORY);
    this.#known = {
      indices: role === "owner" || device.telemetry !== null,
      times: events !== null,
    };
    this.filter = this.#filterOf(expression);
    this.#shown = this.filter;
    this.look = emptyLook(device.dialect);
    this.#live = new Int32Array(device.rings);
    // an image has no events: what it still holds is told once, as if just seen
    this.#events =
      events ?? new RingFollower({ dialect: device.dialect, rings: device.rings, telemetry: null });
    this.#perLook = (this.#events.holds ?? RING_HOLDS) >> 1;
    if (this.#events instanceof RingFollower) {
      this.#events.onOwnerChange = this.activity.ownerChanged;
    }
  }

  #filterOf(expression: Expression | null): EventFilter | null {
    const { dialect } = this.observation.device;
    return expression && new EventFilter(expression, this.activity, dialect, this.#known);
  }

  /** The list in flight is about these from now on; what the rates count stays. */
  setFilter(expression: Expression | null): void {
    this.#shown = expression === this.filter?.expression ? this.filter : this.#filterOf(expression);
  }

  /** The expression asked of past events. */
  historyFilter(expression: Expression): HistoryFilter {
    return new HistoryFilter(expression, this.observation.device.dialect, this.#known);
  }

  /** CLOCK_MONOTONIC as a double, ns. */
  now(): number {
    return Number(this.#clock());
  }

  get missed(): number | null {
    return this.observation.events === null ? 0 : this.#events.missed;
  }

  /** The same where it is known, else a bound that is never above the truth. */
  get missedAtLeast(): number {
    return this.missed ?? this.#events.missedAtLeast ?? 0;
  }

  /** Events delivered since the watch began. */
  get seen(): number {
    return this.#seen;
  }

  /** Takes in the events that came, and samples the rates. Returns how many came. */
  pump(): number {
    const before = this.#seen;
    this.observation.device.refresh?.();
    this.activity.newRound();
    const { filter } = this;
    this.#events.read((event) => {
      if (++this.#seen % PER_ROUND === 0) this.activity.newRound();
      if (filter) filter.take(event);
      this.activity.accept(event);
    }, PER_READ);
    const came = this.#seen - before;
    this.#meter.sample(this.now(), () => this.#totals(), came === 0);
    return came;
  }

  /**
   * Brings everything up to date for one frame: events, the rings' slots, the kernel's table.
   * Returns false if the rings look as they did and no event came.
   */
  refresh(): boolean {
    void this.observation.held?.refresh();
    const came = this.pump();
    const now = this.now();
    this.#kernel = isLive(this.observation.device) ? this.observation.device.commands() : null;
    const unseen = this.missedAtLeast + (this.#events.gaps ?? 0);
    if (unseen !== this.#unseenBefore) {
      this.#unseenBefore = unseen;
      if (!this.#kernel) this.activity.forget();
    }
    const device = this.observation.device;
    const kuring = this.look.kuring.take(this.#live, device, now);
    const ukring = this.look.ukring.take(this.#live, device, now);
    return came > 0 || !kuring || !ukring;
  }

  /**
   * Per second in EVENT_TYPES order: by the kernel's counters where it has them, else of what was
   * seen. With a filter always of what was seen, the matching events only.
   */
  rates(): number[] {
    return this.#meter.rates();
  }

  /** As of the last `refresh`. */
  inFlight(nowNs: number, limit?: number): InFlight {
    return this.#inFlight(nowNs, this.#shown, limit);
  }

  /** The same without the filter of `setFilter`. */
  allInFlight(nowNs: number): InFlight {
    return this.#inFlight(nowNs, null);
  }

  #inFlight(nowNs: number, filter: EventFilter | null, limit?: number): InFlight {
    const { device, events } = this.observation;
    const now = events === null ? null : nowNs;
    const { held } = this.observation;
    const isHeld = (hostNo: number, cid: number): boolean => held?.has(hostNo, cid) ?? false;
    return inFlight(this.activity, device.dialect, this.#kernel, now, limit, filter, isHeld);
  }

  /** Null where events carry no time of their own, or none came lately. */
  service(): ServiceSummary | null {
    const { device, role } = this.observation;
    if (role === "offline" || (role === "observer" && !device.telemetry)) return null;
    return this.activity.service.summary(this.now());
  }

  #totals(): ArrayLike<number> {
    if (this.filter) return this.filter.totals;
    const counters = this.observation.device.telemetry?.counters();
    if (!counters) return this.activity.totals;
    const { kuring_events, ukring_events } = counters;
    return EVENT_TYPES.map((_, i) => (kuring_events[i] ?? 0) + (ukring_events[i] ?? 0));
  }

  /** Pumps on its own until `stop`; does not keep the process alive. */
  start(): void {
    if (this.#timer || this.observation.events === null) return;
    this.#timer = setTimeout(() => this.#turn(), this.#pauseMs).unref();
  }

  #turn(): void {
    const came = this.pump();
    const wanted = came === 0 ? MAX_PAUSE_MS : (this.#pauseMs * this.#perLook) / came;
    // slower only step by step, faster at once: traffic comes in bursts
    this.#pauseMs = Math.max(MIN_PAUSE_MS, Math.min(MAX_PAUSE_MS, wanted, this.#pauseMs * 2));
    this.#timer = setTimeout(() => this.#turn(), this.#pauseMs).unref();
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
