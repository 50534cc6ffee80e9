// SPDX-License-Identifier: MIT
// Reading the telemetry window: indices, counters and per-slot stamps. Layout: kernel/scsi_tgt_if.h.
import { TgtctlError } from "../errors.js";

export const TELEMETRY_MAGIC = 0x54544754;
export const TELEMETRY_VERSION = 1;

export const FEATURE_DATA_ONLY = 1;
export const FEATURE_HOLD = 2;
export const FEATURE_EXCLUSIVE = 4;
const FLAG_OWNER = 1;
const FLAG_HOLD = 2;

/** Byte offsets inside struct tgt_telemetry; the probe in test/abi checks them against the header. */
export const TELEMETRY_OFFSETS = {
  magic: 0,
  version: 4,
  header_size: 8,
  total_size: 12,
  features: 16,
  dialect: 20,
  nr_entry: 24,
  entry_size: 28,
  kuring_stamps: 32,
  ukring_stamps: 36,
  epoch: 40,
  owner_pid: 44,
  owner_start_ns: 48,
  flags: 56,
  outstanding: 60,
  devices: 64,
  hosts: 68,
  kuring_produced: 72,
  ukring_consumed: 76,
  kuring_events: 80,
  ukring_events: 120,
  kuring_full: 168,
  verdicts: 176,
  wakeups: 248,
  doorbells: 256,
  size: 264,
} as const;

const STAMP_SIZE = 16;

/** Names of verdict counters, in the header's order. */
export const VERDICT_NAMES = [
  "OK",
  "CLAMPED",
  "EINVAL",
  "ENODEV",
  "ENOENT",
  "EALREADY",
  "EFAULT",
  "EPROTO",
  "EMSGSIZE",
] as const;
export type VerdictName = (typeof VERDICT_NAMES)[number];

/** Errno on the wire -> its name: `-2` -> `ENOENT`, `1` -> `CLAMPED`. */
export function verdictName(verdict: number): string {
  const names: Record<number, VerdictName> = {
    0: "OK",
    1: "CLAMPED",
    [-22]: "EINVAL",
    [-19]: "ENODEV",
    [-2]: "ENOENT",
    [-114]: "EALREADY",
    [-14]: "EFAULT",
    [-71]: "EPROTO",
    [-90]: "EMSGSIZE",
  };
  return names[verdict] ?? `errno ${-verdict}`;
}

export interface SlotStamp {
  /** Free-running index of the lap this stamp belongs to. */
  index: number;
  /** ukring: the kernel's verdict; kuring: 0. */
  verdict: number;
  /** CLOCK_MONOTONIC ns. */
  t_ns: bigint;
}

export interface Counters {
  kuring_events: number[];
  ukring_events: number[];
  kuring_full: number;
  verdicts: Record<VerdictName, number>;
  wakeups: number;
  doorbells: number;
}

/** A view of a mapped telemetry window. Reads are of memory that changes underneath. */
export class Telemetry {
  readonly #words: Int32Array;
  readonly #longs: BigUint64Array;
  readonly nrEntry: number;
  readonly entrySize: number;
  readonly features: number;
  readonly #stamps: { kuring: number; ukring: number };

