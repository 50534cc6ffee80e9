// SPDX-License-Identifier: MIT
// A slot's bytes as expressions see them: its own fields, then those of the request it belongs to.

import type { Dialect } from "../abi/dialect.js";
import { EVENT_TYPES } from "../abi/event.js";
import type { JoinedEvent, Wide } from "../expression/joined-event.js";
import { cdbBlocks, cdbLba, cdbServiceAction, type Halves } from "../scsi/cdb-numbers.js";
import { lunToNumber } from "../scsi/lun.js";
import { CMD_REQ, type EventKind } from "./slot-fields.js";
import type { OutstandingTask } from "./task-table.js";

/** Offset of a field in the slot, by kind; -1 = this kind does not have it. */
type Column = Int32Array;

const COLUMNS = [
  "host_no",
  "cid",
  "data_len",
  "scb",
  "lun",
  "attribute",
  "tag",
  "len",
  "result",
  "uaddr",
  "rw",
  "mid",
  "function",
] as const;
type Columns = Readonly<Record<(typeof COLUMNS)[number], Column>>;

function columnsOf(dialect: Dialect): Columns {
  const column = (name: string): Column =>
    Int32Array.from(EVENT_TYPES, (type) => {
      const field = dialect.events[type].fields.find((candidate) => candidate.name === name);
      return field ? dialect.headerSize + field.offset : -1;
    });
  return Object.fromEntries(COLUMNS.map((name) => [name, column(name)])) as unknown as Columns;
}

const NOTHING: DataView = new DataView(new ArrayBuffer(0));
const newHalves = (): Halves => ({ high: 0, low: 0 });

/**
 * One object for any number of events: `point`, then `join` or `joinTask` where its request is
 * known, then the facts that are not in the bytes. Allocates nothing after that.
 */
export class SlotEvent implements JoinedEvent {
  ring: number | null = null;
  slot: number | null = null;
  index: number | null = null;
  status: number | null = null;
  verdict: number | null = null;
  age_ms: number | null = null;
  readonly #little: boolean;
  readonly #typeAt: number;
  readonly #columns: Columns;
  #own = NOTHING;
  #ownAt = 0;
  #kind: EventKind = -1;
  #command = NOTHING;
  /** -1: not joined. */
  #commandAt = -1;
  #task: OutstandingTask | null = null;
  /** Where `#find` found the field. */
  #view = NOTHING;
  #at = 0;
  readonly #tag = newHalves();
  readonly #lba = newHalves();
  readonly #uaddr = newHalves();
  readonly #mid = newHalves();
  readonly #lun = new Uint8Array(8);

  constructor(dialect: Dialect) {
    this.#little = dialect.littleEndian;
    this.#typeAt = dialect.headerSize + dialect.typeOffset;
    this.#columns = columnsOf(dialect);
  }

  /** From now on the slot at `view[at]`, header first, of this kind; alone, and no fact known. */
  point(view: DataView, at: number, kind: EventKind): void {
    this.#own = view;
    this.#ownAt = at;
    this.#kind = kind;
    this.#commandAt = -1;
    this.#task = null;
    this.ring = null;
    this.slot = null;
    this.index = null;
    this.status = null;
    this.verdict = null;
    this.age_ms = null;
  }

  /** The slot at `view[at]` holds the CMD_REQ of the command. */
  join(view: DataView, at: number): void {
    this.#command = view;
    this.#commandAt = at;
  }

  /** The TSK_MGMT_REQ that a TSK_MGMT_RSP answers. */
  joinTask(task: OutstandingTask): void {
    this.#task = task;
  }

  #find(column: Column): boolean {
    const own = column[this.#kind] ?? -1;
    if (own >= 0) {
      this.#view = this.#own;
      this.#at = this.#ownAt + own;
      return true;
    }
    const joined = this.#commandAt < 0 ? -1 : (column[CMD_REQ] ?? -1);
    this.#view = this.#command;
    this.#at = this.#commandAt + joined;
    return joined >= 0;
  }

  #u32(column: Column): number | null {
    return this.#find(column) ? this.#view.getUint32(this.#at, this.#little) : null;
  }

  #s32(column: Column): number | null {
    return this.#find(column) ? this.#view.getInt32(this.#at, this.#little) : null;
  }

  #u64(column: Column, into: Halves): Wide | null {
    if (!this.#find(column)) return null;
    const little = this.#little;
    into.low = this.#view.getUint32(little ? this.#at : this.#at + 4, little);
    into.high = this.#view.getUint32(little ? this.#at + 4 : this.#at, little);
    return into;
  }

  get type(): number {
    return this.#own.getUint32(this.#ownAt + this.#typeAt, this.#little);
  }
  get host_no(): number | null {
    return this.#s32(this.#columns.host_no);
  }
  get cid(): number | null {
    return this.#u32(this.#columns.cid);
  }
  get data_len(): number | null {
    return this.#u32(this.#columns.data_len);
  }
  get attribute(): number | null {
    return this.#s32(this.#columns.attribute);
  }
  get len(): number | null {
    return this.#u32(this.#columns.len);
  }
  get result(): number | null {
    return this.#s32(this.#columns.result);
  }
  get rw(): number | null {
    return this.#find(this.#columns.rw) ? this.#view.getUint8(this.#at) : null;
  }
  get uaddr(): Wide | null {
    return this.#u64(this.#columns.uaddr, this.#uaddr);
  }
  get mid(): Wide | null {
    return this.#u64(this.#columns.mid, this.#mid);
  }
  get function(): number | null {
    return this.#s32(this.#columns.function) ?? this.#task?.fn ?? null;
  }
  get tag(): Wide | null {
    const found = this.#u64(this.#columns.tag, this.#tag);
    if (found || !this.#task) return found;
    this.#tag.high = this.#task.tagHigh;
    this.#tag.low = this.#task.tagLow;
    return this.#tag;
  }
  get lun(): number | null {
    if (!this.#find(this.#columns.lun)) return this.#task && lunToNumber(this.#task.lun);
    const first = this.#view.getUint32(this.#at);
    const rest = this.#view.getUint32(this.#at + 4);
    // peripheral addressing, which is nearly all there is
    if (rest === 0 && (first & 0xff00ffff) === 0) return first >>> 16;
    for (let i = 0; i < 8; i++) this.#lun[i] = this.#view.getUint8(this.#at + i);
    return lunToNumber(this.#lun);
  }
  get opcode(): number | null {
    return this.#find(this.#columns.scb) ? this.#view.getUint8(this.#at) : null;
  }
  get service_action(): number | null {
    return this.#find(this.#columns.scb) ? cdbServiceAction(this.#view, this.#at) : null;
  }
  get lba(): Wide | null {
    if (!this.#find(this.#columns.scb)) return null;
    return cdbLba(this.#view, this.#at, this.#lba) ? this.#lba : null;
  }
  get blocks(): number | null {
    return this.#find(this.#columns.scb) ? cdbBlocks(this.#view, this.#at) : null;
  }
}
