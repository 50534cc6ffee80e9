// SPDX-License-Identifier: MIT
// A logical unit: a store with a number, a block size, an identity and what it has to tell each I_T nexus.
import { TgtctlError } from "../../errors.js";
import type { Store } from "../stores/store.js";
import { DEFAULT_QUEUE, TaskSet } from "../task-set.js";
import { Attentions, CAPACITY_CHANGED, POWER_ON } from "./attentions.js";
import { type Identity, identify } from "./identity.js";
import { ModeState } from "./mode.js";
import { Reservations } from "./reservations.js";

export interface LogicalUnitOptions {
  readonly lun: number;
  readonly store: Store;
  readonly blockSize: 512 | 4096;
  /** Null: derived from the store's instance. */
  readonly serial: string | null;
  /** False: no POWER ON OCCURRED for a new nexus (initiators too simple to retry). */
  readonly powerOnAttention?: boolean;
  /** Commands it takes before TASK SET FULL; null: DEFAULT_QUEUE. */
  readonly queue?: number | null;
}

export class LogicalUnit {
  readonly lun: number;
  readonly store: Store;
  readonly blockSize: number;
  readonly identity: Identity;
  readonly attentions: Attentions;
  readonly mode = new ModeState();
  readonly reservations = new Reservations();
  readonly tasks: TaskSet;
  /** By START STOP UNIT. */
  stopped = false;
  #blocks: number;
  /** Commands and jobs that use the store; it is not closed before they are over. */
  users = 0;

  constructor(options: LogicalUnitOptions) {
    const { lun, store, blockSize, serial } = options;
    this.lun = lun;
    this.store = store;
    this.blockSize = blockSize;
    this.#blocks = Math.floor(store.size / blockSize);
    this.tasks = new TaskSet(options.queue ?? DEFAULT_QUEUE);
    this.identity = identify(store.kind, store.instance, serial);
    this.attentions = new Attentions((options.powerOnAttention ?? true) ? POWER_ON : null);
  }

  /** Capacity in logical blocks. */
  get blocks(): number {
    return this.#blocks;
  }

  get readOnly(): boolean {
    return this.store.readOnly;
  }

  /** LOGICAL UNIT RESET and TARGET RESET: as after power on, and every nexus is told. SAM-5 6.3.3. */
  reset(): void {
    this.mode.reset();
    this.stopped = false;
    this.attentions.reset();
  }

  /**
   * Another capacity, in bytes; every nexus is told. Errors: `usage` if these are not whole blocks, at
   * least one; what the store throws.
   */
  resize(size: number): void {
    if (size < this.blockSize || size % this.blockSize !== 0) {
      throw new TgtctlError(
        "usage",
        `LUN ${this.lun}: ${size} bytes are no whole blocks of ${this.blockSize}`,
        "give a multiple of the block size",
      );
    }
    this.store.resize(size);
    this.#blocks = Math.floor(size / this.blockSize);
    this.attentions.addToAll(CAPACITY_CHANGED);
  }
}
