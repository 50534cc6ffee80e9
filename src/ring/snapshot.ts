// SPDX-License-Identifier: MIT
// A private copy of both rings, taken from memory that others change meanwhile.
import type { Dialect } from "../abi/dialect.js";
import type { RingName } from "../abi/event.js";
import { slotStart } from "./geometry.js";
import { recoverPositions, type SlotState } from "./positions.js";
import type { RingPositions } from "./recovery.js";

/** What a snapshot needs of the telemetry window; device/telemetry.ts has it. */
export interface StampSource {
  /** Free-running indices of this epoch. */
  readonly kuringProduced: number;
  readonly ukringConsumed: number;
  stamp(ring: RingName, slot: number): SlotStamp | null;
}

export interface SlotStamp {
  readonly index: number;
  /** ukring: 0, 1 or -errno. */
  readonly verdict: number;
  /** CLOCK_MONOTONIC ns: kuring published, ukring consumed. */
  readonly t_ns: bigint;
}

export interface SlotSnapshot {
  readonly slot: number;
  /** 0 free, 1 published; anything else is a fault (H24) and counts as published. */
  readonly status: number;
  /** The header's len word, 0 by convention. */
  readonly len: number;
  /** The whole slot, header included; a private copy. */
  readonly bytes: Uint8Array;
  /** True if any byte of the slot is not 0. */
  readonly used: boolean;
  /** It changed at each attempt to copy it: `bytes` may mix two events. */
  readonly torn: boolean;
  /** What the kernel noted on the slot's last lap; null without telemetry or before the first. */
  readonly stamp: SlotStamp | null;
}

export interface RingSnapshot extends RingPositions {
  readonly ring: RingName;
  /** All slots, one after the other; those of `slots` are views of it. */
  readonly bytes: Uint8Array;
  readonly slots: readonly SlotSnapshot[];
  /** Slots with a status other than 0. */
  readonly occupied: number;
}

export type RingsSnapshot = Readonly<Record<RingName, RingSnapshot>>;

const ATTEMPTS = 4;

function sameStamp(a: SlotStamp | null, b: SlotStamp | null): boolean {
  return a?.index === b?.index && a?.t_ns === b?.t_ns;
}

/** Whether a slot was found changing by whoever made the memory that is copied. */
export type IsTorn = (ring: RingName, slot: number) => boolean;

/** Copies the slots of one ring, in 32-bit words, into memory of its own. */
class Copier {
  readonly #live: Int32Array;
  readonly #copy: Int32Array;
  readonly #view: DataView;
  readonly bytes: Uint8Array;

  constructor(
    rings: ArrayBuffer,
    readonly dialect: Dialect,
    readonly ring: RingName,
    readonly telemetry: StampSource | null,
    readonly isTorn: IsTorn,
  ) {
    const size = dialect.nrEntry * dialect.entrySize;
    this.#live = new Int32Array(rings, slotStart(dialect, ring, 0), size >> 2);
    this.#copy = new Int32Array(size >> 2);
    this.#view = new DataView(this.#copy.buffer);
    this.bytes = new Uint8Array(this.#copy.buffer);
  }

  /** True if any bit of the slot is set; null if the slot was seen to change meanwhile. */
  #copyOnce(slot: number, before: SlotStamp | null): boolean | null {
    const words = this.dialect.entrySize >> 2;
    const start = slot * words;
    // Acquire: what the producer wrote before it published is seen by the reads that follow.
    const status = Atomics.load(this.#live, start);
    let bits = 0;
    for (let i = start; i < start + words; i++) {
      const word = this.#live[i] ?? 0;
      this.#copy[i] = word;
      bits |= word;
    }
    const after = this.telemetry?.stamp(this.ring, slot) ?? null;
    const still = Atomics.load(this.#live, start) === status && sameStamp(before, after);
    return still && this.#copy[start] === status ? bits !== 0 : null;
  }

  copy(slot: number): SlotSnapshot {
    let used: boolean | null = null;
    let stamp: SlotStamp | null = null;
    for (let i = 0; i < ATTEMPTS && used === null; i++) {
      stamp = this.telemetry?.stamp(this.ring, slot) ?? null;
      used = this.#copyOnce(slot, stamp);
    }
    const { entrySize, littleEndian } = this.dialect;
    const at = slot * entrySize;
    return {
      slot,
      status: this.#view.getUint32(at, littleEndian),
      len: this.#view.getUint32(at + 4, littleEndian),
      bytes: this.bytes.subarray(at, at + entrySize),
      used: used ?? true,
      torn: used === null || this.isTorn(this.ring, slot),
      stamp: used === null ? null : stamp,
    };
  }
}

/** A published slot of kuring has its own stamp, one of ukring that of the lap before. */
function stateOf(
  ring: RingName,
  { status, used, stamp }: SlotSnapshot,
  nrEntry: number,
): SlotState {
  const lap = ring === "kuring" ? 0 : nrEntry;
  return { status, used, index: stamp ? (stamp.index + lap) >>> 0 : null };
}

function snapshotRing(
  rings: ArrayBuffer,
  dialect: Dialect,
  ring: RingName,
  telemetry: StampSource | null,
  isTorn: IsTorn,
): RingSnapshot {
  const copier = new Copier(rings, dialect, ring, telemetry, isTorn);
  const produced = telemetry?.kuringProduced ?? null;
  const slots = Array.from({ length: dialect.nrEntry }, (_, slot) => copier.copy(slot));
  const consumed = telemetry?.ukringConsumed ?? null;
  const states = slots.map((slot) => stateOf(ring, slot, dialect.nrEntry));
  return {
    ring,
    bytes: copier.bytes,
    slots,
    occupied: states.filter(({ status }) => status !== 0).length,
    ...recoverPositions(ring, states, ring === "kuring" ? produced : consumed),
  };
}

/**
 * Copies both rings. Each slot is read again, a few times, while its status or stamp changes
 * under the copy; one that `isTorn` is what it was at an earlier time. `rings` holds kuring at byte 0 and ukring at byte 65536.
 */
export function takeSnapshot(
  rings: ArrayBuffer,
  dialect: Dialect,
  telemetry: StampSource | null,
  isTorn: IsTorn = () => false,
): RingsSnapshot {
  return {
    kuring: snapshotRing(rings, dialect, "kuring", telemetry, isTorn),
    ukring: snapshotRing(rings, dialect, "ukring", telemetry, isTorn),
  };
}
