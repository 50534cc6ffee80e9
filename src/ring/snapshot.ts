// SPDX-License-Identifier: MIT
// A private copy of both rings, taken from memory that others change meanwhile.
import type { Dialect } from "../abi/dialect.js";
import type { RingName } from "../abi/event.js";
import { slotStart } from "./geometry.js";
import { type RingPositions, recoverPositions, type SlotState } from "./positions.js";

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
  readonly slots: readonly SlotSnapshot[];
  /** Slots with a status other than 0. */
  readonly occupied: number;
}

export type RingsSnapshot = Readonly<Record<RingName, RingSnapshot>>;

const ATTEMPTS = 4;

/** Reads the status words of one ring in place. */
class StatusWords {
  readonly #words: Int32Array;

  constructor(
    rings: ArrayBuffer,
    readonly dialect: Dialect,
    readonly ring: RingName,
  ) {
    this.#words = new Int32Array(rings, 0, rings.byteLength >> 2);
  }

  /** Acquire: what the producer wrote before it published is seen by reads that follow. */
  load(slot: number): number {
    return Atomics.load(this.#words, slotStart(this.dialect, this.ring, slot) >> 2);
  }
}

interface Source {
  readonly live: Uint8Array;
  readonly status: StatusWords;
  readonly dialect: Dialect;
  readonly ring: RingName;
  readonly telemetry: StampSource | null;
}

function sameStamp(a: SlotStamp | null, b: SlotStamp | null): boolean {
  return a?.index === b?.index && a?.t_ns === b?.t_ns;
}

/** Copies one slot; `changed` if it was seen to change meanwhile, else its stamp. */
function copyOnce(source: Source, slot: number, bytes: Uint8Array): SlotStamp | null | "changed" {
  const { status, telemetry, ring, dialect } = source;
  const before = status.load(slot);
  const stamp = telemetry?.stamp(ring, slot) ?? null;
  const start = slotStart(dialect, ring, slot);
  bytes.set(source.live.subarray(start, start + dialect.entrySize));
  const after = telemetry?.stamp(ring, slot) ?? null;
  return status.load(slot) === before && sameStamp(stamp, after) ? after : "changed";
}

function copySlot(source: Source, slot: number, bytes: Uint8Array): SlotSnapshot {
  let outcome = copyOnce(source, slot, bytes);
  for (let i = 1; i < ATTEMPTS && outcome === "changed"; i++)
    outcome = copyOnce(source, slot, bytes);
  const torn = outcome === "changed";
  const { littleEndian } = source.dialect;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    slot,
    status: view.getUint32(0, littleEndian),
    len: view.getUint32(4, littleEndian),
    bytes,
    used: bytes.some((byte) => byte !== 0),
    torn,
    stamp: outcome === "changed" ? null : outcome,
  };
}

/** A published slot of kuring has its own stamp, one of ukring that of the lap before. */
function stateOf(ring: RingName, { status, stamp }: SlotSnapshot, nrEntry: number): SlotState {
  const lap = ring === "kuring" ? 0 : nrEntry;
  return { published: status !== 0, index: stamp ? (stamp.index + lap) >>> 0 : null };
}

function snapshotRing(
  rings: ArrayBuffer,
  dialect: Dialect,
  ring: RingName,
  telemetry: StampSource | null,
): RingSnapshot {
  const status = new StatusWords(rings, dialect, ring);
  const source = { live: new Uint8Array(rings), status, dialect, ring, telemetry };
  const copy = new Uint8Array(dialect.nrEntry * dialect.entrySize);
  const produced = telemetry?.kuringProduced ?? null;
  const slots = Array.from({ length: dialect.nrEntry }, (_, slot) => {
    const at = slot * dialect.entrySize;
    return copySlot(source, slot, copy.subarray(at, at + dialect.entrySize));
  });
  const consumed = telemetry?.ukringConsumed ?? null;
  const states = slots.map((slot) => stateOf(ring, slot, dialect.nrEntry));
  return {
    ring,
    slots,
    occupied: states.filter(({ published }) => published).length,
    ...recoverPositions(ring, states, ring === "kuring" ? produced : consumed),
  };
}

/**
 * Copies both rings. Each slot is read again, a few times, while its status or stamp changes
 * under the copy. `rings` holds kuring at byte 0 and ukring at byte 65536.
 */
export function takeSnapshot(
  rings: ArrayBuffer,
  dialect: Dialect,
  telemetry: StampSource | null,
): RingsSnapshot {
  return {
    kuring: snapshotRing(rings, dialect, "kuring", telemetry),
    ukring: snapshotRing(rings, dialect, "ukring", telemetry),
  };
}