  /**
   * `buffer` holds the window at byte `offset` (8-aligned).
   * Throws `abiMismatch` if magic, version or sizes are not ours.
   */
  constructor(buffer: ArrayBuffer, offset: number) {
    const length = buffer.byteLength - offset;
    this.#words = new Int32Array(buffer, offset, length >> 2);
    this.#longs = new BigUint64Array(buffer, offset, length >> 3);
    const word = (at: number): number => (this.#words[at >> 2] ?? 0) >>> 0;
    this.nrEntry = word(TELEMETRY_OFFSETS.nr_entry);
    this.entrySize = word(TELEMETRY_OFFSETS.entry_size);
    this.features = word(TELEMETRY_OFFSETS.features);
    this.#stamps = {
      kuring: word(TELEMETRY_OFFSETS.kuring_stamps),
      ukring: word(TELEMETRY_OFFSETS.ukring_stamps),
    };
    const magic = word(TELEMETRY_OFFSETS.magic);
    const version = word(TELEMETRY_OFFSETS.version);
    const stampsEnd =
      Math.max(this.#stamps.kuring, this.#stamps.ukring) + this.nrEntry * STAMP_SIZE;
    if (magic !== TELEMETRY_MAGIC || version !== TELEMETRY_VERSION || stampsEnd > length) {
      throw new TgtctlError(
        "abiMismatch",
        `telemetry window not understood: magic 0x${magic.toString(16)}, version ${version}`,
        `this tgtctl reads version ${TELEMETRY_VERSION}: use the tgtctl and the scsi_tgt.ko of one release`,
      );
    }
  }

  /** Size of the whole window in bytes, read from its first page. */
  static totalSize(firstPage: ArrayBuffer): number {
    return new Uint32Array(firstPage, 0, 4)[3] ?? 0;
  }

  #u32(offset: number): number {
    return Atomics.load(this.#words, offset >> 2) >>> 0;
  }

  #u64(offset: number): bigint {
    return Atomics.load(this.#longs, offset >> 3);
  }

  get epoch(): number {
    return this.#u32(TELEMETRY_OFFSETS.epoch);
  }
  get ownerPid(): number {
    return this.#u32(TELEMETRY_OFFSETS.owner_pid);
  }
  get ownerStartNs(): bigint {
    return this.#u64(TELEMETRY_OFFSETS.owner_start_ns);
  }
  get ownerPresent(): boolean {
    return (this.#u32(TELEMETRY_OFFSETS.flags) & FLAG_OWNER) !== 0;
  }
  get held(): boolean {
    return (this.#u32(TELEMETRY_OFFSETS.flags) & FLAG_HOLD) !== 0;
  }
  get outstanding(): number {
    return this.#u32(TELEMETRY_OFFSETS.outstanding);
  }
  get devices(): number {
    return this.#u32(TELEMETRY_OFFSETS.devices);
  }
  get hosts(): number {
    return this.#u32(TELEMETRY_OFFSETS.hosts);
  }
  /** Free-running: events published in this epoch. */
  get kuringProduced(): number {
    return this.#u32(TELEMETRY_OFFSETS.kuring_produced);
  }
  /** Free-running: events the kernel consumed in this epoch. */
  get ukringConsumed(): number {
    return this.#u32(TELEMETRY_OFFSETS.ukring_consumed);
  }

  /** The verdict on ukring `index`, or null if its slot has not been consumed on that lap. */
  verdict(index: number): number | null {
    const at = (this.#stamps.ukring + (index & (this.nrEntry - 1)) * STAMP_SIZE) >> 2;
    if (Atomics.load(this.#words, at) >>> 0 !== index >>> 0) return null;
    return this.#words[at + 1] ?? null;
  }

  /** Time of the stamp of `index` in kuring (0) or ukring (1), ns as a double; null if it has none. */
  stampTime(ring: 0 | 1, index: number): number | null {
    const base = ring === 0 ? this.#stamps.kuring : this.#stamps.ukring;
    const at = (base + (index & (this.nrEntry - 1)) * STAMP_SIZE) >> 2;
    const words = this.#words;
    if (Atomics.load(words, at) >>> 0 !== index >>> 0) return null;
    return ((words[at + 3] as number) >>> 0) * 4294967296 + ((words[at + 2] as number) >>> 0);
  }

  /** The stamp of a slot, or null if it has none yet or is just being written. */
  stamp(ring: "kuring" | "ukring", slot: number): SlotStamp | null {
    const base = this.#stamps[ring] + slot * STAMP_SIZE;
    const before = this.#u32(base);
    if ((before & (this.nrEntry - 1)) !== slot) return null;
    const verdict = Atomics.load(this.#words, (base >> 2) + 1);
    const t_ns = this.#u64(base + 8);
    return this.#u32(base) === before ? { index: before, verdict, t_ns } : null;
  }

  counters(): Counters {
    const list = (offset: number, n: number): number[] =>
      Array.from({ length: n }, (_, i) => Number(this.#u64(offset + 8 * i)));
    const verdicts = list(TELEMETRY_OFFSETS.verdicts, VERDICT_NAMES.length);
    return {
      kuring_events: list(TELEMETRY_OFFSETS.kuring_events, 5),
      ukring_events: list(TELEMETRY_OFFSETS.ukring_events, 6),
      kuring_full: Number(this.#u64(TELEMETRY_OFFSETS.kuring_full)),
      verdicts: Object.fromEntries(VERDICT_NAMES.map((n, i) => [n, verdicts[i] ?? 0])) as Record<
        VerdictName,
        number
      >,
      wakeups: Number(this.#u64(TELEMETRY_OFFSETS.wakeups)),
      doorbells: Number(this.#u64(TELEMETRY_OFFSETS.doorbells)),
    };
  }
}
