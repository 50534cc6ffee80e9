// SPDX-License-Identifier: MIT
// The simulator as a LiveDevice: its kernel half runs on native threads of this process.
import { fstatSync } from "node:fs";
import type { Dialect } from "../abi/dialect.js";
import { dialectByName } from "../abi/dialects.js";
import type { Mapping, Native, WaiterMode } from "./native.js";
import { NativeWaiters } from "./native-waiters.js";
import { ReadOnlyMemory } from "./read-only-memory.js";
import {
  type KernelCommand,
  type LiveDevice,
  RINGS_SIZE,
  TELEMETRY_OFFSET,
  type Waiter,
} from "./ring-device.js";
import { Telemetry } from "./telemetry.js";

/** A simulator made by `native.simCreate`, opened by this thread. Any thread may open the same one. */
export class SimulatorDevice implements LiveDevice {
  readonly source = "simulator" as const;
  readonly dialect: Dialect = dialectByName("seed-x86_64");
  readonly telemetry: Telemetry;
  readonly #native: Native;
  readonly #sim: number;
  readonly #handle: number;
  readonly #rings: Mapping;
  readonly #window: Mapping;
  readonly #readOnly: ReadOnlyMemory;
  readonly #waiters: NativeWaiters;
  #open = true;

  /** Errors: SystemError EBUSY if the simulator has an owner already. */
  constructor(
    native: Native,
    sim: number,
    readonly name: string,
    readonly role: "owner" | "observer",
  ) {
    this.#native = native;
    this.#waiters = new NativeWaiters(native);
    this.#readOnly = new ReadOnlyMemory(native);
    this.#sim = sim;
    this.#handle = native.simOpen(sim, role === "owner" ? "rw" : "ro");
    const fd = native.simMemory(sim);
    this.#rings = native.map(fd, 0, RINGS_SIZE, role === "owner");
    this.#window = native.map(fd, TELEMETRY_OFFSET, fstatSync(fd).size - TELEMETRY_OFFSET, false);
    this.telemetry = new Telemetry(this.#window.buffer, 0);
  }

  get rings(): ArrayBuffer {
    return this.#rings.buffer;
  }

  wait(wakeFd: number, timeoutMs: number, stamp: BigUint64Array | null): number {
    return this.#native.simWait(this.#handle, wakeFd, timeoutMs, stamp);
  }

  waiter(mode: WaiterMode, wakeFd: number): Waiter {
    const number = this.#native.simWaiterCreate(mode, this.#handle, wakeFd);
    return this.#waiters.add(number);
  }

  kick(): void {
    this.#native.simKick(this.#handle);
  }

  kickRacing(at: number, first: Uint8Array, second: Uint8Array): void {
    const target = new Uint8Array(this.rings, at, first.length);
    this.#native.simKickRacing(this.#handle, target, first, second);
  }

  readOnlyAddress(): bigint {
    return this.#readOnly.address;
  }

  hold(on: boolean): void {
    this.#native.simHold(this.#handle, on);
  }

  acknowledge(): void {
    this.#native.simReadMark(this.#handle);
  }

  commands(): KernelCommand[] {
    return this.#native.simCommands(this.#sim).map(({ age_ns, ...command }) => ({
      ...command,
      age_ms: Number(age_ns / 1_000_000n),
    }));
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#waiters.close();
    this.#native.unmap(this.#rings);
    this.#native.unmap(this.#window);
    this.#readOnly.close();
    this.#native.simClose(this.#handle);
  }
}
