// SPDX-License-Identifier: MIT
// The rings of another process as a RingDevice: read out of its memory, the device never opened.
import type { Dialect } from "../abi/dialect.js";
import { TgtctlError } from "../errors.js";
import { slotStart } from "../ring/geometry.js";
import { readKernelTable } from "./kernel-table.js";
import { processOf, unmappedError, whoText } from "./process-facts.js";
import type { ProcessSpec } from "./process-spec.js";
import type { KernelCommand, ObservedProcess, RingDevice } from "./ring-device.js";
import { RingsCopy } from "./rings-copy.js";
import { RingsProcess } from "./rings-process.js";
import type { Telemetry } from "./telemetry.js";
import { WindowCopy } from "./window-copy.js";

/** Looks in which a process without rings may map them again: daemons start anew in one process. */
const PATIENCE = 20;
/** Owners may change while we read: a look of two epochs is not shown. */
const EPOCH_TRIES = 3;

export class ProcessDevice implements RingDevice {
  readonly source = "process" as const;
  readonly role = "observer" as const;
  readonly name: string;
  readonly process: ObservedProcess;
  readonly #source: RingsProcess;
  readonly #copy: RingsCopy;
  readonly #window: WindowCopy | null;
  readonly #words: Int32Array;
  readonly #onGone: (error: unknown) => void;
  #looksWithout = 0;
  #gone = false;

  /**
   * `onGone` gets the error, `unavailable`, when the process has ended or unmapped the rings; without
   * it `refresh()` throws it. Errors: as RingsProcess.
   */
  constructor(
    spec: ProcessSpec,
    readonly dialect: Dialect,
    onGone?: (error: unknown) => void,
  ) {
    const pid = processOf(spec.pid);
    this.#source = new RingsProcess(pid, spec.device);
    this.name = this.#source.place.name;
    this.#onGone = onGone ?? ((error) => throwIt(error));
    this.#copy = new RingsCopy(dialect);
    this.#words = new Int32Array(this.#copy.rings);
    const { window } = this.#source.place;
    this.#window = window && WindowCopy.open(this.#source.readWindow, window.size, dialect);
    this.process = this.#observed(spec.pid);
    if (!this.#take()) {
      const message = `${whoText(this.#source.facts)}: its rings cannot be read out of its memory`;
      this.#source.close();
      const remedy =
        "its kernel does not allow it, or it has just ended: tgtctl dump --device PATH";
      throw new TgtctlError("unavailable", message, remedy);
    }
  }

  get rings(): ArrayBuffer {
    return this.#copy.rings;
  }

  get telemetry(): Telemetry | null {
    return this.#window?.late ?? null;
  }

  /** What a follower is to follow: its indices are of before the rings were read. */
  get followed() {
    return { dialect: this.dialect, rings: this.rings, telemetry: this.#window?.early ?? null };
  }

  /** The kernel's own, which lies beside the device: only for a device of ours. */
  commands(): KernelCommand[] | null {
    return this.#source.place.rdev === null ? null : readKernelTable();
  }

  refresh(): void {
    if (this.#gone) return;
    try {
      this.#source.update();
      if (this.#take() || (this.#source.findAgain() && this.#take())) this.#looksWithout = 0;
      else if (++this.#looksWithout > PATIENCE) throw unmappedError(this.#source.facts);
    } catch (error) {
      this.#gone = true;
      this.#onGone(error);
    }
  }

  /** False if rings or window are not where they were, or not at all. */
  #take(): boolean {
    const { readRings, readWindow } = this.#source;
    const [copy, window] = [this.#copy, this.#window];
    for (let left = EPOCH_TRIES; left > 0; left--) {
      if (window && !window.readBefore(readWindow)) return false;
      if (!copy.read(readRings)) return false;
      if (window && !window.readAfter(readWindow)) return false;
      if (!this.#source.isThere()) return false;
      if (window?.mixed) continue;
      copy.commit();
      window?.commit(copy.torn, (slot) => this.#words[this.#ukringWord(slot)] !== 0);
      return true;
    }
    return true;
  }

  #ukringWord(slot: number): number {
    return slotStart(this.dialect, "ukring", slot) >> 2;
  }

  #observed(id: number): ObservedProcess {
    const source = this.#source;
    const remarks = (): string[] => this.#remarks(id);
    return {
      pid: source.facts.pid,
      get stopped() {
        return source.facts.state === "stopped";
      },
      get remarks() {
        return remarks();
      },
      isTorn: (ring, slot) => this.#copy.torn[ring][slot] === 1,
    };
  }

  #remarks(id: number): string[] {
    const { narrow } = this.#source;
    const { pid } = this.process;
    const said: [boolean, string][] = [
      [id !== pid, `${id} is a thread of pid ${pid}`],
      [this.process.stopped, `pid ${pid} is stopped: the rings stand as it left them`],
      [this.#looksWithout > 0, `pid ${pid} has unmapped the rings: this is how they were`],
      [narrow, `a 32-bit program: it steps 88 bytes where a 64-bit kernel steps 96 (H19)`],
      [!this.#window, "it maps no telemetry window: what was missed is a lower bound"],
    ];
    return said.filter(([holds]) => holds).map(([, text]) => text);
  }

  close(): void {
    if (this.rings.byteLength === 0) return;
    this.#gone = true;
    this.#source.close();
    // Node 20 has no ArrayBuffer.transfer(); a transferring clone detaches as well.
    structuredClone(this.rings, { transfer: [this.rings] });
  }
}

function throwIt(error: unknown): never {
  throw error;
}
