// SPDX-License-Identifier: MIT
// A command as the responder gets it, as expressions see it: the CMD_REQ it came with.

import type { Dialect } from "../abi/dialect.js";
import type { JoinedEvent, Wide } from "../expression/joined-event.js";
import { cdbBlocks, cdbLba, cdbServiceAction, type Halves } from "../scsi/cdb-numbers.js";
import type { Command } from "../target/responder.js";

const NOTHING: Uint8Array = new Uint8Array(16);
const newHalves = (): Halves => ({ high: 0, low: 0 });

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * One object for any number of commands, which allocates nothing where the engine reuses its CDB's
 * bytes. Its slot is released before the responder is asked: slot, index, status, verdict and age
 * are null, and so is what a request does not have.
 */
export class CommandEvent implements JoinedEvent {
  readonly ring = 0;
  readonly slot = null;
  readonly index = null;
  readonly status = null;
  readonly type: number;
  readonly len = null;
  readonly result = null;
  readonly rw = null;
  readonly uaddr = null;
  readonly mid = null;
  readonly function = null;
  readonly verdict = null;
  readonly age_ms = null;
  host_no = 0;
  cid = 0;
  data_len = 0;
  attribute = 0;
  lun: number | null = null;
  #cdb = NOTHING;
  #view = viewOf(NOTHING);
  readonly #tag = newHalves();
  readonly #lba = newHalves();

  constructor(dialect: Dialect) {
    this.type = dialect.events.CMD_REQ.type;
  }

  /** From now on this command, as long as the object lent is it. */
  point(command: Command): void {
    this.host_no = command.hostNo;
    this.cid = command.cid;
    this.data_len = command.dataLen;
    this.attribute = command.attribute;
    this.lun = command.lun < 0 ? null : command.lun;
    this.#tag.high = command.tagHigh;
    this.#tag.low = command.tagLow;
    if (command.cdb === this.#cdb) return;
    this.#cdb = command.cdb;
    this.#view = viewOf(command.cdb);
  }

  get tag(): Wide {
    return this.#tag;
  }
  get opcode(): number {
    return this.#view.getUint8(0);
  }
  get service_action(): number | null {
    return cdbServiceAction(this.#view, 0);
  }
  get lba(): Wide | null {
    return cdbLba(this.#view, 0, this.#lba) ? this.#lba : null;
  }
  get blocks(): number | null {
    return cdbBlocks(this.#view, 0);
  }
}
