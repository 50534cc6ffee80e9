// SPDX-License-Identifier: MIT
// Injecting beside an owner that is not ours, where the kernel lets two in (H08): that process stands
// still while one event and a lap's rest of harmless ones go through, so that its index stays congruent.
import { setTimeout as sleep } from "node:timers/promises";
import type { LiveDevice } from "../../device/ring-device.js";
import { RINGS_SIZE } from "../../device/ring-device.js";
import type { Telemetry } from "../../device/telemetry.js";
import { TgtctlError } from "../../errors.js";
import { NR_ENTRY, SLOT_WORDS, STATUS, UKRING_WORD } from "../../ring/live-layout.js";
import { Producer } from "../../ring/producer.js";
import type { InjectOutcome, InjectPlan } from "../../session/inject/inject-plan.js";
import { edited, HARMLESS_CID } from "../../session/inject/inject-slot.js";
import type { Injectee } from "./injectee.js";
import { StoppedProcess } from "./stopped-process.js";
import { type Alive, commandsEnd, diskAnswers } from "./target-probe.js";

const ATTEMPTS_MS = 5000;
const STOP_MS = 1000;
const BETWEEN_MS = 1;
/** Its doorbells consume a lap at most, and one under way when we came may have left something. */
const MOST_DOORBELLS = 4;

export interface ForcedOptions {
  readonly name: string;
  readonly pid: number;
  readonly hostNo: number;
  /** Opened as a second owner. */
  readonly device: LiveDevice & { readonly telemetry: Telemetry };
  readonly nodes: readonly string[];
}

export class ForcedEntry implements Injectee {
  readonly #options: ForcedOptions;
  readonly #words: Int32Array;

  constructor(options: ForcedOptions) {
    this.#options = options;
    this.#words = new Int32Array(options.device.rings, 0, RINGS_SIZE >> 2);
  }

  get name(): string {
    return this.#options.name;
  }

  get hostNo(): number {
    return this.#options.hostNo;
  }

  async inject(plan: InjectPlan): Promise<InjectOutcome> {
    requireWholeLap(plan);
    const owner = new StoppedProcess(this.#options.pid);
    const deadline = performance.now() + ATTEMPTS_MS;
    try {
      while (performance.now() < deadline && !owner.interrupted) {
        if ((await owner.stop(STOP_MS)) && this.#empty()) return this.#lap(plan);
        owner.goOn();
        await sleep(BETWEEN_MS);
      }
    } finally {
      owner.release();
    }
    throw owner.interrupted ? interrupted() : neverEmpty(this.name);
  }

  /** Nothing published that the kernel has not consumed. */
  #empty(): boolean {
    for (let slot = 0; slot < NR_ENTRY; slot++) {
      const at = UKRING_WORD + slot * SLOT_WORDS;
      if (Atomics.load(this.#words, at + STATUS) !== 0) return false;
    }
    return true;
  }

  /** The owner may have been stopped in the middle of filling a slot: its bytes come back. */
  #lap(plan: InjectPlan): InjectOutcome {
    const { device, hostNo } = this.#options;
    const ring = this.#words.subarray(UKRING_WORD, UKRING_WORD + NR_ENTRY * SLOT_WORDS);
    const saved = ring.slice();
    const producer = new Producer(this.#words);
    const index = device.telemetry.ukringConsumed;
    producer.index = index;
    const base =
      plan.base.kind === "bytes" ? Buffer.from(plan.base.hex, "hex") : staleOf(saved, index);
    const bytes = edited(base, plan.edits, () => device.readOnlyAddress());
    producer.raw(bytes, plan.status);
    for (let i = 1; i < NR_ENTRY; i++) producer.cmdRsp(hostNo, HARMLESS_CID, 0, 0, 0, 0);
    try {
      this.#ring(plan, producer.slotAt(index) * 4, bytes);
      return this.#outcome(plan, index, bytes);
    } finally {
      restore(ring, saved);
    }
  }

  #ring(plan: InjectPlan, slot: number, bytes: Uint8Array): void {
    const { device } = this.#options;
    if (plan.race) {
      const other = edited(bytes, plan.race, () => device.readOnlyAddress());
      device.kickRacing(slot + 8, bytes.subarray(8), other.subarray(8));
    } else {
      for (let i = 0; i < plan.doorbells; i++) device.kick();
    }
    for (let i = 0; i < MOST_DOORBELLS && !this.#empty(); i++) device.kick();
  }

  #outcome(plan: InjectPlan, index: number, bytes: Uint8Array): InjectOutcome {
    const { telemetry } = this.#options.device;
    const consumed = ((telemetry.ukringConsumed - index) | 0) > 0;
    const shown = bytes.slice();
    new DataView(shown.buffer).setUint32(0, plan.status, true);
    return {
      slot: index & (NR_ENTRY - 1),
      index,
      hex: Buffer.from(shown).toString("hex"),
      consumed,
      verdict: consumed ? telemetry.verdict(index) : null,
      victim: null,
      repaired: NR_ENTRY - 1,
    };
  }

  async alive(): Promise<Alive> {
    const [node] = this.#options.nodes;
    const asked = node === undefined ? null : await diskAnswers(node);
    if (asked && asked.answers !== null) return asked;
    return commandsEnd(this.#options.device.telemetry);
  }

  async close(): Promise<void> {
    this.#options.device.close();
  }
}

/** Payloads first, free status words last. */
function restore(ring: Int32Array, saved: Int32Array): void {
  for (let slot = 0; slot < NR_ENTRY; slot++) {
    const at = slot * SLOT_WORDS;
    for (let i = STATUS + 1; i < SLOT_WORDS; i++) ring[at + i] = saved[at + i] ?? 0;
    Atomics.store(ring, at + STATUS, 0);
  }
}

function staleOf(saved: Int32Array, index: number): Uint8Array {
  const at = (index & (NR_ENTRY - 1)) * SLOT_WORDS;
  return new Uint8Array(saved.slice(at, at + SLOT_WORDS).buffer);
}

/** What would move the owner's index against the kernel's cannot be put right from outside. */
function requireWholeLap(plan: InjectPlan): void {
  const { base, skip, slot, fill, status, doorbells, leave } = plan;
  const plain = skip === 0 && slot === null && status !== 0 && doorbells > 0 && !leave && !fill;
  if (plain && (base.kind === "bytes" || base.kind === "stale")) return;
  throw new TgtctlError(
    "usage",
    "inject --force: beside an owner that is not ours only one whole event at the next slot can go in",
    "inject that into tgtctl serve instead",
  );
}

function neverEmpty(name: string): TgtctlError {
  return new TgtctlError(
    "busy",
    `${name}: ukring was never empty while it stood still`,
    "try again when there is less load",
  );
}

function interrupted(): TgtctlError {
  return new TgtctlError("interrupted", "inject: interrupted, nothing was injected", "start again");
}
