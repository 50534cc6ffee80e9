// SPDX-License-Identifier: MIT
// An event in the engine's hands as breakpoints see it: its own fields, then those of its command.
import { SEED_X86_64 } from "../abi/seed.js";
import type { JoinedEvent, Wide } from "../expression/joined-event.js";
import type { Halves } from "../scsi/cdb-numbers.js";
import type { KnownCommand } from "../target/responder.js";
import { CommandEvent } from "./command-event.js";

const newHalves = (): Halves => ({ high: 0, low: 0 });

/**
 * One object for any number of events: `begin`, then the fields the event has, then `join`. Allocates
 * nothing.
 */
export class EngineEvent implements JoinedEvent {
  ring: number | null = null;
  slot: number | null = null;
  index: number | null = null;
  status: number | null = null;
  type: number | null = null;
  host_no: number | null = null;
  cid: number | null = null;
  len: number | null = null;
  result: number | null = null;
  rw: number | null = null;
  function: number | null = null;
  verdict: number | null = null;
  age_ms: number | null = null;
  uaddr: Wide | null = null;
  mid: Wide | null = null;
  /** Of task management; a command's are those of its request. */
  #tag: Wide | null = null;
  #lun: number | null = null;
  readonly #uaddr = newHalves();
  readonly #mid = newHalves();
  readonly #ownTag = newHalves();
  readonly #request = new CommandEvent(SEED_X86_64);
  #joined = false;

  /** Another event; nothing but these is known of it. */
  begin(ring: 0 | 1, type: number, hostNo: number): void {
    this.ring = ring;
    this.type = type;
    this.host_no = hostNo;
    this.slot = null;
    this.index = null;
    this.status = null;
    this.cid = null;
    this.len = null;
    this.result = null;
    this.rw = null;
    this.function = null;
    this.verdict = null;
    this.age_ms = null;
    this.uaddr = null;
    this.mid = null;
    this.#tag = null;
    this.#lun = null;
    this.#joined = false;
  }

  /** The command it belongs to, null: nobody knows it. `nowNs`: CLOCK_MONOTONIC. */
  join(command: KnownCommand | null, nowNs: number): void {
    if (!command) return;
    this.#request.point(command);
    this.#joined = true;
    if (command.since > 0) this.age_ms = Math.max(0, nowNs - command.since) / 1e6;
  }

  /** `address` below 2^53. */
  setUaddr(address: number): void {
    this.#uaddr.high = Math.floor(address / 0x1_0000_0000);
    this.#uaddr.low = address >>> 0;
    this.uaddr = this.#uaddr;
  }

  setMid(low: number, high: number): void {
    this.#mid.low = low >>> 0;
    this.#mid.high = high >>> 0;
    this.mid = this.#mid;
  }

  setTask(fn: number, tagLow: number, tagHigh: number, lun: number): void {
    this.function = fn;
    this.#ownTag.low = tagLow >>> 0;
    this.#ownTag.high = tagHigh >>> 0;
    this.#tag = this.#ownTag;
    this.#lun = lun < 0 ? null : lun;
  }

  get tag(): Wide | null {
    return this.#joined ? this.#request.tag : this.#tag;
  }
  get lun(): number | null {
    return this.#joined ? this.#request.lun : this.#lun;
  }
  get data_len(): number | null {
    return this.#joined ? this.#request.data_len : null;
  }
  get attribute(): number | null {
    return this.#joined ? this.#request.attribute : null;
  }
  get opcode(): number | null {
    return this.#joined ? this.#request.opcode : null;
  }
  get service_action(): number | null {
    return this.#joined ? this.#request.service_action : null;
  }
  get lba(): Wide | null {
    return this.#joined ? this.#request.lba : null;
  }
  get blocks(): number | null {
    return this.#joined ? this.#request.blocks : null;
  }
}
