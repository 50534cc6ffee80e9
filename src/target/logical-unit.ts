// SPDX-License-Identifier: MIT
// A logical unit: a store with a number, a block size, an identity and what it has to tell each I_T nexus.
import { Attentions, POWER_ON } from "./attentions.js";
import { type Identity, identify } from "./identity.js";
import type { Store } from "./store.js";

export interface LogicalUnitOptions {
  readonly lun: number;
  readonly store: Store;
  readonly blockSize: 512 | 4096;
  /** Null: derived from the store's instance. */
  readonly serial: string | null;
  /** False: no POWER ON OCCURRED for a new nexus (initiators too simple to retry). */
  readonly powerOnAttention?: boolean;
}

export class LogicalUnit {
  readonly lun: number;
  readonly store: Store;
  readonly blockSize: number;
  /** Capacity in logical blocks. */
  readonly blocks: number;
  readonly identity: Identity;
  readonly attentions: Attentions;
  /** Commands and flushes that use the store; it is not closed before they are over. */
  users = 0;

  constructor(options: LogicalUnitOptions) {
    const { lun, store, blockSize, serial } = options;
    this.lun = lun;
    this.store = store;
    this.blockSize = blockSize;
    this.blocks = Math.floor(store.size / blockSize);
    this.identity = identify(store.kind, store.instance, serial);
    this.attentions = new Attentions((options.powerOnAttention ?? true) ? POWER_ON : null);
  }

  get readOnly(): boolean {
    return this.store.readOnly;
  }
}
